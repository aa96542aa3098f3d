import { type RefObject, useCallback, useLayoutEffect, useState } from "react";
import { flushSync } from "react-dom";

/** Rows drawn beyond what is seen, so that a step of the wheel shows no hole. */
const BEYOND = 8;
/** The range moves in steps of so many rows: most scroll events then change nothing. */
const STEP = 4;
/** Room that a list leaves above its first row and below its last, in pixels. */
const PADDING = 4;

interface Range {
  readonly first: number;
  readonly last: number;
}

/** The rows to draw of a list that is scrolled to `top` in a place of this height; all in pixels, `last` exclusive. */
export function rowsInSight(top: number, height: number, rowHeight: number): Range {
  const from = Math.floor(top / rowHeight / STEP) * STEP;
  return { first: Math.max(0, from - BEYOND), last: from + STEP + Math.ceil(height / rowHeight) + BEYOND };
}

/** The same of a list that may have become shorter meanwhile: its last rows then, which is where it will be scrolled to. */
export function withinCount({ first, last }: Range, count: number): Range {
  return { first: Math.max(0, Math.min(first, count - (last - first))), last: Math.min(last, count) };
}

/** At most so many rows does `rowsInSight` name for a place of this height. */
function slotsOf(height: number, rowHeight: number): number {
  return STEP + Math.ceil(height / rowHeight) + 2 * BEYOND;
}

/**
 * Which of a long list's rows to draw, all of one height in pixels: arithmetic, where a virtualizer for any heights keeps a
 * record for each row. `last` is exclusive. The list's element must scroll by itself. Row `index % slots` as React's key lets
 * the elements of a row that leaves show one that comes, which costs a fraction of making them anew.
 */
export function useFixedRows(count: number, height: number, scroll: RefObject<HTMLElement | null>) {
  const [range, setRange] = useState<Range>({ first: 0, last: 4 * BEYOND });
  const [slots, setSlots] = useState(4 * BEYOND);
  const measure = useCallback((): void => {
    const element = scroll.current;
    if (element === null) return;
    const next = rowsInSight(element.scrollTop, element.clientHeight, height);
    setRange((before) => (before.first === next.first && before.last === next.last ? before : next));
    setSlots(slotsOf(element.clientHeight, height));
  }, [height, scroll]);

  const isEmpty = count === 0;
  useLayoutEffect(() => {
    const element = scroll.current;
    if (element === null || isEmpty) return;
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // In the frame that scrolls and not in the one after it: what would be drawn in between is drawn again at once.
    const onScroll = (): void => flushSync(measure);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, [measure, scroll, isEmpty]);

  /** Scrolls as little as brings the row into view. */
  const scrollTo = useCallback(
    (index: number): void => {
      const element = scroll.current;
      if (element === null) return;
      const top = index * height;
      const bottom = top + height + 2 * PADDING;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight;
    },
    [height, scroll],
  );

  return { ...withinCount(range, count), slots, scrollTo };
}
