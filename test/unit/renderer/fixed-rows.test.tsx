// @vitest-environment happy-dom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inPlaces, reveal, useRested } from "../../../renderer/ui/use-fixed-rows.ts";

const PLACES = 8;
/** Which place each row of the order has, and so which element. */
const places = (order: readonly number[]): number[] => order.map((index) => index % PLACES);

describe("the order of rows in the document", () => {
  it("is their own while they rest", () => {
    expect(inPlaces({ first: 0, last: 5 }, PLACES, 0)).toEqual([0, 1, 2, 3, 4]);
    expect(inPlaces({ first: 13, last: 21 }, PLACES, 13)).toEqual([13, 14, 15, 16, 17, 18, 19, 20]);
  });

  it("is that of the elements while they move: none changes its place, however far they go and in which direction", () => {
    const before = places(inPlaces({ first: 40, last: 48 }, PLACES, 40));
    for (const first of [41, 44, 48, 39, 7, 0, 1003]) {
      const order = inPlaces({ first, last: first + PLACES }, PLACES, 40);
      expect(places(order)).toEqual(before);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: PLACES }, (_, i) => first + i));
    }
  });

  it("leaves out the places that have no row", () => {
    expect(inPlaces({ first: 4, last: 7 }, PLACES, 0)).toEqual([4, 5, 6]);
    expect(inPlaces({ first: 6, last: 10 }, PLACES, 0)).toEqual([8, 9, 6, 7]);
    expect(inPlaces({ first: 0, last: 0 }, PLACES, 5)).toEqual([]);
  });
});

describe("rows at rest", () => {
  const REST_MS = 150;
  let pressed = false;
  const element = document.createElement("div");
  vi.spyOn(element, "matches").mockImplementation((selector) => selector === ":active" && pressed);
  const pass = (ms: number): void => act(() => void vi.advanceTimersByTime(ms));

  function rested(first: number) {
    const scroll = { current: element };
    const { result, rerender } = renderHook((at: number) => useRested(at, scroll), { initialProps: first });
    return { at: () => result.current, move: (to: number) => rerender(to) };
  }

  beforeEach(() => {
    pressed = false;
    vi.useFakeTimers();
  });

  afterEach(() => {
    cleanup();
    vi.useRealTimers();
  });

  it("are told once they have not moved for a while", () => {
    const { at, move } = rested(0);
    for (const first of [4, 8, 12]) {
      move(first);
      pass(REST_MS - 1);
    }
    expect(at()).toBe(0);
    pass(1);
    expect(at()).toBe(12);
  });

  it("not while a row is pressed: a click whose element moves in between is none", () => {
    const { at, move } = rested(0);
    move(4);
    pressed = true;
    pass(10 * REST_MS);
    expect(at()).toBe(0);
    pressed = false;
    pass(REST_MS);
    expect(at()).toBe(4);
  });
});

describe("a row that is to be seen", () => {
  it("scrolls as little as it takes, and not at all when it is in sight", () => {
    const element = document.createElement("div");
    Object.defineProperty(element, "clientHeight", { value: 288 });
    const scrolled = (top: number, index: number): number => {
      element.scrollTop = top;
      reveal(element, index, 28);
      return element.scrollTop;
    };
    expect(scrolled(280, 12)).toBe(280);
    expect(scrolled(280, 3)).toBe(84);
    expect(scrolled(0, 20)).toBe(20 * 28 + 28 + 8 - 288);
  });
});
