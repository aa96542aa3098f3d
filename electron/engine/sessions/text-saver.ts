import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/dispose.ts";

/** A shell that prints without end is written down this often. */
const SAVE_EVERY_MS = 30_000;
/** After the first output of a while: the rest of it is about to come. */
const SAVE_AFTER_MS = 2_000;
/** A disk that is slower than this at shutdown keeps an older text. */
const LONGEST_SETTLE_MS = 1_500;

export interface TextSaverOptions {
  readonly clock: Clock;
  /** Writes a shell's text down, and breaks that off once `goesOn` says no; never rejects. */
  save(id: string, goesOn: () => boolean): Promise<void>;
}

/** Says when the text of which shell is to be written down: soon after it changed, and no more often than twice a minute. */
export class TextSaver implements Disposable {
  readonly #options: TextSaverOptions;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #savedAt = new Map<string, number>();

  /** Saves are made one after the other. */
  #work: Promise<void> = Promise.resolve();
  /** When nothing may be begun, or gone on with, any more. */
  #endsAt = Number.POSITIVE_INFINITY;

  constructor(options: TextSaverOptions) {
    this.#options = options;
  }

  /** The shell has printed something. */
  note(id: string): void {
    if (this.#timers.has(id)) return;
    const since = this.#options.clock.now() - (this.#savedAt.get(id) ?? Number.NEGATIVE_INFINITY);
    const timer = setTimeout(() => void this.#save(id), Math.max(SAVE_AFTER_MS, SAVE_EVERY_MS - since));
    timer.unref();
    this.#timers.set(id, timer);
  }

  forget(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#savedAt.delete(id);
  }

  /** Writes down whatever is not, one shell after the other, for no longer than a moment: then older texts stand. */
  async settle(): Promise<void> {
    this.#endsAt = this.#options.clock.now() + LONGEST_SETTLE_MS;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LONGEST_SETTLE_MS);
    });
    for (const id of this.#timers.keys()) void this.#save(id);
    await Promise.race([this.#work, late]);
    clearTimeout(timer);
  }

  dispose(): void {
    for (const id of [...this.#timers.keys()]) this.forget(id);
  }

  readonly #goesOn = (): boolean => this.#options.clock.now() < this.#endsAt;

  /** Shells take turns: many that print at once cost the thread no more at a time than one. */
  #save(id: string): Promise<void> {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#savedAt.set(id, this.#options.clock.now());
    this.#work = this.#work.then(() => (this.#goesOn() ? this.#options.save(id, this.#goesOn) : undefined));
    return this.#work;
  }
}
