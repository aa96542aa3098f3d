import { useEffect, useRef } from "react";
import { focusBack, focusedElement } from "../../commands/focus-back.ts";
import { useWindow } from "../../state/window-store.ts";
import { coversShells } from "./sidebar.ts";

/**
 * The keyboard is never left with nothing when a view comes or goes (WCAG 2.4.3). What still has the focus keeps it: a
 * click on the rail leaves it there, where the arrows lead on.
 */

/** What a view that covers the shells gives the focus to. One view is there at a time. */
export const ENTRY_ID = "view-entry";

/** Whether what had the focus is gone or hidden; a browser takes it from what is hidden only with its next picture. */
function isFocusLost(): boolean {
  const element = focusedElement();
  return element === null || element.closest("[hidden], [inert]") !== null;
}

function focusEntry(): void {
  if (isFocusLost()) document.getElementById(ENTRY_ID)?.focus();
}

/** For the view itself, since its code may come late. */
export function useEntryFocus(): void {
  useEffect(focusEntry, []);
}

/** A command leads into the view wherever the focus was, also into one that is in front already. */
export function enterView(show: () => void): void {
  focusedElement()?.blur();
  show();
  focusEntry();
}

/** Back from a view that covered the shells: to the terminal in front, or to the apps. */
export function useFocusAfterView(): void {
  const isCovered = useWindow(coversShells);
  const wasCovered = useRef(isCovered);
  useEffect(() => {
    if (wasCovered.current && !isCovered && isFocusLost()) focusBack(null);
    wasCovered.current = isCovered;
  }, [isCovered]);
}

/** A part of a view that goes when it has done its work leaves the focus to the view. */
export function useFocusAfterPart(isThere: boolean): void {
  const wasThere = useRef(isThere);
  useEffect(() => {
    if (wasThere.current && !isThere) focusEntry();
    wasThere.current = isThere;
  }, [isThere]);
}
