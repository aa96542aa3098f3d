const BLOCK_BITS = 15;
/** Bytes of one block: about 22 full segments. */
export const BLOCK_BYTES = 1 << BLOCK_BITS;
/** Blocks kept for the next user: 2 MiB. */
const MOST_SPARE = 64;

/** The memory of all buffers of one stack: an idle connection holds none of it. */
export class BlockPool {
  readonly #spare: Uint8Array[] = [];
  #taken = 0;

  /** Bytes in use. */
  get used(): number {
    return this.#taken * BLOCK_BYTES;
  }

  /** Bytes kept though nobody uses them. */
  get spare(): number {
    return this.#spare.length * BLOCK_BYTES;
  }

  /** A block that holds anything. */
  take(): Uint8Array {
    this.#taken++;
    return this.#spare.pop() ?? new Uint8Array(BLOCK_BYTES);
  }

  give(block: Uint8Array): void {
    this.#taken--;
    if (this.#spare.length < MOST_SPARE) this.#spare.push(block);
  }
}
