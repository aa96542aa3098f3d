/** C0 but for tab and newline, DEL and C1: what a terminal or a shell could take for a command. */
const CONTROLS = /[^\P{Cc}\t\n]/gu;

export interface CleanText {
  /** Lines end with "\n". */
  readonly text: string;
  /** How many control characters were taken out. */
  readonly removed: number;
}

/**
 * A text as it may be pasted. ESC in it could end bracketed paste early and run what follows (complaint 26); every kind of
 * line end becomes one.
 */
export function cleanText(text: string): CleanText {
  const lines = text.replace(/\r\n?/g, "\n");
  const kept = lines.replace(CONTROLS, "");
  return { text: kept, removed: lines.length - kept.length };
}

/** Without line breaks: for a command that was copied over several lines. */
export function asOneLine(text: string): string {
  return text.replace(/[ \t]*\n\s*/g, " ").trim();
}

export function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < text.length - 1; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

const encoder = new TextEncoder();
const PASTE_BEGIN = "\x1b[200~";
const PASTE_END = "\x1b[201~";

export interface PasteBytes {
  readonly open: Uint8Array;
  readonly body: Uint8Array;
  readonly close: Uint8Array;
}

/** What Enter sends for each line end, between the marks of bracketed paste where the shell asked for them. */
export function pasteBytes(clean: string, bracketed: boolean): PasteBytes {
  return {
    open: encoder.encode(bracketed ? PASTE_BEGIN : ""),
    body: encoder.encode(clean.replaceAll("\n", "\r")),
    close: encoder.encode(bracketed ? PASTE_END : ""),
  };
}

export function byteLength(text: string): number {
  return encoder.encode(text).length;
}
