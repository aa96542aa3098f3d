// @vitest-environment happy-dom
import { Terminal } from "@xterm/xterm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { redrawSelectionOnlyIfAny } from "../../../../renderer/features/terminal/selection-redraw.ts";

const ROWS = 5;

/** Tells at once, when asked to watch an element, that it is seen or not. */
let seen = true;
class Observer {
  readonly #tell: (entries: { isIntersecting: boolean }[]) => void;
  constructor(tell: (entries: { isIntersecting: boolean }[]) => void) {
    this.#tell = tell;
  }
  observe(): void {
    this.#tell([{ isIntersecting: seen }]);
  }
  disconnect(): void {
    // Nothing comes any more in any case.
  }
}

let terminal: Terminal;
let host: HTMLElement;
/** Rows drawn since it was last set. */
let drawn = 0;

/** What is drawn with the next frame is drawn, and what that one asked for. */
async function frames(): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

async function open(): Promise<void> {
  terminal = new Terminal({ cols: 20, rows: ROWS, scrollback: 100 });
  host = document.body.appendChild(document.createElement("div"));
  terminal.open(host);
  redrawSelectionOnlyIfAny(terminal);
  for (const row of host.querySelectorAll(".xterm-rows > div")) {
    const draw = row.replaceChildren.bind(row);
    row.replaceChildren = (...nodes) => {
      drawn += 1;
      draw(...nodes);
    };
  }
  await print(1);
}

/** Prints so many lines; resolves to how many rows were drawn for them. */
async function print(lines: number): Promise<number> {
  drawn = 0;
  await new Promise<void>((resolve) => terminal.write("line\r\n".repeat(lines), resolve));
  await frames();
  return drawn;
}

const selectionOnScreen = (): boolean => host.querySelector(".xterm-selection > div") !== null;

beforeEach(() => {
  seen = true;
  vi.stubGlobal("IntersectionObserver", Observer);
});

afterEach(() => {
  terminal.dispose();
  host.remove();
  vi.unstubAllGlobals();
});

describe("what xterm draws when it scrolls", () => {
  test("#7 a scroll draws each row once", async () => {
    await open();
    expect(await print(50)).toBe(ROWS);
  });

  test("#8 a scroll draws nothing where nobody sees it", async () => {
    seen = false;
    await open();
    expect(await print(50)).toBe(0);
  });

  test("the selection goes with its text, and once cleared costs nothing any more", async () => {
    await open();
    await print(ROWS);
    terminal.select(0, terminal.buffer.active.baseY, 4);
    await frames();
    expect(selectionOnScreen()).toBe(true);
    await print(2);
    expect(selectionOnScreen()).toBe(false);
    terminal.select(0, terminal.buffer.active.baseY, 4);
    await frames();
    expect(selectionOnScreen()).toBe(true);
    terminal.clearSelection();
    await frames();
    expect(selectionOnScreen()).toBe(false);
    expect(await print(50)).toBe(ROWS);
  });

  test("a selection that scrolled out of the scrollback is forgotten, then each row is drawn once again", async () => {
    await open();
    await print(ROWS);
    terminal.selectLines(0, 1);
    await print(200);
    expect(terminal.hasSelection()).toBe(false);
    expect(await print(50)).toBe(ROWS);
  });
});
