// @vitest-environment happy-dom
import { Terminal } from "@xterm/xterm";
import { expect, it } from "vitest";
import { CursorLine } from "../../../../renderer/features/terminal/cursor-line.ts";

const PROMPT = "root@web 399f8f6bc9fddf ams:/app# echo hel";

async function atPrompt(): Promise<{ terminal: Terminal; line: CursorLine; rows(): string[]; cursor(): number[] }> {
  const terminal = new Terminal({ cols: 60, rows: 10, allowProposedApi: true });
  const { active } = terminal.buffer;
  const drawn = (text: string): Promise<void> => new Promise((resolve) => terminal.write(text, resolve));
  await drawn(`one\r\n${PROMPT}`);
  const rows = (): string[] =>
    [0, 1, 2].map((row) => active.getLine(active.baseY + row)?.translateToString(true) ?? "");
  return { terminal, line: new CursorLine(terminal), rows, cursor: () => [active.cursorX, active.cursorY] };
}

it("#1 the line with the cursor is whole at every width while its shell draws nothing", async () => {
  const { terminal, line, rows, cursor } = await atPrompt();
  line.isDrawnAnew = false;
  for (const [columns, wanted, at] of [
    [30, [PROMPT.slice(0, 30), PROMPT.slice(30)], [12, 2]],
    [20, [PROMPT.slice(0, 20), PROMPT.slice(20, 40)], [2, 3]],
    [60, [PROMPT, ""], [42, 1]],
  ] as const) {
    line.during(() => terminal.resize(columns, 10));
    await new Promise<void>((resolve) => terminal.write("", resolve));
    expect(rows()).toEqual(["one", ...wanted]);
    expect(cursor()).toEqual(at);
  }
});

it("a shell that draws its line anew is left to do so", async () => {
  const { terminal, line, rows, cursor } = await atPrompt();
  line.isDrawnAnew = true;
  line.during(() => terminal.resize(30, 10));
  await new Promise<void>((resolve) => terminal.write("", resolve));
  expect(rows()).toEqual(["one", PROMPT.slice(0, 30), ""]);
  expect(cursor()).toEqual([29, 1]);
});
