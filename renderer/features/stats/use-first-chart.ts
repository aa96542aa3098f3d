import { type RefObject, useEffect, useRef } from "react";

/** Between the edge and what is to be seen, in pixels. */
const GAP = 8;

/**
 * In a low drawer, as at 200 % zoom, what stands above the charts would leave no more than the head of one. What scrolls then
 * begins with the row that steers them, and where that leaves no room either, with the first chart; until a person scrolls.
 */
export function useFirstChart(viewport: RefObject<HTMLElement | null>, isWanted: boolean): void {
  const isWantedAtFirst = useRef(isWanted);
  useEffect(() => {
    const place = viewport.current;
    if (!isWantedAtFirst.current || place === null) return;
    let ours = place.scrollTop;
    const observer = new ResizeObserver(() => {
      if (place.scrollTop !== ours) return observer.disconnect();
      place.scrollTop = startOf(place);
      // As far as it could.
      ours = place.scrollTop;
    });
    observer.observe(place);
    return () => observer.disconnect();
  }, [viewport]);
}

function startOf(place: HTMLElement): number {
  const chart = place.querySelector("figure");
  const row = chart?.parentElement?.previousElementSibling;
  if (chart === null || row === null || row === undefined) return 0;
  const top = place.getBoundingClientRect().top - place.scrollTop;
  const above = (part: Element): number => part.getBoundingClientRect().top - top - GAP;
  const end = chart.getBoundingClientRect().bottom - top;
  return [0, above(row)].find((start) => end - start <= place.clientHeight) ?? above(chart);
}
