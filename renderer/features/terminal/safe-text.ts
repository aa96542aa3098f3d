import { visibleText } from "../../../shared/visible-text.ts";

/** A text that a program chose, for one line of the window: nothing in it is invisible, and it is no longer than `most`. */
export function oneLine(text: string, most: number): string {
  const shown = visibleText(text);
  return shown.length <= most ? shown : `${shown.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
