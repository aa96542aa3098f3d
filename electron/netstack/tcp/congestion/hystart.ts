// RFC 9406 (HyStart++): leaves slow start when the round trip grows, before the queue on the way overflows.

const MIN_RTT_THRESHOLD_MS = 4;
const MAX_RTT_THRESHOLD_MS = 16;
const MIN_RTT_DIVISOR = 8;
const RTT_SAMPLES = 8;
const CSS_GROWTH_DIVISOR = 4;
const CSS_ROUNDS = 5;

export class HyStart {
  #windowEnd = 0;
  #lastRoundMin = Number.POSITIVE_INFINITY;
  #roundMin = Number.POSITIVE_INFINITY;
  #samples = 0;
  /** Infinity in standard slow start; in conservative slow start the round trip that made us careful. */
  #baseline = Number.POSITIVE_INFINITY;
  #cssRounds = 0;

  /** By what the growth of slow start is divided. */
  get divisor(): number {
    return this.#conservative ? CSS_GROWTH_DIVISOR : 1;
  }

  /** An acknowledgement in slow start; true when slow start is over. */
  onAck(rtt: number | undefined, sndUna: number, sndNxt: number): boolean {
    if (sndUna >= this.#windowEnd) {
      this.#windowEnd = sndNxt;
      this.#lastRoundMin = this.#roundMin;
      this.#roundMin = Number.POSITIVE_INFINITY;
      this.#samples = 0;
      if (this.#conservative && ++this.#cssRounds >= CSS_ROUNDS) return true;
    }
    if (rtt === undefined) return false;
    this.#roundMin = Math.min(this.#roundMin, rtt);
    this.#samples++;
    if (this.#samples < RTT_SAMPLES) return false;
    if (this.#conservative) {
      if (this.#roundMin < this.#baseline) this.#baseline = Number.POSITIVE_INFINITY;
    } else if (this.#lastRoundMin !== Number.POSITIVE_INFINITY) {
      const margin = Math.max(
        MIN_RTT_THRESHOLD_MS,
        Math.min(this.#lastRoundMin / MIN_RTT_DIVISOR, MAX_RTT_THRESHOLD_MS),
      );
      if (this.#roundMin >= this.#lastRoundMin + margin) {
        this.#baseline = this.#roundMin;
        this.#cssRounds = 0;
      }
    }
    return false;
  }

  get #conservative(): boolean {
    return this.#baseline !== Number.POSITIVE_INFINITY;
  }
}
