// @vitest-environment happy-dom
import xterm from "@xterm/headless";
import { afterEach, describe, expect, it } from "vitest";
import { charactersAtOnce } from "../../../../renderer/features/terminal/find/expression-cost.ts";
import { type FindQuery, patternOf } from "../../../../renderer/features/terminal/find/find-pattern.ts";
import { scanUp } from "../../../../renderer/features/terminal/find/scan-buffer.ts";
import { type FindState, partsOf, TerminalFind } from "../../../../renderer/features/terminal/find/terminal-find.ts";

const open: { dispose(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

async function terminalWith(text: string, { columns = 20, rows = 5, scrollback = 100_000 } = {}) {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback, allowProposedApi: true });
  open.push(terminal);
  await write(terminal, text);
  return terminal;
}

function write(terminal: xterm.Terminal, text: string): Promise<void> {
  return new Promise((resolve) => terminal.write(text, resolve));
}

const query = (text: string, change: Partial<FindQuery> = {}): FindQuery => ({
  text,
  caseSensitive: false,
  wholeWord: false,
  regex: false,
  ...change,
});

async function places(text: string, wanted: FindQuery, columns = 20): Promise<string[]> {
  const terminal = await terminalWith(text, { columns });
  const pattern = patternOf(wanted);
  if (pattern === undefined) return ["invalid"];
  const found = [...scanUp(terminal.buffer.active as never, columns, pattern)].flat();
  return found.map(({ row, column, length }) => `${row}:${column}+${length}`);
}

describe("#28 what is found", () => {
  it("every match, the newest first, letters of either case", async () => {
    expect(await places("error\r\nok Error error\r\n", query("ERROR"))).toEqual(["1:9+5", "1:3+5", "0:0+5"]);
    expect(await places("error Error", query("Error", { caseSensitive: true }))).toEqual(["0:6+5"]);
  });

  it("signs of expressions mean themselves, unless asked otherwise", async () => {
    expect(await places("a.c abc (x)", query("a.c"))).toEqual(["0:0+3"]);
    expect(await places("a.c abc (x)", query("a.c", { regex: true }))).toEqual(["0:4+3", "0:0+3"]);
    expect(await places("a.c abc (x)", query("(x)"))).toEqual(["0:8+3"]);
    expect(await places("aaa", query("b*", { regex: true }))).toEqual([]);
  });

  it("whole words, in every script", async () => {
    expect(await places("cat concat cat_ cat", query("cat", { wholeWord: true }))).toEqual(["0:16+3", "0:0+3"]);
    expect(await places("über überall", query("über", { wholeWord: true }))).toEqual(["0:0+4"]);
    expect(await places("ab cd", query("a.|c", { wholeWord: true, regex: true }))).toEqual(["0:0+2"]);
  });

  it("what is no expression is said to be none", () => {
    for (const bad of ["[0-9", "(", "*", "a{2,1}"]) expect(patternOf(query(bad, { regex: true }))).toBeUndefined();
    expect(patternOf(query("\\-", { regex: true }))).toBeDefined();
  });

  it("across rows that only wrapped, in cells of wide characters and marks", async () => {
    expect(await places("0123456789abcdefghijKLMNO", query("ijkl"))).toEqual(["0:18+4"]);
    expect(await places("日本語 error e\u0301x error", query("error"))).toEqual(["0:16+5", "0:7+5"]);
    // A wide character that did not fit leaves a gap at the end of its row.
    expect(await places("123456789日本語", query("日本"), 10)).toEqual(["1:0+4"]);
    expect(partsOf({ row: 3, column: 18, length: 25 }, 20)).toEqual([
      { row: 3, column: 18, length: 2 },
      { row: 4, column: 0, length: 20 },
      { row: 5, column: 0, length: 3 },
    ]);
  });
});

describe("#28 expressions that would hold the page up", () => {
  it.each([
    "(a+)+$",
    "(\\w+\\s?)+:",
    "(a|a)*b",
    "(a|ab)*c",
    "(.*)*",
    "(?:a?){30}a{30}",
    ".*.*.*.*.*.*=",
    "((a{2,5})+)+",
    "(x+x+)+y",
  ])("%s is refused", async (text) => {
    const { find, last } = await finder(`${"a".repeat(60)}!`, { columns: 80 });
    await find.search(query(text, { regex: true }));
    expect(last()).toEqual({ kind: "slow" });
    await find.search(query("!"));
    expect(last()).toMatchObject({ kind: "found", count: 1 });
  });

  it.each([
    "error|warn",
    "(error|warn)+",
    "\\d+\\.\\d+\\.\\d+\\.\\d+",
    "(\\d{1,3}\\.){3}\\d{1,3}",
    "error.*timeout.*",
    "\\w+\\s+\\w+\\s+\\w+",
    "^\\[[^\\]]+\\]\\s*GET",
    "[a-z]+@[a-z.]+",
    "(?<name>x+)=",
    "\\u{61}{2,4}",
    "a{",
  ])("%s is not, in a wide terminal", (text) => {
    expect(charactersAtOnce(text)).toBeGreaterThanOrEqual(200);
  });

  it("a line is tried in parts of eight rows and a thousand characters", async () => {
    const { find, last } = await finder(`${"x".repeat(80 * 20)}`, { columns: 80 });
    await find.search(query("x+", { regex: true }));
    expect(last()).toMatchObject({ kind: "found", count: 3 });
  });
});

