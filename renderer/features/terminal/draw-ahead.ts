/** So much of drawing may be on its way beyond the host's own credit: less than a frame and a half is not felt by Ctrl+C. */
const AHEAD_MS = 24;
const MOST_AHEAD = 512 * 1024;
/** Drawing is timed over at least so much of it. */
const TIMED_MS = 16;

/**
 * Gives credit for bytes before they are drawn, as many as this terminal draws in AHEAD_MS by its own measure. The host's
 * credit alone (LIMITS.terminalCredit) is gone in 3 ms where 40 MB are drawn a second, and the terminal then waits for the
 * next bytes longer than it draws; where drawing is slow nothing is given early, so Ctrl+C stays quick on any machine.
 * Never gives more than was received, and all of it once all is drawn. Times are milliseconds that do not go back.
 */
export class DrawAhead {
  #queued = 0;
  /** Of those, credit was given for so many. */
  #given = 0;
  #bytesPerMs = 0;
  #timedMs = 0;
  #timedBytes = 0;
  #since = 0;

  /** Bytes go to the terminal. Returns the credit to give. */
  received(count: number, now: number): number {
    if (this.#queued === 0) this.#since = now;
    this.#queued += count;
    return this.#give();
  }

  /** Bytes are on the screen. Returns the credit to give. */
  drawn(count: number, now: number): number {
    this.#time(count, now);
    this.#queued = Math.max(0, this.#queued - count);
    const early = Math.min(this.#given, count);
    this.#given -= early;
    return count - early + this.#give();
  }

  /** For a new channel: what the old one sent gets no credit from it. */
  reset(): void {
    this.#queued = 0;
    this.#given = 0;
  }

  #time(count: number, now: number): void {
    this.#timedMs += now - this.#since;
    this.#timedBytes += count;
    this.#since = now;
    if (this.#timedMs < TIMED_MS) return;
    this.#bytesPerMs = this.#timedBytes / this.#timedMs;
    this.#timedMs = 0;
    this.#timedBytes = 0;
  }

  #give(): number {
    const allowed = Math.min(this.#queued, MOST_AHEAD, Math.floor(this.#bytesPerMs * AHEAD_MS));
    const more = Math.max(0, allowed - this.#given);
    this.#given += more;
    return more;
  }
}
