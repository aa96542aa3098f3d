/** Longer datagrams are rare: their views are made anew. */
const LONGEST_KEPT = 2048;

/**
 * Views of datagrams that are ready to be sent. A view is kept by its length: packets are mostly built in the same slot, and
 * mostly of a few lengths, so that a packet makes no object. Whoever is given a view may use it during the call only.
 */
export class DatagramViews {
  readonly #byLength: (Uint8Array | undefined)[] = new Array(LONGEST_KEPT).fill(undefined);

  /** bytes[start..end) */
  of(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    const kept = this.#byLength[length];
    if (kept?.byteOffset === bytes.byteOffset + start && kept.buffer === bytes.buffer) return kept;
    const view = bytes.subarray(start, end);
    if (length < LONGEST_KEPT) this.#byLength[length] = view;
    return view;
  }
}
