import { type Clock, systemClock } from "../../base/clock.ts";
import type { Log, LogFields } from "../../base/log.ts";

const LINE_EVERY_MS = 1000;
const MOST_CHARACTERS = 200;

/** What strangers cause us to log: one short line per second, with the number of those left out before it. */
export class RefusalLog {
  readonly #log: Log;
  readonly #clock: Clock;
  #lastAt = -Infinity;
  #suppressed = 0;

  constructor(log: Log, clock: Clock = systemClock) {
    this.#log = log;
    this.#clock = clock;
  }

  warn(event: string, fields: LogFields): void {
    const now = this.#clock.now();
    if (now - this.#lastAt < LINE_EVERY_MS) {
      this.#suppressed++;
      return;
    }
    const short = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === "string" ? value.slice(0, MOST_CHARACTERS) : value,
      ]),
    );
    this.#log.warn(event, this.#suppressed === 0 ? short : { ...short, suppressed: this.#suppressed });
    this.#lastAt = now;
    this.#suppressed = 0;
  }
}
