/**
 * Where retransmissions began, sorted: a duplicate report (RFC 2883) names a range and takes out those within it. Most are
 * added in order, and a report that meets none costs a search.
 */
export class ResentStarts {
  readonly #starts: number[] = [];

  get count(): number {
    return this.#starts.length;
  }

  add(start: number): void {
    const at = this.#firstFrom(start);
    if (this.#starts[at] !== start) this.#starts.splice(at, 0, start);
  }

  /** Removes those in [start, end) and answers how many there were. */
  take(start: number, end: number): number {
    const from = this.#firstFrom(start);
    const count = Math.max(0, this.#firstFrom(end) - from);
    if (count > 0) this.#starts.splice(from, count);
    return count;
  }

  clear(): void {
    this.#starts.length = 0;
  }

  #firstFrom(start: number): number {
    let low = 0;
    let high = this.#starts.length;
    if (high === 0 || this.#starts[high - 1]! < start) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
