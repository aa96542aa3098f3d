/**
 * Silence after something that asks for an answer, from which the path or the peer is in doubt: longer than an acknowledgement
 * is put off, and about when TCP's first timeout comes. A gateway that has forgotten us serves again a round trip later, and
 * where UDP is cut the WebSocket does before the far end's TCP has backed off to its fourth try, some 1.4 s after the cut.
 * WireGuard's own timer for this (paper section 6.5) stays, as the outer bound.
 */
export const DOUBT_AFTER_MS = 500;
/** On slow paths patience is measured in round trips. */
const PATIENCE_ROUND_TRIPS = 4;
/** Beyond the least, at most: the one exchange that is known may have been held up, and the path is not slow for that. */
const MOST_PATIENCE = 4;
/** A doubt that proved empty makes the next one slower to come: a dead host behind the gateway is silent as well. */
const MOST_SILENCE_MS = 60_000;
const NEVER = Number.POSITIVE_INFINITY;

/** On slow paths an answer is waited for by the round trip. */
export function patience(leastMs: number, roundTripMs: number | undefined): number {
  return Math.min(Math.max(leastMs, (roundTripMs ?? 0) * PATIENCE_ROUND_TRIPS), leastMs * MOST_PATIENCE);
}

/** How long one peer has left unanswered what asks for an answer, and when that is to be doubted. */
export class Silence {
  /** The first thing sent that asks for an answer, since something authentic came. */
  #unansweredSince = NEVER;
  #mostMs = DOUBT_AFTER_MS;

  /** Something that the far end answers goes out. */
  expectAnswer(now: number): void {
    if (this.#unansweredSince === NEVER) this.#unansweredSince = now;
  }

  /** Something authentic came; `isPacket` when it held a packet. */
  heard(isPacket: boolean): void {
    this.#unansweredSince = NEVER;
    if (isPacket) this.#mostMs = DOUBT_AFTER_MS;
  }

  /** Infinity while nothing is unanswered. */
  doubtAt(roundTripMs: number | undefined): number {
    return this.#unansweredSince + Math.max(this.#mostMs, patience(DOUBT_AFTER_MS, roundTripMs));
  }

  /** The peer was asked whether it lives. */
  doubted(): void {
    this.#mostMs = Math.min(this.#mostMs * 2, MOST_SILENCE_MS);
  }

  /** What is unanswered no longer counts. */
  forget(): void {
    this.#unansweredSince = NEVER;
  }
}
