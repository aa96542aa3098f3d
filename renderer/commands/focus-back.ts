import { terminalOf } from "../features/terminal/open-terminals.ts";
import { activePane, useShells } from "../state/shell-store.ts";

/** What has the focus now, if it is anything in particular. */
export function focusedElement(): HTMLElement | null {
  const element = document.activeElement;
  return element instanceof HTMLElement && element !== document.body ? element : null;
}

/** Gives the focus back to what had it, or, when that is gone, to the terminal in front. */
export function focusBack(element: HTMLElement | null): void {
  if (element?.isConnected === true) element.focus();
  if (element === null || document.activeElement !== element) {
    terminalOf(activePane(useShells.getState())?.key ?? null)?.focus();
  }
}
