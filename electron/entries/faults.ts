import { type Clock, systemClock } from "../base/clock.ts";
import { asCulvertError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { EXIT } from "./exit-codes.ts";
import { reportError, say } from "./report.ts";

/** Counts faults; more than this many within the window are no accident of one request any more. */
const MOST_FAULTS = 10;
const WINDOW_MS = 60_000;

export interface FaultsOptions {
  readonly log: Log;
  readonly clock?: Clock;
  /** Called once, when there were too many: end in order. */
  onTooMany(): void;
}

/**
 * What becomes of an exception that nobody caught, or a rejection that nobody awaited. Requests, windows and workers meet in
 * this process's event loop, and what one of them breaks must not end the shells of all: their state lives in the engine's
 * thread. So a fault is told and survived, unless they keep coming.
 */
export class Faults {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #onTooMany: () => void;
  #times: number[] = [];
  #ended = false;

  constructor({ log, clock = systemClock, onTooMany }: FaultsOptions) {
    this.#log = log;
    this.#clock = clock;
    this.#onTooMany = onTooMany;
  }

  /** From here on this process's faults are ours. */
  install(): void {
    if (ending !== undefined) process.off("uncaughtException", ending);
    process.on("uncaughtException", (error) => this.take(error));
    process.on("unhandledRejection", (reason) => this.take(reason));
    // Whoever read what we say has left: telling of that would only make the next fault.
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  }

  /** `thrown` is anything that was thrown. */
  take(thrown: unknown): void {
    const { message } = asCulvertError(thrown);
    this.#log.error("uncaught", { error: message, stack: thrown instanceof Error ? thrown.stack : undefined });
    say(`culvert: ${message}`);
    const now = this.#clock.now();
    this.#times = [...this.#times.filter((at) => now - at < WINDOW_MS), now];
    if (this.#times.length <= MOST_FAULTS || this.#ended) return;
    this.#ended = true;
    this.#log.error("too many faults, ending");
    this.#onTooMany();
  }
}

let ending: ((thrown: unknown) => void) | undefined;

/**
 * A command that serves nobody but its caller ends with its first fault, rejections that nobody awaited included: a stream
 * with a hole in it must not end like a whole one. Holds until `Faults` are installed, by those that serve several.
 */
export function endOnFault(json: boolean): void {
  ending = (thrown) => {
    reportError(thrown, json);
    process.exit(EXIT.bug);
  };
  process.once("uncaughtException", ending);
}
