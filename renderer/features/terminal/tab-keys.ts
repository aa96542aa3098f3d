import type { KeyboardEvent } from "react";
import { useShells } from "../../state/shell-store.ts";
import { moveTab } from "../../state/tabs.ts";

/** Keys of a tab that has the focus: Delete closes it, Ctrl+Shift+Page Up and Page Down move it, as browsers have it. */
export function onTabKey(event: KeyboardEvent, key: string, close: () => void): void {
  const step = { PageUp: -1, PageDown: 1 }[event.key];
  if (event.key === "Delete") close();
  else if (step !== undefined && event.ctrlKey && event.shiftKey) shiftTab(key, step);
  else return;
  event.preventDefault();
}

export function shiftTab(key: string, step: number): void {
  const index = useShells.getState().tabs.findIndex((tab) => tab.key === key);
  if (index !== -1) moveTab(key, Math.max(0, index + step));
}
