import type { Session } from "./session.ts";

/**
 * The three sessions of a peer (paper section 6.3 and the implementations' keypair rotation): `current` sends, all three
 * receive. `next` is what we derived as responder and may not send with before the peer has used it (W04).
 */
export class KeySlots {
  #previous: Session | undefined;
  #current: Session | undefined;
  #next: Session | undefined;
  readonly #dropped: (session: Session) => void;

  /** `dropped` is told of each session that leaves, to free its index; its keys are erased already. */
  constructor(dropped: (session: Session) => void) {
    this.#dropped = dropped;
  }

  get current(): Session | undefined {
    return this.#current;
  }

  get next(): Session | undefined {
    return this.#next;
  }

  get previous(): Session | undefined {
    return this.#previous;
  }

  byIndex(localIndex: number): Session | undefined {
    if (this.#current?.localIndex === localIndex) return this.#current;
    if (this.#next?.localIndex === localIndex) return this.#next;
    if (this.#previous?.localIndex === localIndex) return this.#previous;
    return undefined;
  }

  /** A session that we began: it may send at once. An unconfirmed `next` outranks the old current as previous. */
  installInitiated(session: Session): void {
    this.#drop(this.#previous);
    if (this.#next === undefined) {
      this.#previous = this.#current;
    } else {
      this.#drop(this.#current);
      this.#previous = this.#next;
      this.#next = undefined;
    }
    this.#current = session;
  }

  /** A session that the peer began: it waits for the peer's first packet. */
  installResponded(session: Session): void {
    this.#drop(this.#next);
    this.#drop(this.#previous);
    this.#previous = undefined;
    this.#next = session;
  }

  /** An authentic packet came under `session`. True when that confirmed it just now (W05). */
  promote(session: Session): boolean {
    if (session !== this.#next) return false;
    this.#drop(this.#previous);
    this.#previous = this.#current;
    this.#current = session;
    this.#next = undefined;
    return true;
  }

  voidSending(): void {
    this.#current?.voidSending();
    this.#next?.voidSending();
  }

  clear(): void {
    for (const session of [this.#previous, this.#current, this.#next]) this.#drop(session);
    this.#previous = undefined;
    this.#current = undefined;
    this.#next = undefined;
  }

  #drop(session: Session | undefined): void {
    if (session === undefined) return;
    session.erase();
    this.#dropped(session);
  }
}
