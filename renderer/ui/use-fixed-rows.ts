import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";

/** Rows drawn beyond what is seen, so that a step of the wheel shows no hole. */
const BEYOND = 8;
/** The range moves in steps of so many rows: most scroll events then change nothing. */
const STEP = 4;
/** Room that a list leaves above its first row and below its last, in pixels. */
const PADDING = 4;
/** Rows that have not moved for so long rest. */
const REST_MS = 150;

export interface Range {
  readonly first: number;
  readonly last: number;
}

/** The rows to draw of a list that is scrolled to `top` in a place of this height; all in pixels, `last` exclusive. */
export function rowsInSight(top: number, height: number, rowHeight: number): Range {
  const from = Math.floor(top / rowHeight / STEP) * STEP;
  return { first: Math.max(0, from - BEYOND), last: from + STEP + Math.ceil(height / rowHeight) + BEYOND };
}

/** The rows that are seen, or all of them where nothing is known of the place. */
export function rowsSeen(top: number, height: number, rowHeight: number): Range {
  if (height === 0) return { first: 0, last: Number.POSITIVE_INFINITY };
  const first = Math.max(0, Math.floor((top - PADDING) / rowHeight));
  return { first, last: Math.ceil((top + height - PADDING) / rowHeight) };
}

/** The same of a list that may have become shorter meanwhile: its last rows then, which is where it will be scrolled to. */
export function withinCount({ first, last }: Range, count: number): Range {
  return { first: Math.max(0, Math.min(first, count - (last - first))), last: Math.min(last, count) };
}

/** At most so many rows does `rowsInSight` name for a place of this height. */
function mostRows(height: number, rowHeight: number): number {
  return STEP + Math.ceil(height / rowHeight) + 2 * BEYOND;
}

/**
 * Rows in the order of their elements, which is their own once they rest. A row's element is that of its place, `index % places`,
 * and shows another row when this one has left: elements that change places in the document are laid out and painted anew as
 * if they had just been made, so while rows move none does. `from` is the first row as the rows rested last.
 */
export function inPlaces({ first, last }: Range, places: number, from: number): number[] {
  const turned = (((from - first) % places) + places) % places;
  const order: number[] = [];
  for (let i = 0; i < places; i++) {
    const index = first + ((turned + i) % places);
    if (index < last) order.push(index);
  }
  return order;
}

/** Scrolls as little as brings the row into view. */
export function reveal(element: HTMLElement, index: number, height: number): void {
  const top = index * height;
  const bottom = top + height + 2 * PADDING;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight;
}

/**
 * Which of a long list's rows to draw, all of one height in pixels: arithmetic, where a virtualizer for any heights keeps a
 * record for each row. `last` is exclusive. The list's element must scroll by itself. `places` is the most rows there are at a
 * time, for `inPlaces`; `sight` names the rows that are seen, as one scrolled last.
 */
export function useFixedRows(count: number, height: number, scroll: RefObject<HTMLElement | null>) {
  const [range, setRange] = useState<Range>({ first: 0, last: 4 * BEYOND });
  const [places, setPlaces] = useState(4 * BEYOND);
  const sight = useRef(rowsSeen(0, 0, height));
  const isEmpty = count === 0;
  useLayoutEffect(() => {
    const element = scroll.current;
    if (element === null || isEmpty) return;
    let seen = 0;
    const move = (): void => {
      const top = element.scrollTop;
      const next = rowsInSight(top, seen, height);
      sight.current = rowsSeen(top, seen, height);
      setRange((before) => (before.first === next.first && before.last === next.last ? before : next));
    };
    const resize = (): void => {
      // Not asked for with each step: the browser would have to know the layout of what the step has changed.
      seen = element.clientHeight;
      setPlaces(mostRows(seen, height));
      move();
    };
    resize();
    const observer = new ResizeObserver(resize);
    observer.observe(element);
    // In the frame that scrolls and not in the one after it: what would be drawn in between is drawn again at once.
    const onScroll = (): void => flushSync(move);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, [height, scroll, isEmpty]);

  return { ...withinCount(range, count), places, sight };
}

/** The first row as the rows rested last: not while they move, and not under a finger or a pressed button. */
export function useRested(first: number, scroll: RefObject<HTMLElement | null>): number {
  const [rested, setRested] = useState(first);
  useEffect(() => {
    if (rested === first) return;
    const look = (): void => {
      if (scroll.current?.matches(":active") === true) timer = setTimeout(look, REST_MS);
      else setRested(first);
    };
    let timer = setTimeout(look, REST_MS);
    return () => clearTimeout(timer);
  }, [first, rested, scroll]);
  return rested;
}
