const BLOCK_BITS = 15;
/** Bytes of one block: about 22 full segments. */
export const BLOCK_BYTES = 1 << BLOCK_BITS;

/**
 * Bytes by their position in a stream, in blocks that exist only where something was written: memory follows the data,
 * growing copies nothing, and bytes that arrive out of order are put where they belong at once.
 */
export class ByteGrid {
  #blocks: (Uint8Array | undefined)[] = [];
  /** Index, in the stream, of `#blocks[0]`. */
  #first = 0;
  #spare: Uint8Array | undefined;

  /** Bytes of memory held. */
  get memory(): number {
    let blocks = this.#spare === undefined ? 0 : 1;
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

  /** Gives up every byte below `position`. */
  discard(position: number): void {
    const keep = Math.floor(position / BLOCK_BYTES);
    while (this.#first < keep && this.#blocks.length > 0) {
      this.#spare = this.#blocks.shift() ?? this.#spare;
      this.#first++;
    }
    if (this.#blocks.length === 0) this.#first = Math.max(this.#first, keep);
  }

  clear(): void {
    this.#blocks = [];
    this.#spare = undefined;
  }

  #blockAt(index: number): Uint8Array {
    const slot = index - this.#first;
    const present = this.#blocks[slot];
    if (present !== undefined) return present;
    const block = this.#spare ?? new Uint8Array(BLOCK_BYTES);
    this.#spare = undefined;
    while (this.#blocks.length < slot) this.#blocks.push(undefined);
    this.#blocks[slot] = block;
    return block;
  }
}
