import type { Disposable } from "./dispose.ts";

/** One typed event. Listeners run in the order they came; one added or removed while firing acts from the next event on. */
export class Emitter<T> implements Disposable {
  #listeners: ReadonlyArray<(value: T) => void> = [];

  on(listener: (value: T) => void): Disposable {
    this.#listeners = [...this.#listeners, listener];
    return {
      dispose: () => {
        this.#listeners = this.#listeners.filter((l) => l !== listener);
      },
    };
  }

  fire(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }

  get size(): number {
    return this.#listeners.length;
  }

  dispose(): void {
    this.#listeners = [];
  }
}
