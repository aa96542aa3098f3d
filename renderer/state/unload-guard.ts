import { useEffect } from "react";
import { isDesktop } from "../bridge/desktop-link.ts";

/**
 * Lets the browser ask before it leaves the page (its own question: a page has no say in the words). The desktop edition has
 * no way to leave by mistake, and there the question would keep its window open without a word.
 */
export function useUnloadGuard(isActive: boolean): void {
  useEffect(() => {
    if (!isActive || isDesktop()) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isActive]);
}
