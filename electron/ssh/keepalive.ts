import type { Disposable } from "../base/dispose.ts";

export interface KeepaliveOptions {
  intervalMs: number;
  /** Questions that may stay unanswered. */
  count: number;
  ask(): void;
  onSilence(): void;
}

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

  constructor(options: KeepaliveOptions) {
    this.#options = options;
    if (options.intervalMs > 0) this.#timer = setInterval(() => this.#tick(), options.intervalMs);
  }

  /** Something arrived. */
  heard(): void {
    this.#heard = true;
    this.#unanswered = 0;
  }

  dispose(): void {
    clearInterval(this.#timer);
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
  }
}
