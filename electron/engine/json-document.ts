import type { z } from "zod";
import type { Store, Texts } from "./store.ts";

/** One validated JSON text of the store, read once and held. A text that does not fit is set aside, never thrown away. */
export class JsonDocument<T> {
  readonly #store: Texts;
  readonly #name: string;
  readonly #schema: z.ZodType<T>;
  readonly #empty: T;
  #value: Promise<T> | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(store: Texts, name: string, schema: z.ZodType<T>, empty: T) {
    this.#store = store;
    this.#name = name;
    this.#schema = schema;
    this.#empty = empty;
  }

  get(): Promise<T> {
    if (this.#value === undefined) {
      const reading = this.#read();
      this.#value = reading;
      // A disk that could not be read once may be readable the next time.
      reading.catch(() => {
        if (this.#value === reading) this.#value = undefined;
      });
    }
    return this.#value;
  }

  /** Replaces the value by what `change` makes of it; changes that overlap are made one after the other. */
  update(change: (value: T) => T): Promise<T> {
    const done = this.#writing.then(async () => {
      const value = change(await this.get());
      await this.#store.write(this.#name, `${JSON.stringify(value, undefined, 2)}\n`);
      this.#value = Promise.resolve(value);
      return value;
    });
    this.#writing = done.catch(() => undefined);
    return done;
  }

  /** Forgets it with its text, after the changes that were asked for before; answers what it was. */
  remove(from: Pick<Store, "remove">): Promise<T> {
    const done = this.#writing.then(async () => {
      const value = await this.get();
      await from.remove(this.#name);
      this.#value = Promise.resolve(this.#empty);
      return value;
    });
    this.#writing = done.catch(() => undefined);
    return done;
  }

  async #read(): Promise<T> {
    const text = await this.#store.read(this.#name);
    if (text === undefined) return this.#empty;
    const parsed = this.#schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    await this.#store.write(`${this.#name}-set-aside`, text);
    return this.#empty;
  }
}

/** Undefined when `text` is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
