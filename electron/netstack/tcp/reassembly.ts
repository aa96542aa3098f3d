// RFC 9293 section 3.10.7.4 (seventh step): segments beyond a hole are kept. Here only their ranges; the bytes lie in
// the receive buffer. RFC 2018 section 4 asks that the block touched last is reported first, hence the serial numbers.

/** An attacker's sparse bytes may cost no more than this many ranges; a segment that would need another is dropped. */
export const MAX_RANGES = 1024;
/** As many as an acknowledgement has room for (RFC 2018 section 3). */
const MOST_LATEST = 4;

/** Disjoint, sorted, never adjacent ranges of stream positions above the in-order end. */
export class Reassembly {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #touched: number[] = [];
  #serial = 0;
  /** A place in each range that was touched last, the latest first; 0 where there is none. More are looked for one by one. */
  readonly #latest = new Float64Array(MOST_LATEST);

  get count(): number {
    return this.#starts.length;
  }

  /** True when every byte of [start, end) is held. */
  covers(start: number, end: number): boolean {
    const i = this.#firstEndingAtOrAfter(start);
    return i < this.count && this.#starts[i]! <= start && end <= this.#ends[i]!;
  }

  /** Adds [start, end), merging neighbours. False when there are too many ranges. */
  add(start: number, end: number): boolean {
    const from = this.#firstEndingAtOrAfter(start);
    let to = from;
    let low = start;
    let high = end;
    while (to < this.count && this.#starts[to]! <= end) {
      low = Math.min(low, this.#starts[to]!);
      high = Math.max(high, this.#ends[to]!);
      to++;
    }
    if (to === from && this.count >= MAX_RANGES) return false;
    this.#starts.splice(from, to - from, low);
    this.#ends.splice(from, to - from, high);
    this.#touched.splice(from, to - from, ++this.#serial);
    this.#noteLatest(low, high);
    return true;
  }

  /** In-order data has reached `position`: forgets what it meets or passes and answers how far it now reaches. */
  advance(position: number): number {
    let reached = position;
    let gone = 0;
    while (gone < this.count && this.#starts[gone]! <= reached) {
      reached = Math.max(reached, this.#ends[gone]!);
      gone++;
    }
    if (gone > 0) {
      this.#starts.splice(0, gone);
      this.#ends.splice(0, gone);
      this.#touched.splice(0, gone);
    }
    return reached;
  }

  /** Writes at most `limit` ranges as start, end pairs into `out` from index `at`, the one touched last first. Answers how many. */
  newest(out: Float64Array, at: number, limit: number): number {
    let before = Number.POSITIVE_INFINITY;
    let written = 0;
    for (let k = 0; k < MOST_LATEST && written < limit; k++) {
      const place = this.#latest[k]!;
      const i = this.#firstEndingAtOrAfter(place);
      // In-order data has passed it, or there was none: what is older is looked for below.
      if (place === 0 || i >= this.count || this.#starts[i]! > place) break;
      before = this.#touched[i]!;
      out[at + written * 2] = this.#starts[i]!;
      out[at + written * 2 + 1] = this.#ends[i]!;
      written++;
    }
    while (written < limit && written < this.count) {
      let best = -1;
      for (let i = 0; i < this.count; i++) {
        const touched = this.#touched[i]!;
        if (touched < before && (best < 0 || touched > this.#touched[best]!)) best = i;
      }
      if (best < 0) break;
      before = this.#touched[best]!;
      out[at + written * 2] = this.#starts[best]!;
      out[at + written * 2 + 1] = this.#ends[best]!;
      written++;
    }
    return written;
  }

  /** [low, high) was touched now; places of others that it took in are forgotten. */
  #noteLatest(low: number, high: number): void {
    const latest = this.#latest;
    let kept = 1;
    let before = latest[0]!;
    latest[0] = low;
    for (let k = 1; k <= MOST_LATEST && kept < MOST_LATEST; k++) {
      const known = before;
      before = k < MOST_LATEST ? latest[k]! : 0;
      if (known === 0) break;
      if (known < low || known >= high) latest[kept++] = known;
    }
    latest.fill(0, kept);
  }

  clear(): void {
    this.#latest.fill(0);
    this.#starts.length = this.#ends.length = this.#touched.length = 0;
  }

  #firstEndingAtOrAfter(position: number): number {
    let low = 0;
    let high = this.#ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ends[middle]! < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
