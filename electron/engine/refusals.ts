import type { Endpoint } from "../wireguard/seam.ts";

/** Places whose last word is remembered; one more empties the memory, and their next sends tell it anew. */
const MOST_PLACES = 256;

interface Outcome {
  /** Of the send that it is about. */
  readonly number: number;
  /** Undefined when the system took it. */
  readonly word: string | undefined;
}

/**
 * Where the system refuses datagrams to, and its word for why. What it is asked about it tells later, so sends are numbered: a
 * refusal that is told of after a later datagram left to the same place is an old one.
 */
export class Refusals {
  readonly #places = new Map<string, Outcome>();
  #last = 0;
  /** Sends that the system has not yet told of. */
  #untold = 0;

  /** Undefined where the last datagram left, or nothing is known. */
  wordOf(to: Endpoint): string | undefined {
    return this.#places.get(to.key)?.word;
  }

  /** Whether datagrams to that place are refused, as far as was told. */
  isKnown(to: Endpoint): boolean {
    return this.#places.size > 0 && this.wordOf(to) !== undefined;
  }

  /** The number of a datagram that the system will tell of, for `told`. */
  next(): number {
    return ++this.#last;
  }

  /** It was handed over, and the system will tell of it. */
  asked(): void {
    this.#untold++;
  }

  told(number: number, to: Endpoint, word: string | undefined): void {
    this.#untold--;
    if ((this.#places.get(to.key)?.number ?? 0) < number) this.#note(to, { number, word });
    if (this.#untold > 0) return;
    // Nothing old can come any more.
    for (const [key, outcome] of this.#places) if (outcome.word === undefined) this.#places.delete(key);
  }

  /** The system took a datagram during the call. For each datagram: costs nothing while nothing is refused or asked about. */
  taken(to: Endpoint): void {
    if (this.#untold > 0) this.#note(to, { number: ++this.#last, word: undefined });
    else if (this.#places.size > 0) this.#places.delete(to.key);
  }

  /** A datagram was refused during the call. */
  refused(to: Endpoint, word: string): void {
    this.#note(to, { number: ++this.#last, word });
  }

  #note(to: Endpoint, outcome: Outcome): void {
    if (this.#places.size >= MOST_PLACES) this.#places.clear();
    this.#places.set(to.key, outcome);
  }
}
