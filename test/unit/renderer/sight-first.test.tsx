// @vitest-environment happy-dom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inSightFirst, useSightFirst, type View } from "../../../renderer/features/apps/sight-first.ts";
import type { TreeRow } from "../../../renderer/features/apps/tree-model.ts";
import { placesOf } from "../../../renderer/features/apps/tree-places.ts";
import { rowsSeen } from "../../../renderer/ui/use-fixed-rows.ts";

const REST_MS = 500;
const SIGHT = { first: 0, last: 2 };

/** A row for each letter. */
function viewOf(letters: string): View {
  const rows = [...letters].map((key): TreeRow => ({ kind: "pins", key, level: 1, parentKey: null, open: false }));
  return { rows, terms: [], ...placesOf(rows) };
}
const orderOf = (view: View): number[] => view.rows.map((_, index) => index);
const lettersOf = (drawn: ReturnType<typeof inSightFirst>): string =>
  drawn.map(({ view, index }) => view.rows[index]?.key).join("");
const wholly = (view: View) => new Map(orderOf(view).map((index) => [index, view]));

function first(before: string, now: string, current = 0): string {
  const view = viewOf(now);
  return lettersOf(inSightFirst({ view, order: orderOf(view), current }, SIGHT, wholly(viewOf(before))));
}

describe("rows that change all at once", () => {
  it("are drawn anew in sight, and stay what they were beyond it", () => {
    expect(first("abcd", "wxyz")).toBe("wxcd");
  });

  it("are there once each: what has come into sight is shown no second time where it was", () => {
    expect(first("abcd", "cayz")).toBe("cayd");
    expect(first("abcd", "adby")).toBe("adcy");
  });

  it("are none beyond the end, nor where none was drawn before", () => {
    expect(first("abcd", "wxy")).toBe("wxc");
    expect(first("ab", "wxyz")).toBe("wx");
  });

  it("show the current one as it is now, wherever it is", () => {
    expect(first("abcd", "wxyz", 3)).toBe("wxcz");
    expect(first("ab", "wxyz", 3)).toBe("wxz");
  });

  it("are all of now where nothing is known of the place", () => {
    expect(rowsSeen(0, 0, 28)).toEqual({ first: 0, last: Number.POSITIVE_INFINITY });
    expect(rowsSeen(0, 280, 28)).toEqual({ first: 0, last: 10 });
    expect(rowsSeen(32, 280, 28)).toEqual({ first: 1, last: 11 });
    expect(rowsSeen(20, 280, 28)).toEqual({ first: 0, last: 11 });
  });
});

describe("rows beyond the sight", () => {
  const element = document.createElement("div");
  const pass = (ms: number): void => act(() => void vi.advanceTimersByTime(ms));

  function drawn(letters: string) {
    const [scroll, sight] = [{ current: element }, { current: SIGHT }];
    const { result, rerender } = renderHook(
      (view: View) => useSightFirst({ view, order: orderOf(view), current: 0 }, sight, scroll),
      { initialProps: viewOf(letters) },
    );
    return { letters: () => lettersOf([...result.current]), change: (to: string) => rerender(viewOf(to)) };
  }

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
  });

  it("come once nothing has changed for a while: no key waits for them", () => {
    const { letters, change } = drawn("abcd");
    expect(letters()).toBe("abcd");
    for (const [to, shown] of [
      ["efgh", "efcd"],
      ["ijkl", "ijcd"],
      ["mnop", "mncd"],
    ] as const) {
      change(to);
      pass(REST_MS - 1);
      expect(letters()).toBe(shown);
    }
    pass(1);
    expect(letters()).toBe("mnop");
  });

  it("come in the frame that scrolls", () => {
    const { letters, change } = drawn("abcd");
    change("wxyz");
    expect(letters()).toBe("wxcd");
    act(() => void element.dispatchEvent(new Event("scroll")));
    expect(letters()).toBe("wxyz");
  });
});
