import type { Disposable } from "../base/dispose.ts";

export interface KeepaliveOptions {
  intervalMs: number;
  /** Questions that may stay unanswered. */
  count: number;
  ask(): void;
  onSilence(): void;
  /** A question has waited ANSWER_MS for its answer; the signal aborts when anything comes after all, and at the end. */
  onUnanswered?(signal: AbortSignal): void;
}

/** Far longer than a round trip, far shorter than the interval. */
const ANSWER_MS = 5000;

/**
 * OpenSSH's ServerAliveInterval: asks only when nothing came for a whole interval, and any byte counts as an answer. ssh2's
 * own counts replies to its questions alone, and would drop a connection whose answers queue behind a long upload.
 */
export class Keepalive implements Disposable {
  readonly #options: KeepaliveOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  #heard = false;
  #unanswered = 0;
  #lastTick = performance.now();
  #answerTimer: NodeJS.Timeout | undefined;
  #waiting: AbortController | undefined;

  constructor(options: KeepaliveOptions) {
    this.#options = options;
    if (options.intervalMs > 0) this.#timer = setInterval(() => this.#tick(), options.intervalMs);
  }

  /** Something arrived. */
  heard(): void {
    this.#heard = true;
    this.#unanswered = 0;
    if (this.#waiting !== undefined) this.#wait(undefined);
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#wait(undefined);
  }

  #wait(waiting: AbortController | undefined): void {
    clearTimeout(this.#answerTimer);
    this.#waiting?.abort();
    this.#waiting = waiting;
    if (waiting === undefined) return;
    this.#answerTimer = setTimeout(() => this.#options.onUnanswered?.(waiting.signal), ANSWER_MS);
  }

  #tick(): void {
    const now = performance.now();
    // A computer that slept heard nothing in that time; the other side has a full allowance from now on.
    if (now - this.#lastTick > this.#options.intervalMs * 2) this.#unanswered = 0;
    this.#lastTick = now;
    if (this.#heard) {
      this.#heard = false;
      return;
    }
    if (this.#unanswered >= this.#options.count) {
      this.dispose();
      this.#options.onSilence();
      return;
    }
    this.#unanswered++;
    this.#options.ask();
    this.#wait(new AbortController());
  }
}
