import { MOST_STAGED } from "./constants.ts";
import { HEADROOM, TAILROOM } from "./seam.ts";

/** Packets that wait for a session, oldest first, each in a buffer with the room that sealing needs (W02). */
export class StagedPackets {
  #packets: Uint8Array[] = [];

  get count(): number {
    return this.#packets.length;
  }

  /** Copies the packet in; true when the oldest had to go for it. */
  push(buffer: Uint8Array, offset: number, length: number): boolean {
    const packet = new Uint8Array(HEADROOM + length + TAILROOM);
    packet.set(buffer.subarray(offset, offset + length), HEADROOM);
    this.#packets.push(packet);
    if (this.#packets.length <= MOST_STAGED) return false;
    this.#packets.shift()?.fill(0);
    return true;
  }

  /** Hands out all packets in order; whoever takes them sends or stages each. */
  takeAll(): readonly Uint8Array[] {
    const packets = this.#packets;
    this.#packets = [];
    return packets;
  }

  /** Erases what waits and returns how many that were. */
  clear(): number {
    const packets = this.takeAll();
    for (const packet of packets) packet.fill(0);
    return packets.length;
  }
}
