import { type PageClock, pageClock } from "./page-clock.ts";

/** After a turn nobody has one for so many times what it cost: together the hidden terminals have a fifth of the thread. */
const REST = 4;
/** But a piece of what came so many milliseconds ago is drawn, whatever that costs: a bell or a title may be in it. */
const LATE_MS = 400;

export interface Turn {
  /**
   * Hands over a piece of what is held: where many wait, most turns are late ones, and all of it would be most of the thread.
   * Drawing the piece costs so many milliseconds, as far as that is known.
   */
  take(): { readonly costMs: number; readonly isDone: boolean };
}

/**
 * The terminals of a window that nobody sees, one after the other. Of their output nothing is drawn, but to read it costs as
 * much as in one that is seen: one that writes without end would have all of the thread, and nobody to look at it. So its bytes
 * wait, and with them its credit; one that writes little finds its turn free.
 */
export class HiddenTurns {
  readonly #clock: PageClock;
  /** Since when each has waited, the oldest first. */
  readonly #waiting = new Map<Turn, number>();
  #freeAt = Number.NEGATIVE_INFINITY;
  #timer: number | undefined;

  constructor(clock: PageClock = pageClock) {
    this.#clock = clock;
  }

  /** `turn` is taken when it is this one's, at once if nobody has it. */
  ask(turn: Turn): void {
    if (this.#waiting.has(turn)) return;
    this.#waiting.set(turn, this.#clock.now());
    this.#next();
  }

  /** It has nothing more to hand over. */
  leave(turn: Turn): void {
    this.#waiting.delete(turn);
    if (this.#waiting.size > 0 || this.#timer === undefined) return;
    this.#clock.cancel(this.#timer);
    this.#timer = undefined;
  }

  #next(): void {
    for (const [turn, since] of this.#waiting) {
      const now = this.#clock.now();
      const at = Math.min(this.#freeAt, since + LATE_MS);
      if (at > now) {
        this.#timer ??= this.#clock.after(at - now, () => {
          this.#timer = undefined;
          this.#next();
        });
        return;
      }
      this.#waiting.delete(turn);
      const { costMs, isDone } = turn.take();
      this.#freeAt = Math.max(this.#freeAt, now + Math.min(LATE_MS, costMs * (1 + REST)));
      if (!isDone) this.#waiting.set(turn, now);
    }
  }
}

/** Those of this window: they share one thread. */
export const hiddenTurns = new HiddenTurns();
