/** A first-in, first-out queue of bytes that keeps the chunks it was given and copies only on demand. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  /** Bytes of the first chunk that are already taken. */
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Takes ownership of `chunk`: the caller must not write to it afterwards. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Removes and returns at most `limit` bytes of the first chunk, or undefined when empty. */
  shift(limit = Number.POSITIVE_INFINITY): Uint8Array | undefined {
    const first = this.#chunks[0];
    if (first === undefined) return undefined;
    const end = Math.min(first.length, this.#head + limit);
    const out = first.subarray(this.#head, end);
    this.#advance(out.length);
    return out;
  }

  /** Removes exactly `length` bytes as one array, or undefined when fewer are queued. */
  take(length: number): Uint8Array | undefined {
    if (length > this.#length) return undefined;
    const first = this.#chunks[0];
    if (first !== undefined && first.length - this.#head >= length) return this.shift(length);
    const out = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const part = this.shift(length - at)!;
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.#length = 0;
  }

  #advance(count: number): void {
    this.#head += count;
    this.#length -= count;
    if (this.#head === this.#chunks[0]!.length) {
      this.#chunks.shift();
      this.#head = 0;
    }
  }
}
