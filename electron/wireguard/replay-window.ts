import { REPLAY_BITS, REPLAY_WINDOW } from "./constants.ts";

/**
 * The sliding window of RFC 6479: a ring of words, of which moving ahead clears whole words instead of shifting bits.
 * Call `accept` only for counters whose packet proved authentic (W20).
 */

const WORDS = REPLAY_BITS / 32;
/** 2^32 bits hold this many words. */
const WORDS_PER_HIGH = 2 ** 27;

export class ReplayWindow {
  readonly #ring = new Uint32Array(WORDS);
  #lastLow = 0;
  #lastHigh = 0;

  /** True once for each counter that is not too old (W18, W19). */
  accept(low: number, high: number): boolean {
    // Exact while it is small, and far too large to matter where a double rounds it.
    const behind = (this.#lastHigh - high) * 2 ** 32 + (this.#lastLow - low);
    if (behind > REPLAY_WINDOW) return false;
    if (behind < 0) this.#advance(low, high);
    const word = (low >>> 5) & (WORDS - 1);
    const bit = 1 << (low & 31);
    if ((this.#ring[word]! & bit) !== 0) return false;
    this.#ring[word] = this.#ring[word]! | bit;
    return true;
  }

  #advance(low: number, high: number): void {
    const from = this.#lastLow >>> 5;
    const ahead = Math.min(WORDS, (high - this.#lastHigh) * WORDS_PER_HIGH + ((low >>> 5) - from));
    for (let i = 1; i <= ahead; i++) this.#ring[(from + i) & (WORDS - 1)] = 0;
    this.#lastLow = low;
    this.#lastHigh = high;
  }
}
