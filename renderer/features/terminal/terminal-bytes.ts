const encoder = new TextEncoder();

/** What xterm's onData gives: text, sent as UTF-8. */
export function bytesOfText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** What xterm's onBinary gives: one byte for each character, for example in old mouse reports. */
export function bytesOfBinary(binary: string): Uint8Array {
  return Uint8Array.from(binary, (character) => character.charCodeAt(0) & 0xff);
}

/**
 * A pasted text without control characters other than tab and line ends: ESC in it could end bracketed paste early and
 * run what follows. Line ends become what Enter sends by xterm itself.
 */
export function withoutControls(text: string): string {
  // The set is the point of the function: C0 but for tab, LF and CR, then DEL and C1.
  return text.replace(/[^\P{Cc}\t\n\r]/gu, "");
}
