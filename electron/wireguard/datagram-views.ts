import { packetSlots, SLOT_LENGTH } from "../crypto/aead.ts";

/**
 * Views of datagrams that are ready to be sent. Those in the packet slots are kept by their length: packets are mostly built in
 * the same slot, and mostly of a few lengths, so that a packet makes no object. A view is to be used during the call only.
 */
export class DatagramViews {
  #memory: Uint8Array | undefined;
  readonly #byLength: (Uint8Array | undefined)[] = new Array(SLOT_LENGTH + 1).fill(undefined);

  /** bytes[start..end) */
  of(bytes: Uint8Array, start: number, end: number): Uint8Array {
    this.#memory ??= packetSlots().memory;
    if (bytes !== this.#memory) return bytes.subarray(start, end);
    const length = end - start;
    const kept = this.#byLength[length];
    if (kept?.byteOffset === bytes.byteOffset + start) return kept;
    const view = bytes.subarray(start, end);
    this.#byLength[length] = view;
    return view;
  }
}
