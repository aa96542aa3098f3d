import { activePane, useShells } from "../state/shell-store.ts";
import { terminalOf } from "./terminal/open-terminals.ts";

/** What can take the focus and stands in the order of Tab. */
const STOPS = "button, input, select, textarea, a[href], [role=tab], [tabindex='0']";

/** Moves the focus to the next part of the window, in the order of the page. The way out of a terminal. */
export function focusNextRegion(): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")];
  const inside = document.activeElement?.closest<HTMLElement>("[data-region]");
  const from = inside == null ? -1 : regions.indexOf(inside);
  for (let step = 1; step <= regions.length; step += 1) {
    const region = regions[(from + step) % regions.length];
    if (region !== undefined && focusIn(region)) return;
  }
}

/** False when there is nothing in it to focus, or it is not shown. */
function focusIn(region: HTMLElement): boolean {
  if (region.closest("[hidden], [inert]") !== null) return false;
  if (region.dataset["region"] === "shells") return focusTerminal();
  const stops = [region, ...region.querySelectorAll<HTMLElement>(STOPS)];
  const stop = stops.find((one) => one.matches(STOPS) && one.tabIndex >= 0 && !one.matches(":disabled"));
  stop?.focus();
  return stop !== undefined;
}

function focusTerminal(): boolean {
  const terminal = terminalOf(activePane(useShells.getState())?.key ?? null);
  terminal?.focus();
  return terminal !== undefined;
}
