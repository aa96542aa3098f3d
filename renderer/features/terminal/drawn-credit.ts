import { type PageClock, pageClock } from "./page-clock.ts";

/** Above this, drawn bytes are reported at once: two frames of a fast shell. */
const REPORT_AT = 48 * 1024;
/** Else so many milliseconds later. Not with the next frame of the screen: asking for one makes the page draw it. */
const REPORT_AFTER_MS = 16;

/**
 * Gathers the counts of drawn bytes into one report for each 16 ms or 48 KiB. The reports are the terminal's credit: the
 * host sends no more than LIMITS.terminalCredit bytes beyond them, so a report that is never sent stops the shell for good.
 */
export class DrawnCredit {
  readonly #report: (count: number) => void;
  readonly #clock: PageClock;
  #pending = 0;
  #timer: number | undefined;

  constructor(report: (count: number) => void, clock: PageClock = pageClock) {
    this.#report = report;
    this.#clock = clock;
  }

  add(count: number): void {
    if (count === 0) return;
    this.#pending += count;
    if (this.#pending >= REPORT_AT || this.#clock.isHidden()) this.flush();
    else this.#timer ??= this.#clock.after(REPORT_AFTER_MS, () => this.flush());
  }

  /** Also called when the page becomes hidden. */
  flush(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    this.#timer = undefined;
    const count = this.#pending;
    this.#pending = 0;
    if (count > 0) this.#report(count);
  }

  /** For a new channel: what the old one drew is of no interest to it. */
  reset(): void {
    this.#pending = 0;
    this.flush();
  }
}
