/** Disjoint, sorted ranges of numbers. */
export class Ranges {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  get count(): number {
    return this.#starts.length;
  }

  add(start: number, end: number): void {
    if (end <= start) return;
    const from = this.#firstEndingFrom(start);
    let to = from;
    let low = start;
    let high = end;
    for (; to < this.count && this.#starts[to]! <= end; to++) {
      low = Math.min(low, this.#starts[to]!);
      high = Math.max(high, this.#ends[to]!);
    }
    this.#starts.splice(from, to - from, low);
    this.#ends.splice(from, to - from, high);
  }

  /** How much of [start, end) is in here. */
  overlap(start: number, end: number): number {
    let sum = 0;
    for (let i = this.#firstEndingFrom(start); i < this.count && this.#starts[i]! < end; i++)
      sum += Math.max(0, Math.min(end, this.#ends[i]!) - Math.max(start, this.#starts[i]!));
    return sum;
  }

  dropBelow(edge: number): void {
    let gone = 0;
    while (gone < this.count && this.#ends[gone]! <= edge) gone++;
    this.#starts.splice(0, gone);
    this.#ends.splice(0, gone);
    if (this.count > 0 && this.#starts[0]! < edge) this.#starts[0] = edge;
  }

  clear(): void {
    this.#starts.length = this.#ends.length = 0;
  }

  #firstEndingFrom(position: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ends[middle]! < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
