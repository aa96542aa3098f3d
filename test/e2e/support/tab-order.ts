/** Functions that run in the page; each is sent there as text, so none uses anything outside of itself. */

/** More than any screen has. */
export const MOST_STOPS = 150;

export interface Stop {
  /** Role and name, as well as they can be told; empty for the page itself. */
  readonly what: string;
  /** Its number among the stops that were marked; -1 for one that was not. */
  readonly id: number;
  readonly isTerminal: boolean;
  /** Something about it, or around it, is drawn for the focus. */
  readonly isSeen: boolean;
  /** Marked stops that were not visited yet. */
  readonly left: number;
}

/** Numbers all that Tab should come to; how many there are. */
export function markStops(): number {
  for (const old of document.querySelectorAll("[data-stop], [data-visited]")) {
    old.removeAttribute("data-stop");
    old.removeAttribute("data-visited");
  }
  (document.activeElement as HTMLElement | null)?.blur();
  // A dialog keeps the focus to itself while it is open.
  const within: ParentNode = document.querySelector('[role="dialog"], [role="alertdialog"]') ?? document;
  const candidates = within.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, [tabindex]");
  const stops = [...candidates].filter(
    (one) =>
      one.tabIndex >= 0 &&
      !one.matches(":disabled") &&
      one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
      one.closest('[inert], [aria-hidden="true"]') === null,
  );
  stops.forEach((one, index) => {
    one.dataset["stop"] = String(index);
  });
  return stops.length;
}

/** What has the focus. Marks it as visited. */
export function focused(): Stop {
  const element = document.activeElement;
  const countLeft = (): number => document.querySelectorAll("[data-stop]:not([data-visited])").length;
  if (!(element instanceof HTMLElement) || element === document.body) {
    return { what: "", id: -1, isTerminal: false, isSeen: true, left: countLeft() };
  }
  const id = Number(element.dataset["stop"] ?? -1);
  element.dataset["visited"] = "";
  const isTerminal = element.classList.contains("xterm-helper-textarea");
  const active = document.getElementById(element.getAttribute("aria-activedescendant") ?? "");
  const around: Element[] = [];
  for (let one: Element | null = element; one !== null && around.length < 4; one = one.parentElement) around.push(one);
  const isSeen = [...around, ...(active === null ? [] : [active])].some((one) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
    return (outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  });
  const name = element.getAttribute("aria-label") ?? element.textContent ?? "";
  const role = element.getAttribute("role") ?? element.tagName.toLowerCase();
  // The terminal's own cursor shows its focus.
  return {
    what: `${role} ${name.trim().slice(0, 60)}`,
    id,
    isTerminal,
    isSeen: isSeen || isTerminal,
    left: countLeft(),
  };
}

/** The marked stops that are still there and were not visited. */
export function unvisited(): string[] {
  return [...document.querySelectorAll<HTMLElement>("[data-stop]:not([data-visited])")]
    .filter((one) => one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true }))
    .map(
      (one) =>
        `${one.getAttribute("role") ?? one.tagName.toLowerCase()} ${(one.getAttribute("aria-label") ?? one.textContent ?? "").trim().slice(0, 60)}`,
    );
}
