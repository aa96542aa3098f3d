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
