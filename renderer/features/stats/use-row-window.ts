import { type RefObject, useEffect, useState } from "react";

export const ROW_HEIGHT = 28;
/** Below this all rows are drawn; there is nothing to gain. */
const ALL_BELOW = 80;
/** Rows drawn beyond either edge. */
const BEYOND = 12;

export interface RowWindow {
  readonly from: number;
  readonly to: number;
}

/** Which of many rows of equal height a person can see in what scrolls. */
export function useRowWindow(scroller: RefObject<HTMLElement | null>, count: number): RowWindow {
  const [place, setPlace] = useState({ top: 0, height: 0 });
  useEffect(() => {
    const host = scroller.current;
    if (host === null) return;
    const look = (): void => setPlace({ top: host.scrollTop, height: host.clientHeight });
    look();
    host.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(host);
    return () => {
      host.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [scroller]);
  return rowWindow(place.top, place.height, count);
}

export function rowWindow(top: number, height: number, count: number): RowWindow {
  if (count <= ALL_BELOW) return { from: 0, to: count };
  const first = Math.min(Math.floor(top / ROW_HEIGHT), count);
  const from = Math.max(0, Math.min(first, count - 1) - BEYOND);
  return { from, to: Math.min(count, first + Math.ceil(height / ROW_HEIGHT) + BEYOND) };
}
