import type { BlockPool } from "./block-pool.ts";
import { ByteGrid } from "./byte-grid.ts";

/**
 * What the user wrote and the peer has not acknowledged, by position in the stream (0 is the first byte after SYN).
 * Retransmissions read from here again: a segment is a range, not an object.
 */
export class SendBuffer {
  readonly #grid: ByteGrid;
  #start = 0;
  #end = 0;
  /** Bytes that may be held; set by the connection as the congestion window grows. */
  limit: number;

  constructor(limit: number, pool: BlockPool) {
    this.#grid = new ByteGrid(pool);
    this.limit = limit;
  }

  /** Bytes of memory held. */
  get memory(): number {
    return this.#grid.memory;
  }

  /** Position after the last byte written. */
  get end(): number {
    return this.#end;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  get room(): number {
    return Math.max(0, this.limit - this.length);
  }

  /** Copies what fits and answers how many bytes that was. */
  write(data: Uint8Array): number {
    const count = Math.min(data.length, this.room);
    this.#grid.write(this.#end, data, 0, count);
    this.#end += count;
    return count;
  }

  copy(position: number, length: number, into: Uint8Array, at: number): void {
    this.#grid.copy(position, length, into, at);
  }

  /** The peer has everything below `position`. */
  acknowledge(position: number): void {
    if (position <= this.#start) return;
    this.#start = Math.min(position, this.#end);
    this.#grid.discard(this.#start);
  }

  clear(): void {
    this.#start = this.#end;
    this.#grid.clear();
  }
}
