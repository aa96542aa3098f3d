import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/dispose.ts";

/** A pure core as the loop drives it: a WireGuard device or an IP stack. */
export interface Core {
  /** The turn's input has all been handed in: decide acknowledgements, flush what waits. */
  endTurn(now: number): void;
  /** Fires every timer that is due at `now`. */
  tick(now: number): void;
  /** When `tick` wants to run next, on the clock of `now`; Infinity when nothing waits. */
  nextDeadline(): number;
}

/** setTimeout holds at most a signed 32-bit count of milliseconds. */
const LONGEST_TIMEOUT_MS = 0x7fff_ffff;

/**
 * One timer for all cores of a tunnel. Whoever hands input to a core calls `wake()`; at the end of the event loop's turn
 * every core gets `endTurn` once, whatever the number of datagrams, and the timer is set to the earliest deadline.
 */
export class CoreLoop implements Disposable {
  readonly #clock: Clock;
  readonly #cores: readonly Core[];
  readonly #onTurn: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #immediate: NodeJS.Immediate | undefined;
  #isRunning = false;
  /** The time of the turn that goes on. */
  #now: number | undefined;
  #disposed = false;

  /** `onTurn` runs after each turn in which a core was driven. */
  constructor(clock: Clock, cores: readonly Core[], onTurn?: () => void) {
    this.#clock = clock;
    this.#cores = cores;
    this.#onTurn = onTurn;
  }

  /**
   * The time at which this turn of the event loop began, read once. All datagrams of a turn had arrived by then: they are
   * stamped with it, however long the work for those before them takes.
   */
  readonly now = (): number => {
    if (this.#disposed) return this.#clock.now();
    if (this.#now === undefined) {
      this.#now = this.#clock.now();
      this.wake();
    }
    return this.#now;
  };

  readonly wake = (): void => {
    if (this.#immediate === undefined && !this.#disposed) this.#immediate = setImmediate(this.endTurn);
  };

  /**
   * Ends the turn now, not after the poll: for whoever has handed in input and knows that no more waits, so that there is
   * nothing to share the turn with. What waited for the turn's end is part of it, and the poll that follows may sleep. Called
   * while the cores run, it ends the next turn, after the poll.
   */
  readonly endTurn = (): void => {
    if (this.#isRunning) {
      this.wake();
      return;
    }
    if (this.#immediate !== undefined) clearImmediate(this.#immediate);
    this.#immediate = undefined;
    this.#run(false);
  };

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    if (this.#immediate !== undefined) clearImmediate(this.#immediate);
  }

  readonly #tick = (): void => {
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.#run(true);
  };

  /** What the cores send now is stamped with the time of sending, not with that of what arrived before. */
  #run(isDue: boolean): void {
    if (this.#disposed) return;
    const now = this.#clock.now();
    this.#now = now;
    this.#isRunning = true;
    let hasThrown = true;
    try {
      // A core may dispose of the loop: those behind it are gone then.
      if (isDue) for (const core of this.#cores) if (!this.#disposed) core.tick(now);
      for (const core of this.#cores) if (!this.#disposed) core.endTurn(now);
      if (!this.#disposed) this.#onTurn?.();
      hasThrown = false;
    } finally {
      this.#isRunning = false;
      this.#now = undefined;
      // The cores behind the one that threw have their turn in the next one.
      if (hasThrown) this.wake();
      this.#arm();
    }
  }

  #arm(): void {
    if (this.#disposed) return;
    let earliest = Number.POSITIVE_INFINITY;
    for (const core of this.#cores) earliest = Math.min(earliest, core.nextDeadline());
    // A timer that fires early finds nothing due and is set again: cheaper than moving it for each packet.
    if (earliest >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = earliest;
    const delay = Math.max(0, Math.ceil(earliest - this.#clock.now()));
    this.#timer =
      earliest === Number.POSITIVE_INFINITY ? undefined : setTimeout(this.#tick, Math.min(delay, LONGEST_TIMEOUT_MS));
  }
}
