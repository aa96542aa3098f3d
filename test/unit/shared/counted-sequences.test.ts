import xterm from "@xterm/headless";
import { describe, expect, test } from "vitest";
import { boundCounts } from "../../../shared/counted-sequences.ts";

const COLUMNS = 12;
const ROWS = 6;
const MOST = 2_147_483_647;

function terminal(breathe?: () => Promise<void>): xterm.Terminal {
  const made = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, scrollback: 50, allowProposedApi: true });
  if (breathe !== undefined) boundCounts(made, breathe);
  return made;
}

async function drawn(on: xterm.Terminal, text: string): Promise<{ lines: string[]; x: number; y: number }> {
  await new Promise<void>((resolve) => on.write(text, resolve));
  const { active } = on.buffer;
  const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? "");
  return { lines, x: active.cursorX, y: active.cursorY };
}

const atOnce = (): Promise<void> => Promise.resolve();
/** Scrollback, a screen of text, and a region with the cursor in it. */
const SCENE = `${Array.from({ length: 9 }, (_, n) => `line ${n}`).join("\r\n")}\x1b[2;5r\x1b[3;4H`;

describe.each([
  ["S", ROWS],
  ["T", ROWS],
  ["L", ROWS],
  ["M", ROWS],
  ["I", COLUMNS],
  ["Z", COLUMNS],
])("CSI n %s", (final, bound) => {
  test("a huge count does what one that the screen has does", async () => {
    const expected = await drawn(terminal(), `${SCENE}\x1b[${bound}${final}x`);
    expect(await drawn(terminal(atOnce), `${SCENE}\x1b[${MOST}${final}x`)).toEqual(expected);
  });

  test.each(["", "0", "1", "2", "3;4", "2:5"])("%j is xterm's own", async (count) => {
    const expected = await drawn(terminal(), `${SCENE}\x1b[${count}${final}x`);
    expect(await drawn(terminal(atOnce), `${SCENE}\x1b[${count}${final}x`)).toEqual(expected);
  });
});

test("CSI n b repeats at most a screen full", async () => {
  const expected = await drawn(terminal(), `a\x1b[${COLUMNS * ROWS}b.`);
  expect(await drawn(terminal(atOnce), `a\x1b[${MOST}b.`)).toEqual(expected);
  expect(await drawn(terminal(atOnce), "a\x1b[4b.")).toEqual(await drawn(terminal(), "a\x1b[4b."));
});

test("what takes long together waits for others in between, and comes to the same", async () => {
  let breaths = 0;
  const breathe = async (): Promise<void> => {
    breaths++;
    await new Promise((resolve) => setImmediate(resolve));
  };
  const flood = "\x1b[6S\x1b[6T\x1b[6L\x1b[6M".repeat(100);
  const expected = await drawn(terminal(), `${SCENE}${flood}end`);
  expect(await drawn(terminal(breathe), `${SCENE}${flood}end`)).toEqual(expected);
  expect(breaths).toBe(Math.floor(400 / Math.ceil(200 / 6)));
});

test("ordinary output never waits", async () => {
  let breaths = 0;
  const on = terminal(() => Promise.resolve(void breaths++));
  await drawn(on, `${SCENE}${"\x1b[L\x1b[M\x1b[2S".repeat(40)}`);
  expect(breaths).toBe(0);
});
