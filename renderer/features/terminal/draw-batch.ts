import { type PageClock, pageClock } from "./page-clock.ts";

/** Of fast output the screen shows one frame in so many milliseconds. */
const HOLD_MS = 32;
/** Up to so much in that time is drawn as it comes: echoes of keys, and programs that paint the screen themselves. */
const AT_ONCE = 32 * 1024;

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
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes >= enough) this.flush();
    else if (this.#written + this.#heldBytes <= AT_ONCE) this.#hand();
    else this.#timer ??= this.#clock.after(this.#since + HOLD_MS - now, () => this.flush());
  }

  /** Hands over what is held. */
  flush(): void {
    this.#since = this.#clock.now();
    this.#written = 0;
    this.#hand();
  }

  #hand(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    this.#timer = undefined;
    this.#written += this.#heldBytes;
    this.#heldBytes = 0;
    for (const bytes of this.#held.splice(0)) this.#write(bytes);
  }
}
