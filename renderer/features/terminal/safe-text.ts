/** Controls and the marks that turn the direction of text: with them a title or a path could pass for another. */
const DECEIVING = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** A text that a program chose, for one line of the window: nothing in it is invisible, and it is no longer than `most`. */
export function oneLine(text: string, most: number): string {
  const shown = text.replace(DECEIVING, "");
  return shown.length <= most ? shown : `${shown.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
