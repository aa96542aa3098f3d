// RFC 5681 section 3.1: slow start and congestion avoidance, counting bytes (RFC 3465).
import type { CongestionControl } from "./congestion-control.ts";

export class NewReno implements CongestionControl {
  window: number;
  threshold = Number.POSITIVE_INFINITY;
  #mss: number;
  #ackedInRound = 0;

  constructor(mss: number, initial: number) {
    this.#mss = mss;
    this.window = initial;
  }

  setMss(mss: number): void {
    this.#mss = mss;
  }

  onAck(acked: number): void {
    let rest = acked;
    if (this.window < this.threshold) {
      const growth = Math.min(rest, this.threshold - this.window);
      this.window += growth;
      rest -= growth;
    }
    this.#ackedInRound += rest;
    if (this.#ackedInRound >= this.window) {
      this.#ackedInRound -= this.window;
      this.window += this.#mss;
    }
  }

  onLoss(flight: number): void {
    this.threshold = Math.max(flight / 2, 2 * this.#mss);
    this.#ackedInRound = 0;
  }

  onRepaired(): void {
    // A loss ends slow start (section 3.1).
  }

  onTimeout(flight: number, first: boolean): void {
    if (first) this.onLoss(flight);
    this.window = this.#mss;
  }

  onIdle(initialWindow: number): void {
    this.window = Math.min(this.window, initialWindow);
  }

  undo(window: number, threshold: number): void {
    this.window = Math.max(this.window, window);
    this.threshold = Math.max(this.threshold, threshold);
  }
}
