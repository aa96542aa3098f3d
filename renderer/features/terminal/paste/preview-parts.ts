import { UNSEEN } from "../../../../shared/visible-text.ts";

/** A paste is shown up to so many characters and lines; the rest is counted. */
const MOST_SHOWN = 8000;
const MOST_SHOWN_LINES = 100;

export interface PreviewPart {
  /** Where it begins. */
  readonly at: number;
  readonly text: string;
  /** Stands for something that cannot be seen. */
  readonly mark: boolean;
}

/** What does not show or shows as something else: what `visibleText` takes away, but for line ends, and blanks of other kinds. */
const HIDDEN = new RegExp(`(?!\\n)(?:${UNSEEN.source}|(?! )\\p{Zs})`, "u");

/** The beginning of a text in parts, what is not printed by its name; `left` counts the lines that are not shown. */
export function previewOf(text: string): {
  readonly parts: readonly PreviewPart[];
  readonly left: number;
  readonly isCut: boolean;
} {
  const lines = text.split("\n", MOST_SHOWN_LINES + 1);
  let shown = lines.slice(0, MOST_SHOWN_LINES).join("\n");
  const isCut = lines.length > MOST_SHOWN_LINES || shown.length > MOST_SHOWN;
  if (shown.length > MOST_SHOWN) shown = shown.slice(0, MOST_SHOWN).replace(/[\ud800-\udbff]$/, "");
  const parts: PreviewPart[] = [];
  let at = 0;
  for (const piece of shown.split(new RegExp(`(${HIDDEN.source})`, "u"))) {
    const mark = HIDDEN.test(piece);
    if (piece !== "") parts.push({ at, text: mark ? nameOf(piece) : piece, mark });
    at += piece.length;
  }
  if (isCut) parts.push({ at, text: "…", mark: true });
  return { parts, left: isCut ? countBreaks(text) - countBreaks(shown) : 0, isCut };
}

function nameOf(character: string): string {
  if (character === "\t") return "⇥";
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function countBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
