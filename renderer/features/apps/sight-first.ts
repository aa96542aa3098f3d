import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { type Range, withinCount } from "../../ui/use-fixed-rows.ts";
import type { TreeRow } from "./tree-model.ts";

/** What rows beyond the sight wait for after the last change: the next key of a slow hand comes before. */
const REST_MS = 500;

/** The tree's rows for one filter, and what is told of each. */
export interface View {
  readonly rows: readonly TreeRow[];
  readonly terms: readonly string[];
  readonly positions: Uint32Array;
  readonly sizes: ReadonlyMap<string | null, number>;
}

/** A row that is drawn, and what it is of: beyond the sight perhaps of what was shown before. */
export interface DrawnRow {
  readonly view: View;
  readonly index: number;
}

interface Asked {
  readonly view: View;
  /** The rows to draw, in the order of their elements. */
  readonly order: readonly number[];
  /** The row that is always drawn as it is now. */
  readonly current: number;
}

/**
 * What is drawn when only the rows in sight are drawn anew: the others stay what they were in `before`, and where none was, none
 * is. But none is there twice, and none beyond the end.
 */
export function inSightFirst(
  { view, order, current }: Asked,
  sight: Range,
  before: ReadonlyMap<number, View>,
): DrawnRow[] {
  const now = new Set([...order, current].map((index) => view.rows[index]?.key));
  const drawn: DrawnRow[] = [];
  for (const index of order) {
    const old = before.get(index);
    const key = old?.rows[index]?.key;
    const isFree = key === view.rows[index]?.key || !now.has(key);
    if ((index >= sight.first && index < sight.last) || index === current) drawn.push({ view, index });
    else if (old !== undefined) drawn.push({ view: isFree ? old : view, index });
  }
  return drawn;
}

/**
 * The rows to draw. A key in the filter changes them all, and what its frame costs goes by their number: it draws those in sight,
 * and what lies around them comes once nothing has changed for a while, or as soon as one scrolls.
 */
export function useSightFirst(
  asked: Asked,
  sight: RefObject<Range>,
  scroll: RefObject<HTMLElement | null>,
): readonly DrawnRow[] {
  const { view, order } = asked;
  /** The view that has been drawn wholly, and what is drawn of which. */
  const [whole, setWhole] = useState(view);
  const before = useRef<ReadonlyMap<number, View>>(new Map());
  const isWhole = whole === view;
  const drawn = isWhole
    ? order.map((index) => ({ view, index }))
    : inSightFirst(asked, withinCount(sight.current, view.rows.length), before.current);
  useLayoutEffect(() => {
    before.current = new Map(drawn.map((row) => [row.index, row.view]));
  });
  useEffect(() => {
    if (isWhole) return;
    const finish = (): void => setWhole(view);
    // In the frame that scrolls: what comes into sight is of now.
    const onScroll = (): void => flushSync(finish);
    const element = scroll.current;
    const timer = setTimeout(finish, REST_MS);
    element?.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      clearTimeout(timer);
      element?.removeEventListener("scroll", onScroll);
    };
  }, [isWhole, view, scroll]);
  return drawn;
}
