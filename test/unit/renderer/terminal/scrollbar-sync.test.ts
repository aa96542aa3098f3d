// @vitest-environment happy-dom
import { Terminal } from "@xterm/xterm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FramePace, paceFrames } from "../../../../renderer/features/terminal/frame-pace.ts";
import { syncScrollbarWithFrames } from "../../../../renderer/features/terminal/scrollbar-sync.ts";

let terminal: Terminal;
let host: HTMLElement;
/** The frame that is waited for, if any. */
let frame: (() => void) | undefined;
/** The row at the top of the view, of each time that the bar was brought up to date. */
let synced: number[] = [];
let viewport: object;

const print = (text: string) => new Promise<void>((resolve) => terminal.write(text, resolve));

beforeEach(() => {
  terminal = new Terminal({ cols: 20, rows: 5 });
  host = document.body.appendChild(document.createElement("div"));
  terminal.open(host);
  const frames = {
    request: (callback: () => void) => {
      frame = callback;
      return 1;
    },
    cancel: () => {
      frame = undefined;
    },
    ended: () => undefined,
  };
  paceFrames(terminal, new FramePace(terminal, undefined, frames));
  viewport = Reflect.get(Reflect.get(terminal, "_core"), "_viewport");
  const sync: (...told: unknown[]) => void = Reflect.get(viewport, "_sync");
  Reflect.set(viewport, "_sync", (...told: unknown[]) => {
    if (told.length === 0) synced.push(terminal.buffer.active.viewportY);
    sync.apply(viewport, told);
  });
  syncScrollbarWithFrames(terminal);
  synced = [];
});

afterEach(() => {
  terminal.dispose();
  host.remove();
});

describe("the scrollbar of a terminal", () => {
  test("#7 is brought up to date with a frame, not with each line that scrolls", async () => {
    await print("line\r\n".repeat(300));
    expect(synced).toEqual([]);
    frame?.();
    expect(synced).toEqual([terminal.buffer.active.baseY]);
    frame?.();
    expect(synced).toHaveLength(1);
  });

  test("#8 what scrolls does so from where the view is, and not from where it was in the last frame", async () => {
    for (const scroll of [
      () => terminal.scrollLines(-2),
      () => terminal.element?.dispatchEvent(new WheelEvent("wheel", { deltaY: -1 })),
      () => terminal.element?.dispatchEvent(new PointerEvent("pointerdown")),
    ]) {
      await print("line\r\n".repeat(30));
      synced = [];
      const { baseY } = terminal.buffer.active;
      scroll();
      expect(synced).toEqual([baseY]);
    }
  });

  test("stays with xterm where the method is not found", () => {
    expect(() => syncScrollbarWithFrames(Object.create(null))).not.toThrow();
  });
});
