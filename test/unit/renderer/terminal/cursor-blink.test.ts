// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type BlinkDrawnBy, CursorBlink } from "../../../../renderer/features/terminal/cursor-blink.ts";

let host: HTMLElement;
let keys: HTMLTextAreaElement;
let blink: CursorBlink;
let rests: boolean[];

beforeEach(() => {
  vi.useFakeTimers();
  host = document.createElement("div");
  keys = document.createElement("textarea");
  host.append(keys);
  document.body.append(host);
  rests = [];
  blink = new CursorBlink(host, () => rests.push(blink.isResting));
});

afterEach(() => {
  blink.dispose();
  host.remove();
  vi.useRealTimers();
});

const isOff = (): boolean => host.classList.contains("cursor-off");

/** How often the cursor changes within so many milliseconds. */
function changesWithin(ms: number): number {
  let changes = 0;
  let before = isOff();
  for (let i = 0; i < ms / 100; i++) {
    vi.advanceTimersByTime(100);
    if (isOff() !== before) changes += 1;
    before = isOff();
  }
  return changes;
}

describe("a cursor costs nothing once nobody types", () => {
  test("it blinks while its terminal has the focus, and stands, seen, ten seconds after the last key", () => {
    blink.set("page");
    expect(changesWithin(5_000)).toBe(0);
    keys.focus();
    expect(changesWithin(6_000)).toBe(10);
    blink.restart();
    expect(isOff()).toBe(false);
    expect(changesWithin(9_000)).toBe(15);
    vi.advanceTimersByTime(3_000);
    expect(isOff()).toBe(false);
    expect(changesWithin(60_000)).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    blink.restart();
    expect(changesWithin(1_200)).toBe(2);
  });

  test("it is seen at once when the focus goes, and no timer is left", () => {
    blink.set("page");
    keys.focus();
    vi.advanceTimersByTime(600);
    expect(isOff()).toBe(true);
    keys.blur();
    expect(isOff()).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each<BlinkDrawnBy>(["page", "renderer"])("who draws it is told when it rests and wakes: %s", (drawnBy) => {
    blink.set(drawnBy);
    keys.focus();
    if (drawnBy === "renderer") expect(changesWithin(5_000)).toBe(0);
    vi.advanceTimersByTime(20_000);
    blink.restart();
    blink.restart();
    blink.set(undefined);
    expect(rests).toEqual([false, true, false, true]);
    blink.restart();
    expect(vi.getTimerCount()).toBe(0);
  });
});
