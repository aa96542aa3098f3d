import xterm from "@xterm/headless";
import type { Terminal } from "@xterm/xterm";
import { describe, expect, test } from "vitest";
import { addOscHandlers } from "../../../../renderer/features/terminal/osc/osc-handlers.ts";

const noop = (): void => undefined;

/** The page's terminal, as far as it needs no page: both editions of xterm.js keep their links alike. */
function terminalOf(): xterm.Terminal {
  const terminal = new xterm.Terminal({ cols: 20, rows: 5, scrollback: 100, allowProposedApi: true });
  addOscHandlers(terminal as unknown as Terminal, { onDirectory: noop, onProgress: noop, onClipboard: noop });
  return terminal;
}

const draw = (terminal: xterm.Terminal, text: string): Promise<void> =>
  new Promise((resolve) => terminal.write(text, resolve));

const at = (of: unknown, ...names: string[]): unknown =>
  names.reduce(
    (value, name) => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined),
    of,
  );

/** What xterm.js says when the pointer comes to the first cell of a row. */
function linkAt(terminal: xterm.Terminal, row: number): unknown {
  const cell = terminal.buffer.active.getLine(row)?.getCell(0);
  const service = at(terminal, "_core", "_oscLinkService");
  const dataOf = at(service, "getLinkData");
  if (typeof dataOf !== "function") throw new Error("xterm.js keeps its links elsewhere");
  return at(Reflect.apply(dataOf, service, [at(cell, "extended", "urlId")]), "uri");
}

const link = (address: string, text: string, id = ""): string =>
  `\x1b]8;${id};${address}\x1b\\${text}\x1b]8;;\x1b\\\r\n`;

describe("#26 links that programs declare", () => {
  test("are found in their cells, by address, with an id or without", async () => {
    const terminal = terminalOf();
    await draw(terminal, link("https://a.example/", "one") + link("https://b.example/", "two", "id=x"));
    expect([linkAt(terminal, 0), linkAt(terminal, 1)]).toEqual(["https://a.example/", "https://b.example/"]);
    terminal.dispose();
  });

  test("leave no mark for each opening, nor keep what no cell can show, however often one is opened", async () => {
    const terminal = terminalOf();
    await draw(terminal, link("https://old.example/", "old"));
    for (let i = 0; i < 20; i++) {
      const some = Array.from({ length: 1_000 }, (_, j) => `\x1b]8;id=${i}-${j};http://a/${i}-${j % 2 ? j : ""}\x07`);
      await draw(terminal, some.join(""));
    }
    const service = at(terminal, "_core", "_oscLinkService");
    expect(at(terminal.buffer.active, "_buffer", "markers")).toHaveLength(0);
    expect(at(at(service, "_dataByLinkId"), "size")).toBe(0);
    await draw(terminal, link(`https://new.example/`, "new"));
    expect(linkAt(terminal, 1)).toBe("https://new.example/");
    terminal.dispose();
  });

  test("give way, the oldest first, once their addresses are many characters", async () => {
    const terminal = terminalOf();
    await draw(terminal, link("https://old.example/", "old"));
    const long = "x".repeat(1_500);
    const many = Array.from({ length: 1_000 }, (_, i) => `\x1b]8;;https://a.example/${long}${i}\x07`).join("");
    await draw(terminal, `${many}\x1b]8;;\x07${link("https://new.example/", "new")}`);
    expect([linkAt(terminal, 0), linkAt(terminal, 1)]).toEqual([undefined, "https://new.example/"]);
    terminal.dispose();
  });
});
