import xterm from "@xterm/headless";
import { describe, expect, test } from "vitest";
import { CombiningLimit } from "../../../../electron/engine/sessions/combining-limit.ts";
import { KEPT_TEXT_BYTES } from "../../../../electron/engine/sessions/kept-texts.ts";
import { Screen } from "../../../../electron/engine/sessions/screen.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function screenOf(heard: string[] = []): Screen {
  return new Screen({
    columns: 40,
    rows: 10,
    onTitle: (title) => heard.push(title),
    onReply: (reply) => heard.push(new TextDecoder().decode(reply)),
  });
}

/** What a window is given of it after a reload. */
const snapshotOf = async (screen: Screen): Promise<string> => new TextDecoder().decode(await screen.snapshot());

/** The text of a page's terminal that is given this. */
async function drawn(snapshot: string): Promise<string> {
  const terminal = new xterm.Terminal({ cols: 40, rows: 10, scrollback: 5_000, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(snapshot, resolve));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? "");
  terminal.dispose();
  return lines.join("\n").trimEnd();
}

/** The same text, kept and as live bytes of a shell. */
async function both(text: string): Promise<{ kept: string; live: string }> {
  expect(text.length).toBeLessThanOrEqual(KEPT_TEXT_BYTES);
  const [seeded, written] = [screenOf(), screenOf()];
  seeded.seed(text);
  written.write(new CombiningLimit().filter(bytes(text)));
  const [kept, live] = [await drawn(await snapshotOf(seeded)), await drawn(await snapshotOf(written))];
  seeded.dispose();
  written.dispose();
  return { kept, live };
}

describe("#26 a kept text that somebody wrote to do harm costs no more than a shell that prints it", () => {
  test("each count of a control sequence is bounded by the screen", async () => {
    const most = 2 ** 31 - 1;
    const counts = ["S", "T", "L", "M", "I", "Z", "b"].map((final) => `x\x1b[${most}${final}`);
    const { kept, live } = await both(`first\r\n${counts.join("\r\n")}`);
    expect(kept).toBe(live);
    expect(kept).toContain("x".repeat(40));
  });

  test("marks beyond sixteen on one cell are left out, however many there are", async () => {
    const marks = `e${"\u0301".repeat(100_000)}f${"\u0300\u0323".repeat(50_000)}`;
    const { kept, live } = await both(marks);
    expect(kept).toBe(live);
    expect(kept).toBe(`e${"\u0301".repeat(16)}f${"\u0300\u0323".repeat(8)}`);
  });

  test("of thousands of links the text is kept, and no address", async () => {
    const links = Array.from({ length: 5_000 }, (_, i) => `\x1b]8;id=${i};https://a.example/${i}\x07x\x1b]8;;\x07`);
    const screen = screenOf();
    screen.seed(links.join(""));
    const snapshot = await snapshotOf(screen);
    expect(snapshot).not.toContain("a.example");
    expect((await drawn(snapshot)).replaceAll("\n", "")).toBe("x".repeat(5_000));
    screen.dispose();
  });

  test("what it asks and calls itself is not heard either after a flood that lets the thread breathe", async () => {
    const heard: string[] = [];
    const screen = screenOf(heard);
    screen.seed(`${"\x1b[9999S".repeat(200)}\x1b]0;root@bank\x07\x1b[5n`);
    screen.write(bytes("\x1b]0;shell\x07\x1b[5n"));
    await screen.snapshot();
    expect(heard).toEqual(["shell", "\x1b[0n"]);
    screen.dispose();
  });
});
