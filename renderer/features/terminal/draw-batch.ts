import { type PageClock, pageClock } from "./page-clock.ts";

/** Of fast output the screen shows one frame in so many milliseconds. */
const HOLD_MS = 32;
/** Up to so much in that time is drawn as it comes: echoes of keys, and programs that paint the screen themselves. */
const AT_ONCE = 32 * 1024;
/**
 * xterm looks at the clock after each piece that it was given, and lets the screen have a frame once 12 ms are over: with many
 * small ones amid a batch. So it gets two, and the first is the smaller one: the rest follows in the same task only where
 * that one took less than 12 ms, so that the whole takes less than 36, however wrong the guess was of how much is drawn in what time.
 */
const FIRST_PIECE = 1 / 3;

/**
 * Gathers fast output, so that a frame of the screen shows much of it: to draw one costs as much as to parse some hundred
 * kilobytes, and xterm draws one at each chance it has.
 */
export class DrawBatch {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #clock: PageClock;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #timer: number | undefined;
  /** When bytes were last handed over, and how many since. */
  #since = Number.NEGATIVE_INFINITY;
  #written = 0;

  constructor(write: (bytes: Uint8Array) => void, clock: PageClock = pageClock) {
    this.#write = write;
    this.#clock = clock;
  }

  /** Bytes come. From `enough` bytes on there is nothing more to wait for. */
  add(bytes: Uint8Array, enough: number): void {
    const now = this.#clock.now();
    if (this.#held.length === 0 && now - this.#since >= HOLD_MS) {
      this.#since = now;
      this.#written = 0;
    }
    this.hold(bytes);
    if (this.#heldBytes >= enough) this.flush();
    else if (this.#written + this.#heldBytes <= AT_ONCE) this.#hand();
    else this.#timer ??= this.#clock.after(this.#since + HOLD_MS - now, () => this.flush());
  }

  /** Bytes come, and wait for `flush`. */
  hold(bytes: Uint8Array): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Hands over what is held. */
  flush(): void {
    this.#since = this.#clock.now();
    this.#written = 0;
    this.#hand();
  }

  /**
   * Hands over a piece of what is held as it came, or some 32 KiB: xterm lets other work of the page go first between them.
   * Returns how many bytes it has.
   */
  release(): number {
    let [bytes, count] = [0, 0];
    for (const { length } of this.#held) {
      if (count > 0 && bytes + length > AT_ONCE) break;
      bytes += length;
      count += 1;
    }
    this.#heldBytes -= bytes;
    if (count > 0) this.#write(joined(this.#held.splice(0, count)));
    return bytes;
  }

  #hand(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    this.#timer = undefined;
    const held = this.#held.splice(0);
    const total = this.#heldBytes;
    this.#written += total;
    this.#heldBytes = 0;
    let [first, count] = [0, 0];
    while (count < held.length && first < total * FIRST_PIECE) first += held[count++]!.length;
    for (const piece of [held.slice(0, count), held.slice(count)]) if (piece.length > 0) this.#write(joined(piece));
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
