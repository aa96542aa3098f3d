import { useEffect } from "react";
import { useShells } from "../../state/shell-store.ts";
import { setNarrow } from "../../state/window-store.ts";
import { showShells } from "./sidebar.ts";

/** Below this width, in CSS pixels, there is no room for a sidebar beside a terminal. */
const NARROW = "(max-width: 759px)";

/** Keeps the store told of whether the window is narrow. */
export function useNarrowWindow(): void {
  useEffect(() => {
    const query = window.matchMedia(NARROW);
    const tell = (): void => setNarrow(query.matches);
    tell();
    query.addEventListener("change", tell);
    return () => query.removeEventListener("change", tell);
  }, []);
}

/** A shell that a person opens or brings to the front is shown, whatever view was there. */
export function useShellsToFront(): void {
  useEffect(
    () =>
      useShells.subscribe((now, before) => {
        const { activeKey } = now;
        if (activeKey === null || activeKey === before.activeKey || !before.loaded) return;
        // The neighbour of a tab that closed comes to the front by itself, which is no wish to see it.
        const wished = before.activeKey === null || now.tabs.some(({ key }) => key === before.activeKey);
        if (wished) showShells();
      }),
    [],
  );
}
