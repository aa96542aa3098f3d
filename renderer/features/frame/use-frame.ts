import { useEffect, useRef } from "react";
import { focusBack, focusedElement } from "../../commands/focus-back.ts";
import { useShells } from "../../state/shell-store.ts";
import { setNarrow, setShort } from "../../state/window-store.ts";
import { focusNextRegion } from "../regions.ts";
import { showShells } from "./sidebar.ts";

/** Below this width, in CSS pixels, there is no room for a sidebar beside a terminal. */
const NARROW = "(max-width: 759px)";

/** Below this height there is none for stats under the shells; the variant `short` of ui/styles.css is the same. */
const SHORT = "(max-height: 399px)";

/** Keeps the store told of whether the window is narrow, and whether it is short. */
export function useWindowSize(): void {
  useMedia(NARROW, setNarrow);
  useMedia(SHORT, setShort);
}

function useMedia(media: string, tell: (matches: boolean) => void): void {
  useEffect(() => {
    const query = window.matchMedia(media);
    const onChange = (): void => tell(query.matches);
    onChange();
    query.addEventListener("change", onChange);
    return () => query.removeEventListener("change", onChange);
  }, [media, tell]);
}

/** The last shell that closes takes the focus with it: it goes where the next one is opened. */
export function useFocusAfterShells(): void {
  const isEmpty = useShells((state) => state.tabs.length === 0);
  const wasEmpty = useRef(isEmpty);
  useEffect(() => {
    if (isEmpty && !wasEmpty.current && focusedElement() === null) {
      focusBack(null);
      // The apps of a narrow window are in a drawer.
      if (focusedElement() === null) focusNextRegion();
    }
    wasEmpty.current = isEmpty;
  }, [isEmpty]);
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
