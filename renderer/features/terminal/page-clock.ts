/** The page's time, which tests replace. */
export interface PageClock {
  /** Milliseconds that do not go back. */
  now(): number;
  after(ms: number, callback: () => void): number;
  cancel(handle: number): void;
  /** While the page is hidden its timers are late by a second and more; nothing may wait for one then. */
  isHidden(): boolean;
}

export const pageClock: PageClock = {
  now: () => performance.now(),
  after: (ms, callback) => window.setTimeout(callback, ms),
  cancel: (handle) => window.clearTimeout(handle),
  isHidden: () => document.hidden,
};
