/** Whatever opens has one owner and is closed by it, once. */
export interface Disposable {
  dispose(): void;
}

/** Owns disposables and closes them in reverse order; adding to a closed store closes the newcomer at once. */
export class DisposableStore implements Disposable {
  readonly #items = new Set<Disposable>();
  #disposed = false;

  get disposed(): boolean {
    return this.#disposed;
  }

  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.add(item);
    return item;
  }

  /** Closes one item now and forgets it. */
  release(item: Disposable): void {
    if (this.#items.delete(item)) item.dispose();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const item of [...this.#items].reverse()) item.dispose();
    this.#items.clear();
  }
}

export function toDisposable(dispose: () => void): Disposable {
  return { dispose };
}
