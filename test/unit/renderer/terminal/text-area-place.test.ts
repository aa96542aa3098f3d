// @vitest-environment happy-dom
import { Terminal } from "@xterm/xterm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FramePace, paceFrames } from "../../../../renderer/features/terminal/frame-pace.ts";
import { moveTextAreaWithRows } from "../../../../renderer/features/terminal/text-area-place.ts";

let terminal: Terminal;
let host: HTMLElement;
/** The frame that is waited for, if any. */
let frame: (() => void) | undefined;
let moves = 0;

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
  const style = terminal.textarea!.style;
  const core: object = Reflect.get(terminal, "_core");
  const move: () => void = Reflect.get(core, "_syncTextArea");
  Reflect.set(core, "_syncTextArea", () => {
    moves += 1;
    move.call(core);
    style.setProperty("--column", String(terminal.buffer.active.cursorX));
  });
  moves = 0;
});

afterEach(() => {
  terminal.dispose();
  host.remove();
});

const column = (): string => terminal.textarea!.style.getPropertyValue("--column");

describe("the field that takes the keys", () => {
  test("#7 is moved with the rows, not with each piece of output", async () => {
    moveTextAreaWithRows(terminal);
    for (let i = 0; i < 30; i++) await print("x".repeat(7));
    expect(moves).toBe(0);
    frame?.();
    expect(moves).toBe(1);
    expect(column()).toBe(String(terminal.buffer.active.cursorX));
  });

  test("#24 follows a cursor that moves over nothing new", async () => {
    moveTextAreaWithRows(terminal);
    await print("some text");
    frame?.();
    await print("\x1b[3;5H");
    frame?.();
    expect(column()).toBe("4");
  });

  test("stays with xterm where the method is not found", () => {
    expect(() => moveTextAreaWithRows(Object.create(null))).not.toThrow();
  });
});
