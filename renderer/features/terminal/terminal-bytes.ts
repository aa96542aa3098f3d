const encoder = new TextEncoder();

/** What xterm's onData gives: text, sent as UTF-8. */
export function bytesOfText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** What xterm's onBinary gives: one byte for each character, for example in old mouse reports. */
export function bytesOfBinary(binary: string): Uint8Array {
  return Uint8Array.from(binary, (character) => character.charCodeAt(0) & 0xff);
}
