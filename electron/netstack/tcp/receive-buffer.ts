import type { BlockPool } from "./block-pool.ts";
import { ByteGrid } from "./byte-grid.ts";
import { Reassembly } from "./reassembly.ts";

/** What arrived and was not read, in order and beyond holes, by position in the stream (0 is the first byte after SYN). */
export class ReceiveBuffer {
  readonly #grid: ByteGrid;
  readonly beyondHoles = new Reassembly();
  #readTo = 0;
  #inOrderTo = 0;
  /** Bytes the window may promise beyond what was read. */
  limit: number;

  constructor(limit: number, pool: BlockPool) {
    this.#grid = new ByteGrid(pool);
    this.limit = limit;
  }

  /** Bytes of memory held. */
  get memory(): number {
    return this.#grid.memory;
  }

  /** Bytes that can be read now. */
  get readable(): number {
    return this.#inOrderTo - this.#readTo;
  }

  /** Position of the next byte expected in order. */
  get inOrderTo(): number {
    return this.#inOrderTo;
  }

  /** Position up to which the user has read. */
  get readTo(): number {
    return this.#readTo;
  }

  /** Takes `source[from, to)` at `position` (not below `inOrderTo`). False when it had to be dropped. */
  insert(position: number, source: Uint8Array, from: number, to: number): boolean {
    const end = position + to - from;
    if (position === this.#inOrderTo) {
      this.#grid.write(position, source, from, to);
      this.#inOrderTo = this.beyondHoles.count === 0 ? end : this.beyondHoles.advance(end);
      return true;
    }
    if (!this.beyondHoles.add(position, end)) return false;
    this.#grid.write(position, source, from, to);
    return true;
  }

  read(limit: number): Uint8Array | undefined {
    const count = Math.min(limit, this.readable);
    if (count <= 0) return undefined;
    const out = new Uint8Array(count);
    this.readInto(out);
    return out;
  }

  /** Fills `out` from its beginning and answers with how many bytes. */
  readInto(out: Uint8Array): number {
    const count = Math.min(out.length, this.readable);
    this.#grid.copy(this.#readTo, count, out, 0);
    this.#readTo += count;
    this.#grid.discard(this.#readTo);
    return count;
  }

  /** Drops everything, read or not. */
  clear(): void {
    this.#readTo = this.#inOrderTo;
    this.beyondHoles.clear();
    this.#grid.clear();
  }
}
