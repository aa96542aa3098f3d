/** A stream of choices from a seed, cheap enough for millions of inputs (xorshift32); not for anything secret. */
export class FuzzRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e37_79b9) | 1;
  }

  u32(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return this.#state >>> 0;
  }

  below(limit: number): number {
    return this.u32() % limit;
  }

  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  pick<T>(from: readonly T[]): T {
    const chosen = from[this.below(from.length)];
    if (chosen === undefined) throw new Error("nothing to pick from");
    return chosen;
  }

  bytes(length: number): Uint8Array {
    return new Uint8Array(length).map(() => this.u32());
  }

  /** A changed copy: bits and bytes, cuts, extensions, a piece over another place, a length that lies. */
  mutate(bytes: Uint8Array): Uint8Array {
    const at = this.below(Math.max(1, bytes.length));
    switch (this.below(7)) {
      case 0:
        return bytes.slice(0, at);
      case 1:
        return Uint8Array.from([...bytes, ...this.bytes(1 + this.below(40))]);
      case 2:
        return Uint8Array.from(bytes).copyWithin(at, this.below(bytes.length + 1), this.below(bytes.length + 1));
      case 3:
        return Uint8Array.from(bytes).fill(this.pick([0, 1, 0x7f, 0x80, 0xff]), at, at + 1 + this.below(16));
      case 4:
        return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + this.below(8))]);
      default: {
        const out = Uint8Array.from(bytes);
        for (let i = this.below(3); i >= 0; i--) {
          const place = this.below(Math.max(1, out.length));
          out[place] = (out[place] ?? 0) ^ (1 << this.below(8));
        }
        return out;
      }
    }
  }
}
