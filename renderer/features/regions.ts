import { activePane, useShells } from "../state/shell-store.ts";
import { terminalOf } from "./terminal/open-terminals.ts";

/** Moves the focus to the next part of the window: tree, tabs, terminal, stats, status bar. The way out of a terminal. */
export function focusNextRegion(): void {
  const stops = [
    { name: "tree", focus: () => focusIn("tree", "") },
    { name: "tabs", focus: () => focusIn("tabs", "[role=tab][tabindex='0']") },
    { name: "shells", focus: focusTerminal },
    { name: "stats", focus: () => focusIn("stats", "button") },
    { name: "status", focus: () => focusIn("status", "button") },
  ];
  const inside = document.activeElement?.closest("[data-region]")?.getAttribute("data-region");
  const from = stops.findIndex(({ name }) => name === inside);
  for (let step = 1; step <= stops.length; step += 1) {
    if (stops[(from + step) % stops.length]?.focus() === true) return;
  }
}

function focusIn(region: string, selector: string): boolean {
  const target = document.querySelector<HTMLElement>(`[data-region=${region}] ${selector}`.trim());
  target?.focus();
  return target !== null;
}

function focusTerminal(): boolean {
  const pane = activePane(useShells.getState());
  const terminal = terminalOf(pane?.key ?? null);
  terminal?.focus();
  return terminal !== undefined;
}
