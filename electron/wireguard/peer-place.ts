import type { Endpoint } from "./seam.ts";

/**
 * Where a peer is reached. What it proves under a key that works (data, or a response to us) moves it at once, as in the
 * paper (W30). An initiation does not: one recorded in an earlier run is accepted anew, because greatest timestamps end with
 * the process (W11), and may come from any address. Its sender gets the response, and moves the peer with its first packet.
 */
export class PeerPlace {
  #configured: Endpoint | undefined;
  #current: Endpoint | undefined;

  get current(): Endpoint | undefined {
    return this.#current;
  }

  /** From a configuration or a name. */
  configure(endpoint: Endpoint): void {
    this.#configured = endpoint;
    this.#current = endpoint;
  }

  /** True when that is another place than before. */
  heardAt(from: Endpoint): boolean {
    if (this.#current?.key === from.key) return false;
    this.#current = from;
    return true;
  }

  /** By turns where it was heard and where it is said to be, as long as nothing is answered: `unanswered` went before. */
  forInitiation(unanswered: number): Endpoint | undefined {
    return unanswered % 2 === 1 ? (this.#configured ?? this.#current) : this.#current;
  }
}
