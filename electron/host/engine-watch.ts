import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/dispose.ts";

/**
 * Notices an engine that is there and says nothing: a loop without end, a message that takes minutes. It is asked for a
 * message as long as it gives any; one that does not is told of, and a person decides: its shells may live on.
 */

/** How often is looked, and asked; a page with ten idle tabs costs less than 1 % of a processor, and this nothing of it. */
export const LOOK_MS = 5_000;
/** So many looks after the question nothing was heard. */
const PATIENCE = 2;
/** A look that came so late was held up with the whole program, by sleep, a stop or a crowded computer: the engine was too. */
const LATE_MS = 2_000;

/** The pure core: what looks at the number of messages, `LOOK_MS` apart, say together. */
export class SilenceWatch {
  #lookedAt: number;
  #heard = 0;
  /** Looks since it was asked; undefined before that. */
  #waited: number | undefined;
  #isSilent = false;

  constructor(now: number) {
    this.#lookedAt = now;
  }

  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** `heard` is how many messages came in all. True: ask for one. */
  look(now: number, heard: number): boolean {
    const isLate = now - this.#lookedAt > LOOK_MS + LATE_MS;
    this.#lookedAt = now;
    if (heard !== this.#heard || this.#waited === undefined) {
      this.#isSilent = false;
      this.#heard = heard;
      this.#waited = 0;
      return true;
    }
    this.#waited = isLate ? 0 : this.#waited + 1;
    if (this.#waited >= PATIENCE) this.#isSilent = true;
    return false;
  }
}

export interface EngineWatchOptions {
  readonly engine: { readonly messagesHeard: number; ping(): void };
  readonly clock: Clock;
  onChange(isSilent: boolean): void;
}

/** Looks every `LOOK_MS`; does not keep the process alive. */
export class EngineWatch implements Disposable {
  readonly #watch: SilenceWatch;
  readonly #timer: NodeJS.Timeout;

  constructor({ engine, clock, onChange }: EngineWatchOptions) {
    const watch = new SilenceWatch(clock.now());
    this.#watch = watch;
    this.#timer = setInterval(() => {
      const { isSilent } = watch;
      if (watch.look(clock.now(), engine.messagesHeard)) engine.ping();
      if (watch.isSilent !== isSilent) onChange(watch.isSilent);
    }, LOOK_MS);
    this.#timer.unref();
  }

  get isSilent(): boolean {
    return this.#watch.isSilent;
  }

  dispose(): void {
    clearInterval(this.#timer);
  }
}
