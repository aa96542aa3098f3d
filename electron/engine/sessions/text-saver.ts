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
  /** Writes a shell's text down; never rejects. */
  save(id: string): Promise<void>;
}

/** Says when the text of which shell is to be written down: soon after it changed, and no more often than twice a minute. */
export class TextSaver implements Disposable {
  readonly #options: TextSaverOptions;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #savedAt = new Map<string, number>();

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

  /** Writes down whatever is not, and waits for it, but no longer than a moment. */
  async settle(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LONGEST_SETTLE_MS);
    });
    await Promise.race([Promise.all([...this.#timers.keys()].map((id) => this.#save(id))), late]);
    clearTimeout(timer);
  }

  dispose(): void {
    for (const id of [...this.#timers.keys()]) this.forget(id);
  }

  #save(id: string): Promise<void> {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#savedAt.set(id, this.#options.clock.now());
    return this.#options.save(id);
  }
}
