import xterm from "@xterm/headless";
import { describe, expect, test } from "vitest";
import { keptScreen, SLICE_CELLS } from "../../../../electron/engine/sessions/kept-screen.ts";

async function drawn(columns: number, rows: number, text: string): Promise<xterm.Terminal> {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 400, allowProposedApi: true });
  await write(terminal, text);
  return terminal;
}
const write = (terminal: xterm.Terminal, text: string): Promise<void> =>
  new Promise((resolve) => terminal.write(text, resolve));
const goOn = async (): Promise<boolean> => true;
const numbered = (from: number, count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${from + index}\r\n`).join("");

/** Each cell with all that shows of it, rows joined where they were wrapped. */
function cellsOf(terminal: xterm.Terminal): string[] {
  const { active } = terminal.buffer;
  return Array.from({ length: active.length }, (_, row) => {
    const line = active.getLine(row);
    const cells = Array.from({ length: terminal.cols }, (_, column) => {
      const cell = line?.getCell(column);
      if (cell === undefined || cell.getWidth() === 0) return "";
      const flags = [
        cell.isBold(),
        cell.isDim(),
        cell.isItalic(),
        cell.isUnderline(),
        cell.isBlink(),
        cell.isInverse(),
      ];
      const more = [cell.isInvisible(), cell.isStrikethrough(), cell.isOverline()];
      const colours = [cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor()];
      return `${cell.getChars() || " "}:${[...flags, ...more].map((flag) => (flag === 0 ? 0 : 1)).join("")}:${colours.join()}`;
    });
    return `${line?.isWrapped === true ? "+" : ""}${cells.join(" ")}`;
  });
}

describe("what is kept of a screen", () => {
  test("draws the same again: colours of every kind, flags, wide and joined characters, wrapped rows, blank rows", async () => {
    const codes = ["1", "2", "3", "4", "5", "7", "8", "9", "53", "31", "97", "44", "105", "38;5;200", "48;5;17"];
    const styles = [...codes, "38;2;1;2;3", "48;2;9;8;7", "1;3;4;38;2;0;0;0;48;5;0"];
    const text = [
      styles.map((code) => `\x1b[${code}mA\x1b[0m `).join(""),
      "",
      "日本語".repeat(7),
      `e\u0301${"wrapped ".repeat(9)}`,
      "\x1b[42m   ground\x1b[K\x1b[0m",
      "",
      "$ ",
    ].join("\r\n");
    const before = await drawn(21, 20, text);
    const kept = (await keptScreen(before, { mostBytes: 10_000, breathe: goOn })) ?? "";
    expect(cellsOf(await drawn(21, 20, kept))).toEqual(cellsOf(before));
  });

  test("is taken in slices of bounded cells, however colourful: the colours give way before the text does", async () => {
    const rows = Array.from({ length: 300 }, (_, row) =>
      Array.from(
        { length: 100 },
        (_, column) => `\x1b[1;4;38;2;${row % 256};${column};7;48;2;${column};${row % 256};1mx`,
      ).join(""),
    );
    const terminal = await drawn(100, 40, rows.join("\r\n"));
    const slices: number[] = [];
    const breathe = async (cells: number): Promise<boolean> => slices.push(cells) > 0;
    const kept = (await keptScreen(terminal, { mostBytes: 64 * 1024, breathe })) ?? "";
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(64 * 1024);
    const lines = kept.split("\r\n");
    expect(lines).toHaveLength(300);
    expect(lines[0]).toBe("x".repeat(100));
    expect(lines[299]).toContain("\x1b[0;1;4;38;2;43;0;7;48;2;0;43;1mx");
    expect(Math.max(...slices)).toBeLessThanOrEqual(SLICE_CELLS + 100);
    expect(slices).toHaveLength(Math.floor((300 * 100) / SLICE_CELLS));
  });

  test("looks at no more cells than its bytes have room for", async () => {
    const terminal = await drawn(100, 40, Array(400).fill("y".repeat(100)).join("\r\n"));
    let seen = 0;
    const breathe = async (cells: number): Promise<boolean> => {
      seen += cells;
      return true;
    };
    await keptScreen(terminal, { mostBytes: 10_000, breathe });
    expect(seen).toBeLessThanOrEqual(10_000);
    expect(seen).toBeGreaterThan(0);
  });

  test("is broken off when there is no more time", async () => {
    const terminal = await drawn(100, 40, numbered(0, 400));
    let slices = 0;
    const breathe = async (): Promise<boolean> => ++slices < 2;
    expect(await keptScreen(terminal, { mostBytes: 1e6, breathe })).toBeUndefined();
    expect(slices).toBe(2);
  });

  test("has each line once, though more is printed between the slices", async () => {
    const terminal = await drawn(100, 40, numbered(0, 440));
    let next = 440;
    const breathe = async (): Promise<boolean> => {
      await write(terminal, numbered(next, 30));
      next += 30;
      return true;
    };
    const kept = (await keptScreen(terminal, { mostBytes: 1e6, breathe })) ?? "";
    const numbers = kept.split("\r\n").map((line) => Number(line.slice("line ".length)));
    const first = numbers[0] ?? Number.NaN;
    expect(numbers.at(-1)).toBe(439);
    expect(numbers).toEqual(Array.from({ length: 440 - first }, (_, index) => first + index));
    expect(numbers.length).toBeGreaterThan(100);
  });

  test.each([
    ["cleared", (terminal: xterm.Terminal) => write(terminal, "\x1bc")],
    ["made narrower", async (terminal: xterm.Terminal) => terminal.resize(50, 40)],
  ])("stands as far as it came when the screen is %s meanwhile", async (_what, change) => {
    const terminal = await drawn(100, 40, numbered(0, 400));
    const breathe = async (): Promise<boolean> => {
      await change(terminal);
      return true;
    };
    const kept = (await keptScreen(terminal, { mostBytes: 1e6, breathe })) ?? "";
    expect(kept.split("\r\n").at(-1)).toBe("line 399");
  });
});
