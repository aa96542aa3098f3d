import { BLOCK_BYTES, type BlockPool } from "./block-pool.ts";

/**
 * Bytes by their position in a stream, in blocks that exist only where something was written: memory follows the data,
 * growing copies nothing, and bytes that arrive out of order are put where they belong at once. An empty grid holds none.
 */
export class ByteGrid {
  readonly #pool: BlockPool;
  #blocks: (Uint8Array | undefined)[] = [];
  /** Index, in the stream, of `#blocks[0]`. */
  #first = 0;
  /** Position after the last byte ever written. */
  #end = 0;

  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

  /** Bytes of memory held. */
  get memory(): number {
    let blocks = 0;
    for (const block of this.#blocks) if (block !== undefined) blocks++;
    return blocks * BLOCK_BYTES;
  }

  /** Copies `source[from, to)` to stream position `position`, which must not lie below the last `discard`. */
  write(position: number, source: Uint8Array, from: number, to: number): void {
    let at = from;
    let place = position;
    while (at < to) {
      const offset = place % BLOCK_BYTES;
      const count = Math.min(to - at, BLOCK_BYTES - offset);
      this.#blockAt(Math.floor(place / BLOCK_BYTES)).set(source.subarray(at, at + count), offset);
      at += count;
      place += count;
    }
    if (place > this.#end) this.#end = place;
  }

  /** Copies `length` bytes from stream position `position` to `into[at]`; bytes never written read as anything. */
  copy(position: number, length: number, into: Uint8Array, at: number): void {
    let place = position;
    let to = at;
    const end = at + length;
    while (to < end) {
      const offset = place % BLOCK_BYTES;
      const count = Math.min(end - to, BLOCK_BYTES - offset);
      const block = this.#blocks[Math.floor(place / BLOCK_BYTES) - this.#first];
      if (block !== undefined) into.set(block.subarray(offset, offset + count), to);
      to += count;
      place += count;
    }
  }

  /** Gives up every byte below `position`; when that is all there is, every block. */
  discard(position: number): void {
    const keep = Math.floor(position / BLOCK_BYTES);
    if (position >= this.#end) this.clear();
    while (this.#first < keep && this.#blocks.length > 0) {
      this.#giveBack(this.#blocks.shift());
      this.#first++;
    }
    if (this.#blocks.length === 0) this.#first = Math.max(this.#first, keep);
  }

  clear(): void {
    for (const block of this.#blocks) this.#giveBack(block);
    this.#blocks = [];
  }

  #giveBack(block: Uint8Array | undefined): void {
    if (block !== undefined) this.#pool.give(block);
  }

  #blockAt(index: number): Uint8Array {
    const slot = index - this.#first;
    const present = this.#blocks[slot];
    if (present !== undefined) return present;
    const block = this.#pool.take();
    while (this.#blocks.length < slot) this.#blocks.push(undefined);
    this.#blocks[slot] = block;
    return block;
  }
}
