/** So much of drawing may be on its way beyond the host's own credit: two frames and a half are not felt by Ctrl+C. */
const AHEAD_MS = 40;
const MOST_AHEAD = 2 * 1024 * 1024;
/** Drawing is timed over at least so much of it. */
const TIMED_MS = 16;

/**
 * Gives credit for bytes before they are drawn, as many as this terminal draws in AHEAD_MS by its own measure. The host's
 * credit alone (LIMITS.terminalCredit) is gone in 3 ms where 40 MB are drawn a second, and the terminal then waits for the
 * next bytes longer than it draws; where drawing is slow nothing is given early, so Ctrl+C stays quick on any machine.
 * Never gives more than was received, and all of it once all is drawn. Times are milliseconds that do not go back.
 */
export class DrawAhead {
  readonly #isHurried: () => boolean;
  /** Bytes received and not drawn. */
  #queued = 0;
  /** Of those, so many are with the terminal. */
  #drawing = 0;
  /** Of those received, credit was given for so many. */
  #given = 0;
  #bytesPerMs = 0;
  #timedMs = 0;
  #timedBytes = 0;
  #since = 0;

  /** `isHurried`: bytes are worth credit before they are drawn. */
  constructor(isHurried: () => boolean = () => true) {
    this.#isHurried = isHurried;
  }

  /** Bytes came. Returns the credit to give. */
  received(count: number): number {
    this.#queued += count;
    return this.#give();
  }

  /** Bytes go to the terminal. */
  begun(count: number, now: number): void {
    if (this.#drawing === 0) this.#since = now;
    this.#drawing += count;
  }

  /** How many are drawn in so many milliseconds; 0 when that is not known yet. */
  bytesIn(ms: number): number {
    return Math.floor(this.#bytesPerMs * ms);
  }

  /** In how many milliseconds so many bytes are drawn; 0 when that is not known yet. */
  msOf(bytes: number): number {
    return this.#bytesPerMs === 0 ? 0 : bytes / this.#bytesPerMs;
  }

  /** Bytes are on the screen. Returns the credit to give. */
  drawn(count: number, now: number): number {
    this.#time(count, now);
    this.#drawing = Math.max(0, this.#drawing - count);
    this.#queued = Math.max(0, this.#queued - count);
    const early = Math.min(this.#given, count);
    this.#given -= early;
    return count - early + this.#give();
  }

  /** For a new channel: what the old one sent gets no credit from it. */
  reset(): void {
    this.#queued = 0;
    this.#drawing = 0;
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
    if (!this.#isHurried()) return 0;
    const allowed = Math.min(this.#queued, MOST_AHEAD, this.bytesIn(AHEAD_MS));
    const more = Math.max(0, allowed - this.#given);
    this.#given += more;
    return more;
  }
}
