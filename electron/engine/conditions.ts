import type { Disposable } from "../base/dispose.ts";
import { CulvertError } from "../base/errors.ts";

/** What somebody waits for, looked at again after every event that may have brought it about. */
export class Conditions implements Disposable {
  readonly #waiting = new Set<() => void>();
  #ended: CulvertError | undefined;

  /** Something happened. */
  look(): void {
    for (const look of this.#waiting) look();
  }

  /** True once `condition` holds, false after the time; rejects with "cancelled" when it is aborted, or with why it was disposed of. */
  until(condition: () => boolean, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const finish = (act: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", look);
        this.#waiting.delete(look);
        act();
      };
      const look = (): void => {
        const end = signal.aborted ? new CulvertError("cancelled") : this.#ended;
        if (end !== undefined) finish(() => reject(end));
        else if (condition()) finish(() => resolve(true));
      };
      const timer = setTimeout(() => finish(() => resolve(false)), timeoutMs);
      signal.addEventListener("abort", look, { once: true });
      this.#waiting.add(look);
      look();
    });
  }

  dispose(why = new CulvertError("cancelled")): void {
    this.#ended ??= why;
    this.look();
  }
}
