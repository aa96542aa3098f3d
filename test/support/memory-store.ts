import type { Store } from "../../electron/engine/store.ts";

/** A store that forgets with the test. */
export class MemoryStore implements Store {
  readonly texts = new Map<string, string>();
  readonly secrets = new Map<string, string>();

  async read(name: string): Promise<string | undefined> {
    return this.texts.get(name);
  }

  async write(name: string, text: string): Promise<void> {
    this.texts.set(name, text);
  }

  async list(): Promise<string[]> {
    return [...this.texts.keys()];
  }

  async remove(name: string): Promise<void> {
    this.texts.delete(name);
  }

  async readSecret(key: string): Promise<string | undefined> {
    return this.secrets.get(key);
  }

  async writeSecret(key: string, value: string): Promise<void> {
    this.secrets.set(key, value);
  }

  async deleteSecret(key: string): Promise<void> {
    this.secrets.delete(key);
  }
}

/** One that takes its time, a turn or a few for each name in its order: what overlaps on a disk overlaps here. */
export class SlowStore extends MemoryStore {
  readonly #turns: () => number;
  readonly #last = new Map<string, Promise<unknown>>();

  /** `turns` says how many of the event loop each access takes. */
  constructor(turns: () => number) {
    super();
    this.#turns = turns;
  }

  override read(name: string): Promise<string | undefined> {
    return this.#after(name, () => super.read(name));
  }

  override write(name: string, text: string): Promise<void> {
    return this.#after(name, () => super.write(name, text));
  }

  override remove(name: string): Promise<void> {
    return this.#after(name, () => super.remove(name));
  }

  override readSecret(key: string): Promise<string | undefined> {
    return this.#after(key, () => super.readSecret(key));
  }

  override writeSecret(key: string, value: string): Promise<void> {
    return this.#after(key, () => super.writeSecret(key, value));
  }

  override deleteSecret(key: string): Promise<void> {
    return this.#after(key, () => super.deleteSecret(key));
  }

  #after<T>(name: string, act: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name);
    const done = (async () => {
      await before;
      for (let left = this.#turns(); left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
      return await act();
    })();
    this.#last.set(name, done);
    return done;
  }
}
