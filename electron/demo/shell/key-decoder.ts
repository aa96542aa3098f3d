/**
 * Bytes from a terminal as keys: UTF-8, control characters, the escape sequences of xterm and VT220, and bracketed paste.
 * Fed byte by byte, so that whatever follows an Enter can wait for the program that Enter starts.
 */

export type KeyName =
  | "enter"
  | "tab"
  | "backspace"
  | "delete"
  | "left"
  | "right"
  | "up"
  | "down"
  | "home"
  | "end"
  | "word-left"
  | "word-right"
  | "word-backspace"
  | "word-delete";

export type KeyEvent =
  /** One printable code point. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "key"; readonly key: KeyName }
  /** A control character by its letter, lower case: Ctrl+A is "a". */
  | { readonly kind: "control"; readonly letter: string }
  /** Everything between the marks of a bracketed paste. */
  | { readonly kind: "paste"; readonly text: string }
  /** A paste that was longer than is taken; nothing of it is. */
  | { readonly kind: "paste-refused"; readonly bytes: number };

const ESC = 0x1b;
/** Longer escape sequences are swallowed whole. */
const MOST_SEQUENCE_BYTES = 32;
/** A longer paste is refused as a whole, and said to be. */
export const MOST_PASTE_BYTES = 4 * 1024 * 1024;
const PASTE_END = [ESC, 0x5b, 0x32, 0x30, 0x31, 0x7e]; // ESC [ 201 ~

const SEQUENCES: Readonly<Record<string, KeyName>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  "[H": "home",
  "[F": "end",
  OA: "up",
  OB: "down",
  OC: "right",
  OD: "left",
  OH: "home",
  OF: "end",
  "[1~": "home",
  "[7~": "home",
  "[4~": "end",
  "[8~": "end",
  "[3~": "delete",
  "[1;5C": "word-right",
  "[1;5D": "word-left",
  "[1;3C": "word-right",
  "[1;3D": "word-left",
  "[3;5~": "word-delete",
  "[3;3~": "word-delete",
  b: "word-left",
  f: "word-right",
  d: "word-delete",
  "\x7f": "word-backspace",
  "\b": "word-backspace",
};

type State =
  | { readonly kind: "ground" }
  | { readonly kind: "utf8"; readonly bytes: number[]; readonly length: number }
  | { readonly kind: "escape"; readonly bytes: number[] }
  | { readonly kind: "paste"; bytes: Uint8Array; length: number; ended: number };

const GROUND: State = { kind: "ground" };
const decoder = new TextDecoder();

export class KeyDecoder {
  #state: State = GROUND;

  /** The key that `byte` completes, or undefined. */
  push(byte: number): KeyEvent | undefined {
    const state = this.#state;
    switch (state.kind) {
      case "ground":
        return this.#ground(byte);
      case "utf8":
        return this.#continuation(state.bytes, state.length, byte);
      case "escape":
        return this.#escape(state.bytes, byte);
      case "paste":
        return this.#paste(state, byte);
    }
  }

  #ground(byte: number): KeyEvent | undefined {
    if (byte === ESC) this.#state = { kind: "escape", bytes: [] };
    else if (byte === 0x0d || byte === 0x0a) return { kind: "key", key: "enter" };
    else if (byte === 0x09) return { kind: "key", key: "tab" };
    else if (byte === 0x7f || byte === 0x08) return { kind: "key", key: "backspace" };
    else if (byte < 0x20) return { kind: "control", letter: String.fromCharCode(byte + 0x60) };
    else if (byte < 0x80) return { kind: "text", text: String.fromCharCode(byte) };
    else {
      const length = byte >= 0xf0 && byte < 0xf8 ? 4 : byte >= 0xe0 ? 3 : 2;
      if (byte >= 0xc2 && byte < 0xf5) this.#state = { kind: "utf8", bytes: [byte], length };
      else return { kind: "text", text: "\ufffd" };
    }
    return undefined;
  }

  #continuation(bytes: number[], length: number, byte: number): KeyEvent | undefined {
    if ((byte & 0xc0) !== 0x80) {
      // A broken sequence is dropped; the byte that broke it is read for itself.
      this.#state = GROUND;
      return this.#ground(byte);
    }
    bytes.push(byte);
    if (bytes.length < length) return undefined;
    this.#state = GROUND;
    const text = decoder.decode(Uint8Array.from(bytes));
    // C1 controls (U+0080 to U+009F) have no shape.
    return /^[\x80-\x9f]$/.test(text) ? undefined : { kind: "text", text };
  }

  #escape(bytes: number[], byte: number): KeyEvent | undefined {
    if (byte === ESC) {
      this.#state = { kind: "escape", bytes: [] };
      return undefined;
    }
    bytes.push(byte);
    const introducer = bytes[0];
    const isIntroduced = introducer === 0x5b || introducer === 0x4f; // [ or O
    if (isIntroduced && (bytes.length === 1 || byte < 0x40)) {
      if (bytes.length > MOST_SEQUENCE_BYTES) this.#state = GROUND;
      return undefined;
    }
    this.#state = GROUND;
    const sequence = String.fromCharCode(...bytes);
    if (sequence === "[200~") {
      this.#state = { kind: "paste", bytes: new Uint8Array(1024), length: 0, ended: 0 };
      return undefined;
    }
    const key = SEQUENCES[sequence];
    return key === undefined ? undefined : { kind: "key", key };
  }

  #paste(state: State & { kind: "paste" }, byte: number): KeyEvent | undefined {
    if (state.length < MOST_PASTE_BYTES + PASTE_END.length) {
      if (state.length === state.bytes.length) {
        const grown = new Uint8Array(2 * state.length);
        grown.set(state.bytes);
        state.bytes = grown;
      }
      state.bytes[state.length] = byte;
    }
    state.length++;
    state.ended = byte === PASTE_END[state.ended] ? state.ended + 1 : byte === ESC ? 1 : 0;
    if (state.ended < PASTE_END.length) return undefined;
    this.#state = GROUND;
    const bytes = state.length - PASTE_END.length;
    if (bytes > MOST_PASTE_BYTES) return { kind: "paste-refused", bytes };
    return { kind: "paste", text: decoder.decode(state.bytes.subarray(0, bytes)).replace(/\r\n?/g, "\n") };
  }
}
