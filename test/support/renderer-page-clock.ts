import type { PageClock } from "../../renderer/features/terminal/page-clock.ts";

/** A page's clock that moves only when told to. */
export class ManualPageClock implements PageClock {
  hidden = false;
  #now = 0;
  #next = 1;
  readonly #timers = new Map<number, { at: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): number {
    this.#timers.set(this.#next, { at: this.#now + ms, callback });
    return this.#next++;
  }

  cancel(handle: number): void {
    this.#timers.delete(handle);
  }

  isHidden(): boolean {
    return this.hidden;
  }

  /** Timers that are set and have not come. */
  get waiting(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due[0]);
      this.#now = Math.max(this.#now, due[1].at);
      due[1].callback();
    }
    this.#now = end;
  }
}
