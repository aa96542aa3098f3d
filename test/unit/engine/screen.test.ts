import xterm from "@xterm/headless";
import { expect, test } from "vitest";
import { Screen } from "../../../electron/engine/sessions/screen.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const noop = (): void => undefined;

function linesOf(terminal: xterm.Terminal): string[] {
  const { active } = terminal.buffer;
  return Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? "");
}

async function redraw(snapshot: Uint8Array, columns: number, rows: number): Promise<xterm.Terminal> {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(snapshot, resolve));
  return terminal;
}

test("a snapshot draws the same screen, scrollback and cursor again", async () => {
  const screen = new Screen({ columns: 20, rows: 5, onTitle: noop, onReply: noop });
  for (let i = 0; i < 30; i++) screen.write(bytes(`line ${i} \x1b[3${i % 8}mcolour\x1b[0m\r\n`));
  screen.write(bytes("café 日本 $ "));
  const terminal = await redraw(await screen.snapshot(), 20, 5);
  const lines = linesOf(terminal);
  expect(lines.slice(0, 3)).toEqual(["line 0 colour", "line 1 colour", "line 2 colour"]);
  expect(lines.at(-1)).toBe("café 日本 $ ");
  expect(terminal.buffer.active.cursorX).toBe("café 日本 $ ".length + 2);
  screen.dispose();
});

test("bytes that split a character are drawn whole", async () => {
  const screen = new Screen({ columns: 20, rows: 5, onTitle: noop, onReply: noop });
  for (const byte of bytes("é日")) screen.write(Uint8Array.of(byte));
  const terminal = await redraw(await screen.snapshot(), 20, 5);
  expect(linesOf(terminal)[0]).toBe("é日");
  screen.dispose();
});

test("a program's query is answered, and a title is noticed", async () => {
  const replies: string[] = [];
  const titles: string[] = [];
  const screen = new Screen({
    columns: 20,
    rows: 5,
    onTitle: (title) => titles.push(title),
    onReply: (reply) => replies.push(new TextDecoder().decode(reply)),
  });
  screen.write(bytes("ab\x1b[6n\x1b]0;deploy\x07"));
  await screen.snapshot();
  expect(replies).toEqual(["\x1b[1;3R"]);
  expect(titles).toEqual(["deploy"]);
  expect(screen.pending).toBe(0);
  screen.dispose();
});

const ESC = "\x1b";

/** What somebody could write into a kept text to steer whoever draws it. */
const HOSTILE = [
  "\x1b[6n\x1b[5n\x1b[c\x1b[>c\x1b[?6n", // reports: cursor, status, device
  "\x1bP$qm\x1b\\\x1bP+q544e\x1b\\", // DECRQSS, XTGETTCAP
  "\x1b]52;c;cm0gLXJmIC8=\x07\x1b]52;c;?\x07", // clipboard
  "\x1b]0;root@bank\x07\x1b]7;file:///etc\x07\x1b]9;4;1;50\x07\x1b]10;?\x07\x1b]11;?\x07\x1b]4;1;?\x07",
  "\x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
  "\x1b[?1000h\x1b[?1002h\x1b[?1003h\x1b[?1006h\x1b[?1004h\x1b[?2004h\x1b[?1h\x1b=",
  "\x1b[?1049h\x1b[?25l\x1b[3;4r\x1b[?6h\x1b[4h\x1b(0\x1b[8m",
].join("plain ");

test("a kept text that was tampered with sends nothing, names nothing and reaches a window as text only", async () => {
  const replies: string[] = [];
  const titles: string[] = [];
  const screen = new Screen({
    columns: 80,
    rows: 24,
    onTitle: (title) => titles.push(title),
    onReply: (reply) => replies.push(new TextDecoder().decode(reply)),
  });
  screen.seed(HOSTILE);
  const snapshot = new TextDecoder().decode(await screen.snapshot());
  expect([replies, titles, screen.title]).toEqual([[], [], null]);
  // No string sequence (OSC, DCS, APC, PM, SOS) and no mode but those of how lines wrap.
  expect(snapshot).not.toMatch(new RegExp(`${ESC}[\\]PX^_]`));
  expect([...snapshot.matchAll(new RegExp(`${ESC}\\[\\??[\\d;]*[hl]`, "g"))].map(String)).toEqual([]);
  const answered: string[] = [];
  const terminal = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  terminal.onData((text) => answered.push(text));
  await new Promise<void>((resolve) => terminal.write(snapshot, resolve));
  expect(answered).toEqual([]);
  // And the live shell that follows is answered again.
  screen.write(bytes("\x1b[5n"));
  await screen.snapshot();
  expect(replies).toEqual(["\x1b[0n"]);
  screen.dispose();
});

