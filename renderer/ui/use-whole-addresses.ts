import { type RefObject, useEffect, useLayoutEffect } from "react";

/** Long addresses of a table are whole where all of it then fits into its viewport, and cut where it would have to scroll. */
export function useWholeAddresses(viewport: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => cutOrWhole(viewport.current));
  useEffect(() => {
    const element = viewport.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => cutOrWhole(element));
    observer.observe(element);
    return () => observer.disconnect();
  }, [viewport]);
}

function cutOrWhole(viewport: HTMLElement | null): void {
  if (viewport === null || viewport.querySelector("[data-address]") === null) return;
  viewport.toggleAttribute("data-whole", true);
  viewport.toggleAttribute("data-whole", viewport.scrollWidth <= viewport.clientWidth);
}