/** xterm without a page: buffer and markers are real, what needs a screen is written down. */
async function finder(text: string, how: { rows?: number; columns?: number; scrollback?: number } = {}) {
  const terminal = await terminalWith(text, how);
  const selected: string[] = [];
  const states: FindState[] = [];
  let decorations = 0;
  const slices: number[] = [];
  let began = performance.now();
  const screen = {
    get buffer() {
      return terminal.buffer;
    },
    get cols() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    select: (column: number, row: number, length: number) => selected.push(`${row}:${column}+${length}`),
    clearSelection: () => selected.push("none"),
    scrollLines: (count: number) => terminal.scrollLines(count),
    registerMarker: (offset: number) => terminal.registerMarker(offset),
    registerDecoration: () => {
      decorations += 1;
      return { dispose: () => (decorations -= 1), onDispose: () => undefined };
    },
    onWriteParsed: terminal.onWriteParsed,
    onResize: terminal.onResize,
    onRender: () => ({ dispose: () => undefined }),
  };
  const find = new TerminalFind(screen as never, (state) => states.push(state), {
    now: () => performance.now(),
    pause: async () => {
      slices.push(performance.now() - began);
      await Promise.resolve();
      began = performance.now();
    },
  });
  open.push({ dispose: () => find.close() });
  return { terminal, find, selected, states, slices, decorations: () => decorations, last: () => states.at(-1) };
}

const lines = (count: number): string => Array.from({ length: count }, (_, i) => `line ${i} of many`).join("\r\n");

describe("#28 find", () => {
  it("goes to the newest match, up and down from there, and around", async () => {
    const { find, selected, last } = await finder("one x\r\ntwo x\r\nthree x");
    await find.search(query("x"));
    expect(last()).toMatchObject({ kind: "found", count: 3, place: 3, more: false });
    await find.previous();
    await find.previous();
    expect(last()).toMatchObject({ place: 1 });
    await find.previous();
    find.next();
    find.next();
    expect(selected).toEqual(["2:6+1", "1:4+1", "0:4+1", "2:6+1", "0:4+1", "1:4+1"]);
  });

  it("counts a thousand, says that there are more, and finds those when one goes on", async () => {
    const { find, selected, last } = await finder(lines(2500));
    await find.search(query("line"));
    expect(last()).toMatchObject({ count: 1000, place: null, more: true });
    for (let step = 0; step < 1000; step += 1) await find.previous();
    expect(selected.at(-1)).toBe("1499:0+4");
    for (let step = 0; step < 1499; step += 1) await find.previous();
    expect(last()).toMatchObject({ count: 2500, place: 1, more: false });
  });

  it("highlights what is in view, and nothing once it is closed", async () => {
    const { find, decorations, last } = await finder(lines(5000), { rows: 50 });
    await find.search(query("line"));
    expect(decorations()).toBeGreaterThan(40);
    expect(decorations()).toBeLessThanOrEqual(52);
    find.close();
    expect(decorations()).toBe(0);
    expect(last()).toEqual({ kind: "idle" });
  });

  it("a query that matches nothing, is empty, or is no expression selects nothing", async () => {
    const { find, selected, last } = await finder("text");
    await find.search(query("nowhere"));
    expect(last()).toMatchObject({ count: 0, more: false, searching: false });
    await find.search(query("("));
    await find.search(query("(", { regex: true }));
    expect(last()).toEqual({ kind: "invalid" });
    await find.search(query(""));
    expect(last()).toEqual({ kind: "idle" });
    expect(new Set(selected)).toEqual(new Set(["none"]));
  });

  it("works in slices, so that 100,000 lines never hold the page up", async () => {
    const { find, slices, last } = await finder(lines(100_000), { columns: 80 });
    await find.search(query("nowhere to be found"));
    expect(last()).toMatchObject({ count: 0, searching: false });
    // Each slice looks at the clock after every line: what is longer than its 6 ms is one line, or another program.
    expect(slices.length).toBeGreaterThan(3);
    slices.sort((a, b) => a - b);
    process.stdout.write(
      `find: ${slices.length} slices, median ${slices[slices.length >> 1]?.toFixed(1)} ms, longest ${slices.at(-1)?.toFixed(1)} ms\n`,
    );
  });

  it("a newer query ends an older one", async () => {
    const { find, states, last } = await finder(lines(20_000));
    const first = find.search(query("nowhere"));
    const second = find.search(query("19999"));
    await Promise.all([first, second]);
    expect(last()).toMatchObject({ count: 1, place: 1 });
    expect(states.filter((state) => state.kind === "found" && state.count === 0 && !state.searching)).toEqual([]);
  });

  it("stays at its match when output pushes it up", async () => {
    const { terminal, find, last, states } = await finder("a needle\r\nb\r\nc needle\r\n", { scrollback: 1000 });
    await find.search(query("needle"));
    await find.previous();
    expect(last()).toMatchObject({ place: 1, count: 2 });
    const before = states.length;
    await write(terminal, "d needle\r\n".repeat(10));
    while (states.length === before) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(last()).toMatchObject({ place: 1, count: 12 });
  });
});
