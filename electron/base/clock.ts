/**
 * Time as a value. Cores never read a clock: they take `now` (milliseconds of a monotonic clock) as an argument;
 * this interface is for the rooms that own the timer and hand the time down.
 */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary origin; may carry a fraction. */
  now(): number;
  /** Milliseconds since the Unix epoch; may jump when the system clock is set. */
  wall(): number;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
};

/** A clock that moves only when told to: for tests and simulations. */
export class ManualClock implements Clock {
  #now: number;
  #wall: number;

  constructor(now = 0, wall = 1_700_000_000_000) {
    this.#now = now;
    this.#wall = wall;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#wall;
  }

  /** Moves both clocks forward by `ms` milliseconds. */
  advance(ms: number): void {
    this.#now += ms;
    this.#wall += ms;
  }

  /** Moves only the wall clock, as a time server or a sleeping laptop does. */
  shiftWall(ms: number): void {
    this.#wall += ms;
  }
}
