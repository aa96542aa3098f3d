import type { Settings } from "../../../../shared/settings.ts";
import { byteLength, type CleanText, countLines } from "./paste-text.ts";

/** Above this, a paste is shown with its size before it is sent, whatever the settings say. */
export const HUGE_PASTE = 1024 * 1024;

/** A paste that waits for a word of the person. */
export interface PasteQuestion extends CleanText {
  readonly lines: number;
  readonly bytes: number;
  /** Why it is asked for; the gravest reason. */
  readonly reason: "production" | "lines" | "huge" | "always";
}

export interface PasteCircumstances {
  /** The shell is told what is pasted and does not run it by itself. */
  readonly bracketed: boolean;
  readonly guard: Settings["pasteGuard"];
  readonly production: boolean;
}

/** Null when the text can be sent at once. A line end alone counts: without bracketed paste it runs what stands before. */
export function judgePaste(
  clean: CleanText,
  { bracketed, guard, production }: PasteCircumstances,
): PasteQuestion | null {
  const hasLines = clean.text.includes("\n");
  const bytes = byteLength(clean.text);
  const reason =
    production && hasLines
      ? "production"
      : guard === "lines" && hasLines && !bracketed
        ? "lines"
        : bytes > HUGE_PASTE
          ? "huge"
          : guard === "always"
            ? "always"
            : undefined;
  return reason === undefined ? null : { ...clean, bytes, lines: countLines(clean.text), reason };
}
