import type { Clock } from "../../electron/base/clock.ts";

/**
 * Real time on a machine that is never starved: between two readings no more than `step` ms pass. Whoever waits for an
 * answer in the same process does not lose patience because nothing of the process ran.
 */
export class PatientClock implements Clock {
  readonly #step: number;
  #realAt = performance.now();
  #now = 0;

  constructor(step = 10) {
    this.#step = step;
  }

  now(): number {
    const at = performance.now();
    this.#now += Math.min(this.#step, at - this.#realAt);
    this.#realAt = at;
    return this.#now;
  }

  wall(): number {
    return Date.now();
  }
}
