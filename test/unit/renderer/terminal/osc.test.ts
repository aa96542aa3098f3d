import xterm from "@xterm/headless";
import { describe, expect, it } from "vitest";
import {
  clipboardRequest,
  MOST_CLIPBOARD_BYTES,
} from "../../../../renderer/features/terminal/osc/clipboard-request.ts";
import { directoryOf } from "../../../../renderer/features/terminal/osc/directory.ts";
import { isLinkAllowed, linkTarget } from "../../../../renderer/features/terminal/osc/link-target.ts";
import { oneLine } from "../../../../renderer/features/terminal/safe-text.ts";
import { fontStack } from "../../../../renderer/features/terminal/terminal-font.ts";

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
