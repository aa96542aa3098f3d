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
  #disposed = false;

  /** `onTurn` runs after each turn in which a core was driven. */
  constructor(clock: Clock, cores: readonly Core[], onTurn?: () => void) {
    this.#clock = clock;
    this.#cores = cores;
    this.#onTurn = onTurn;
  }

  readonly wake = (): void => {
    if (this.#immediate === undefined && !this.#disposed) this.#immediate = setImmediate(this.#endTurn);
  };

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    if (this.#immediate !== undefined) clearImmediate(this.#immediate);
  }

  readonly #endTurn = (): void => {
    this.#immediate = undefined;
    const now = this.#clock.now();
    for (const core of this.#cores) core.endTurn(now);
    this.#onTurn?.();
    this.#arm();
  };

  readonly #tick = (): void => {
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    for (const core of this.#cores) core.tick(now);
    for (const core of this.#cores) core.endTurn(now);
    this.#onTurn?.();
    this.#arm();
  };

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
