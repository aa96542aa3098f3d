import { HANDSHAKES_PER_TURN, LOADED_AT_QUEUED, MOST_QUEUED_HANDSHAKES } from "./constants.ts";
import type { Endpoint } from "./seam.ts";

interface Waiting {
  readonly datagram: Uint8Array;
  readonly from: Endpoint;
}

/** What nearly every turn begins with. */
const NOTHING: readonly Waiting[] = [];

/**
 * Handshake messages with a right mac1 that nobody has computed yet. A few a turn are computed as they come; the others
 * wait here, copied, for later turns, so that a burst of them never keeps data packets waiting for longer than a few cost.
 * What the kernel does with a queue and workers beside the packet path (its queue of 4096, and load from 1/8 of it).
 */
export class HandshakeQueue {
  #waiting: Waiting[] = [];
  #computed = 0;

  get length(): number {
    return this.#waiting.length;
  }

  /** More wait than unproven senders are allowed to make us compute (W37). */
  get isLong(): boolean {
    return this.#waiting.length >= LOADED_AT_QUEUED;
  }

  /** True when the message may be computed at once; nobody who waits is overtaken. */
  claimTurn(): boolean {
    if (this.#waiting.length > 0 || this.#computed >= HANDSHAKES_PER_TURN) return false;
    this.#computed++;
    return true;
  }

  /** Copies the datagram; false when there is no room. */
  push(datagram: Uint8Array, from: Endpoint): boolean {
    if (this.#waiting.length >= MOST_QUEUED_HANDSHAKES) return false;
    this.#waiting.push({ datagram: Uint8Array.from(datagram), from });
    return true;
  }

  /** The messages that a new turn computes first, oldest first. */
  beginTurn(): readonly Waiting[] {
    if (this.#waiting.length === 0) {
      this.#computed = 0;
      return NOTHING;
    }
    const taken = this.#waiting.splice(0, HANDSHAKES_PER_TURN);
    this.#computed = taken.length;
    return taken;
  }

  clear(): void {
    this.#waiting = [];
  }
}
