import { FILTER_ID } from "../features/apps/FilterField.tsx";
import { terminalOf } from "../features/terminal/open-terminals.ts";
import { activePane, useShells } from "../state/shell-store.ts";

/** What has the focus now, if it is anything in particular. */
export function focusedElement(): HTMLElement | null {
  const element = document.activeElement;
  return element instanceof HTMLElement && element !== document.body ? element : null;
}

/** Gives the focus back to what had it, or, when that is gone, to the terminal in front; without one, to the apps. */
export function focusBack(element: HTMLElement | null): void {
  if (element?.isConnected === true) element.focus();
  if (element === null || document.activeElement !== element) focusFront();
}

/** A tree without rows is not there; its filter is. */
function focusFront(): void {
  const terminal = terminalOf(activePane(useShells.getState())?.key ?? null);
  const apps = document.querySelector<HTMLElement>("[data-region=tree]") ?? document.getElementById(FILTER_ID);
  (terminal ?? apps)?.focus();
}