test("what follows a kept text is drawn below it, wherever its cursor was", async () => {
  const screen = new Screen({ columns: 20, rows: 6, onTitle: noop, onReply: noop });
  screen.seed("one\r\ntwo\r\nthree\x1b[1;1H");
  await screen.snapshot();
  screen.write(bytes("\r\nfour"));
  const lines = linesOf(await redraw(await screen.snapshot(), 20, 6));
  expect(lines.slice(0, 4)).toEqual(["one", "two", "three", "four"]);
  screen.dispose();
});

test("a text is the last thousand lines and the screen, within its bytes, and never the other screen", async () => {
  const screen = new Screen({ columns: 40, rows: 5, onTitle: noop, onReply: noop });
  for (let i = 0; i < 3000; i++) screen.write(bytes(`line ${i}\r\n`));
  screen.write(bytes("prompt\x1b[?1049hEDITOR"));
  await screen.snapshot();
  const text = (await screen.text(256 * 1024)) ?? "";
  expect(text.split("\r\n")).toHaveLength(1005);
  expect(text).toContain("prompt");
  expect(text).not.toContain("EDITOR");
  const short = (await screen.text(2000)) ?? "";
  expect(Buffer.byteLength(short)).toBeLessThanOrEqual(2000);
  expect(short).toContain("prompt");
  expect(await screen.text(3)).toBe("");
  screen.dispose();
});

test("a title that a program chose holds nothing that hides or turns", async () => {
  const screen = new Screen({ columns: 20, rows: 5, onTitle: noop, onReply: noop });
  screen.write(bytes("\x1b]0;web\u202e\u200b\u2066txt\x07"));
  await screen.snapshot();
  expect(screen.title).toBe("webtxt");
  screen.dispose();
});

test("a text has all that was written, drawn or not; none comes of a screen that went meanwhile", async () => {
  const screen = new Screen({ columns: 20, rows: 5, onTitle: noop, onReply: noop });
  screen.write(bytes("just now"));
  expect(await screen.text(1000)).toBe("just now");
  screen.write(bytes("later"));
  const late = screen.text(1000);
  screen.dispose();
  expect(await late).toBeUndefined();
});

test("a screen has 200,000 cells at most, at the start and later", () => {
  const screen = new Screen({ columns: 1000, rows: 1000, onTitle: noop, onReply: noop });
  expect(screen.size).toEqual({ columns: 1000, rows: 200 });
  screen.resize(500, 1000);
  expect(screen.size).toEqual({ columns: 500, rows: 400 });
  screen.dispose();
});

test("a snapshot of a colour for each cell has the screen whole, and fewer lines above it", async () => {
  const screen = new Screen({ columns: 200, rows: 10, onTitle: noop, onReply: noop });
  for (let row = 0; row < 500; row++) {
    const cells = Array.from({ length: 200 }, (_, column) => `\x1b[38;2;${row % 256};${column};0mx`);
    screen.write(bytes(cells.join("")));
  }
  const lines = linesOf(await redraw(await screen.snapshot(), 200, 10));
  // 20,000 changes of colour are a hundred such lines.
  expect(lines).toHaveLength(100 + 10);
  screen.dispose();
});

test("a query is answered once: not by the screen where a window gets the same bytes, however late it is drawn", async () => {
  const replies: string[] = [];
  const onReply = (reply: Uint8Array): number => replies.push(new TextDecoder().decode(reply));
  const screen = new Screen({ columns: 20, rows: 5, onTitle: noop, onReply });
  screen.write(bytes("a\x1b[6n"));
  screen.write(bytes("b\x1b[6n"), noop, false);
  screen.write(bytes("c\x1b["));
  screen.write(bytes("6n"));
  await screen.snapshot();
  expect(replies).toEqual(["\x1b[1;2R", "\x1b[1;4R"]);
  screen.dispose();
});

test("#26 a link of a program whose address is of any length is not kept", async () => {
  const screen = new Screen({ columns: 20, rows: 5, onTitle: noop, onReply: noop });
  screen.write(bytes(`\x1b]8;;https://example.org/${"x".repeat(1e6)}\x1b\\text\x1b]8;;\x1b\\`));
  const snapshot = await screen.snapshot();
  expect(new TextDecoder().decode(snapshot)).toBe("text");
  screen.dispose();
});
