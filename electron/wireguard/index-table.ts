import { readU32 } from "./messages.ts";

/** Local indices of handshakes and sessions: random, so that they tell nothing, and unique on the device. */
export class IndexTable<T> {
  readonly #owners = new Map<number, T>();
  readonly #random: (length: number) => Uint8Array;

  constructor(random: (length: number) => Uint8Array) {
    this.#random = random;
  }

  claim(owner: T): number {
    for (;;) {
      const index = readU32(this.#random(4), 0);
      if (this.#owners.has(index)) continue;
      this.#owners.set(index, owner);
      return index;
    }
  }

  release(index: number): void {
    this.#owners.delete(index);
  }

  get(index: number): T | undefined {
    return this.#owners.get(index);
  }

  get size(): number {
    return this.#owners.size;
  }
}
