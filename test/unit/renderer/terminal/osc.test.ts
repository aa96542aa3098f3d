import xterm from "@xterm/headless";
import { describe, expect, it, vi } from "vitest";
import {
  clipboardRequest,
  MOST_CLIPBOARD_BYTES,
} from "../../../../renderer/features/terminal/osc/clipboard-request.ts";
import { directoryOf } from "../../../../renderer/features/terminal/osc/directory.ts";
import { isLinkAllowed, linkTarget } from "../../../../renderer/features/terminal/osc/link-target.ts";
import { makePaneUi } from "../../../../renderer/features/terminal/pane-ui.ts";
import { oneLine } from "../../../../renderer/features/terminal/safe-text.ts";
import { fontStack } from "../../../../renderer/features/terminal/terminal-font.ts";

/** Soft hyphen, joiners, Hangul fillers, braille blank, selectors, tags, musical formats. */
const UNSEEN_CHARACTERS = [
  0xad, 0x34f, 0x115f, 0x180e, 0x200b, 0x2060, 0x2800, 0x3164, 0xfe0f, 0xffa0, 0xe0041, 0x1d173,
].map((code) => String.fromCodePoint(code));

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("#26 OSC 52", () => {
  it("a write is text, without controls", () => {
    expect(clipboardRequest(`c;${base64("grüße\n\tx\x1b[31m")}`)).toEqual({
      kind: "write",
      text: "grüße\n\tx[31m",
      bytes: 15,
    });
    expect(clipboardRequest(`;${base64("a")}`)).toEqual({ kind: "write", text: "a", bytes: 1 });
  });

  it("what is put on the clipboard can be seen, and does not end in Enter", () => {
    const text = (of: string) => clipboardRequest(`c;${base64(of)}`);
    expect(text("curl x|sh\r\n\u202e\u200b\u3164\n")).toMatchObject({ text: "curl x|sh" });
    expect(text("one\r\n\ttwo\r")).toMatchObject({ text: "one\n\ttwo" });
    expect(text("\n\u200b\n")).toEqual({ kind: "ignored" });
  });

  it("a wish that waits is not replaced by later ones, and what is allowed is written once a second", async () => {
    vi.useFakeTimers();
    let now = 0;
    const pass = async (ms: number) => {
      now += ms;
      await vi.advanceTimersByTimeAsync(ms);
    };
    const written: string[] = [];
    vi.stubGlobal("navigator", {
      platform: "Linux",
      clipboard: {
        writeText: (text: string) => {
          written.push(text);
          return Promise.resolve();
        },
      },
    });
    const target = { addEventListener: () => undefined, removeEventListener: () => undefined };
    vi.stubGlobal("document", target);
    const ui = makePaneUi();
    const { TerminalClipboard } = await import("../../../../renderer/features/terminal/terminal-clipboard.ts");
    const sink = { paste: () => true };
    const clipboard = new TerminalClipboard({} as never, target as never, ui, sink, () => now);
    const wish = (text: string) => clipboard.requested({ kind: "write", text, bytes: text.length });
    for (const text of ["first", "second", "third"]) wish(text);
    expect(ui.getState().clipboard).toEqual({ text: "first", bytes: 5, later: 2 });
    clipboard.rules = { ...clipboard.rules, writes: "allow" };
    for (let i = 0; i < 30; i += 1) {
      wish(`w${i}`);
      await pass(100);
    }
    await pass(1_000);
    expect(written).toEqual(["w0", "w9", "w19", "w29"]);
    wish("a");
    wish("b");
    clipboard.dispose();
    await pass(5_000);
    expect(written.at(-1)).toBe("a");
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("a read is never answered; nor is rubbish", () => {
    for (const data of ["c;?", "p;?", "c;", "c", "", "c;%%%", `c;${base64("\x07")}`]) {
      expect(clipboardRequest(data)).toEqual({ kind: "ignored" });
    }
  });

  it("is capped at 100 KiB", () => {
    expect(clipboardRequest(`c;${base64("x".repeat(MOST_CLIPBOARD_BYTES))}`).kind).toBe("write");
    expect(clipboardRequest(`c;${base64("x".repeat(MOST_CLIPBOARD_BYTES + 1))}`).kind).toBe("too-large");
    expect(clipboardRequest(`c;${"A".repeat(5_000_000)}`).kind).toBe("too-large");
  });
});

describe("#26 OSC 8 and links", () => {
  it("http, https and mailto are opened, nothing else", () => {
    expect(linkTarget("https://fly.io/docs")).toBe("https://fly.io/docs");
    expect(linkTarget("mailto:a@example.org")).toBe("mailto:a@example.org");
    for (const bad of [
      "javascript:alert(1)",
      "file:///etc/passwd",
      "data:text/html,x",
      "culvert://app/x",
      "ssh://h",
      "x",
      "",
    ]) {
      expect(linkTarget(bad)).toBeUndefined();
    }
    expect(linkTarget(`https://example.org/${"x".repeat(3000)}`)).toBeUndefined();
  });

  it("a sequence that begins another kind of link is taken away; one that ends a link is not", () => {
    expect(isLinkAllowed("id=1;https://fly.io/;a=b")).toBe(true);
    expect(isLinkAllowed(";")).toBe(true);
    expect(isLinkAllowed(";file:///etc/passwd")).toBe(false);
  });
});

describe("OSC 7", () => {
  it("is a path of this or another machine", () => {
    expect(directoryOf("file://host/app/caf%C3%A9%20x")).toBe("/app/café x");
    expect(directoryOf("file:///tmp")).toBe("/tmp");
  });

  it("is nothing else, and shows nothing that deceives", () => {
    for (const bad of ["/tmp", "https://x/y", "file://h/%E0%A4%A", "", "x".repeat(10_000)])
      expect(directoryOf(bad)).toBeUndefined();
    expect(directoryOf("file:///a%1b%0a%e2%80%aeb")).toBe("/ab");
    expect(directoryOf(`file:///${"x".repeat(3000)}`)?.length).toBe(1024);
  });
});

describe("texts that programs choose", () => {
  it("are one visible line of bounded length", () => {
    expect(oneLine("a\u202eb\nc\u0007", 10)).toBe("abc");
    for (const hidden of UNSEEN_CHARACTERS) expect(oneLine(`a${hidden}b`, 10)).toBe("ab");
    expect(oneLine("12345", 5)).toBe("12345");
    expect(oneLine("123456", 5)).toBe("1234…");
    expect(oneLine("123🙂6", 5)).toBe("123…");
  });

  it("a font's name cannot leave its quotes", () => {
    expect(fontStack("")).toBe('"JetBrains Mono Variable", ui-monospace, monospace');
    expect(fontStack('Fira Code, monospace, x"; } body { color: red')).toMatch(
      /^"Fira Code", monospace, "x[^"]*", "JetBrains Mono Variable"/,
    );
  });
});

it("#26 the filter of links sees what xterm's parser sees", async () => {
  const terminal = new xterm.Terminal({ allowProposedApi: true });
  const seen: string[] = [];
  terminal.parser.registerOscHandler(8, (data) => {
    if (!isLinkAllowed(data)) seen.push(data);
    return !isLinkAllowed(data);
  });
  await new Promise<void>((resolve) =>
    terminal.write("\x1b]8;;file:///x\x1b\\a\x1b]8;;\x1b\\\x1b]8;;https://x/\x07b", resolve),
  );
  expect(seen).toEqual([";file:///x"]);
  terminal.dispose();
});
