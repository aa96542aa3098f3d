/** Enough for every script and for emoji sequences; text that piles up more than this is an attack on memory. */
const MOST_MARKS = 16;

/**
 * Characters that join the cell before them: marks, joiners, variation selectors, the vowels and finals of Hangul syllables,
 * and two vowel signs; more rather than less than xterm's table for Unicode 11 has with no width.
 */
const JOINS_CELL = /^(?:\p{Mn}|\p{Me}|\p{Cf}|\p{Emoji_Modifier}|[\u1160-\u11ff\u1734\u{1171e}])$/u;
/** xterm takes no notice of it: what comes after joins what came before. */
const DELETE = 0x7f;
/** What a decoder makes of bytes that are no character; xterm leaves them out. */
const INVALID = "\ufffd";
/** U+0300, the first of them, begins with this byte. */
const FIRST_LEAD = 0xcc;

/**
 * Drops combining marks beyond sixteen in a row from a stream of UTF-8. A terminal keeps all marks of a cell, so that a
 * stream of nothing else would grow without bound however little it draws. The one thing that we ever leave out of a
 * shell's output; characters may be cut anywhere between chunks.
 */
export class CombiningLimit {
  #run = 0;
  /** Bytes of a character that the last chunk began. */
  #partial: number[] = [];

  filter(bytes: Uint8Array): Uint8Array {
    if (this.#partial.length === 0 && this.#isHarmless(bytes)) return bytes;
    const out = new Uint8Array(this.#partial.length + bytes.length);
    let length = 0;
    for (const byte of bytes) {
      if (this.#partial.length > 0 && !isContinuation(byte)) length = this.#keep(out, length);
      this.#partial.push(byte);
      if (this.#partial.length >= sequenceLength(this.#partial[0]!)) length = this.#keep(out, length);
    }
    return out.subarray(0, length);
  }

  /** True when no byte begins a character that could join a cell; the run is over then, if an ASCII character is among them. */
  #isHarmless(bytes: Uint8Array): boolean {
    let isOver = false;
    for (const byte of bytes) {
      if (byte >= FIRST_LEAD) return false;
      if (byte < DELETE) isOver = true;
    }
    if (isOver) this.#run = 0;
    return true;
  }

  /** Writes the gathered character, or leaves it out, and answers the new length. */
  #keep(out: Uint8Array, length: number): number {
    const character = this.#partial;
    this.#partial = [];
    const effect = effectOf(character);
    if (effect === "joins") {
      if (++this.#run > MOST_MARKS) return length;
    } else if (effect === "ends") this.#run = 0;
    out.set(character, length);
    return length + character.length;
  }
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** RFC 3629 section 3; a byte that begins nothing stands alone. */
function sequenceLength(lead: number): number {
  if (lead >= 0xf0 && lead < 0xf8) return 4;
  if (lead >= 0xe0) return lead < 0xf0 ? 3 : 1;
  return lead >= 0xc0 ? 2 : 1;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function effectOf(character: readonly number[]): "joins" | "ends" | "none" {
  const [lead = 0] = character;
  if (lead < 0x80) return lead === DELETE ? "none" : "ends";
  const text = decoder.decode(Uint8Array.from(character));
  if (JOINS_CELL.test(text)) return "joins";
  return text.includes(INVALID) ? "none" : "ends";
}
