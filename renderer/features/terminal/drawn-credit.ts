/** Above this, drawn bytes are reported without waiting for the next frame of the screen. */
const REPORT_AT = 32 * 1024;

export interface FrameClock {
  /** False while the page is hidden: no animation frames come then, and a report must not wait for one. */
  isDrawing(): boolean;
  request(callback: () => void): number;
  cancel(handle: number): void;
}

const pageClock: FrameClock = {
  isDrawing: () => !document.hidden,
  request: (callback) => requestAnimationFrame(callback),
  cancel: (handle) => cancelAnimationFrame(handle),
};

/**
 * Gathers the counts of drawn bytes into one report for each animation frame or 32 KiB. The reports are the terminal's
 * credit: the host sends no more than LIMITS.terminalCredit bytes beyond them, so a report that is never sent stops the
 * shell for good.
 */
export class DrawnCredit {
  readonly #report: (count: number) => void;
  readonly #clock: FrameClock;
  #pending = 0;
  #handle: number | undefined;

  constructor(report: (count: number) => void, clock: FrameClock = pageClock) {
    this.#report = report;
    this.#clock = clock;
  }

  add(count: number): void {
    if (count === 0) return;
    this.#pending += count;
    if (this.#pending >= REPORT_AT || !this.#clock.isDrawing()) this.flush();
    else this.#handle ??= this.#clock.request(() => this.flush());
  }

  /** Also called when the page becomes hidden. */
  flush(): void {
    if (this.#handle !== undefined) this.#clock.cancel(this.#handle);
    this.#handle = undefined;
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
