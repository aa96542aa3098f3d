import type { z } from "zod";
import type { Store } from "./store.ts";

/** One validated JSON text of the store, read once and held. A text that does not fit is set aside, never thrown away. */
export class JsonDocument<T> {
  readonly #store: Store;
  readonly #name: string;
  readonly #schema: z.ZodType<T>;
  readonly #empty: T;
  #value: Promise<T> | undefined;

  constructor(store: Store, name: string, schema: z.ZodType<T>, empty: T) {
    this.#store = store;
    this.#name = name;
    this.#schema = schema;
    this.#empty = empty;
  }

  get(): Promise<T> {
    this.#value ??= this.#read();
    return this.#value;
  }

  async set(value: T): Promise<void> {
    await this.#store.write(this.#name, `${JSON.stringify(value, undefined, 2)}\n`);
    this.#value = Promise.resolve(value);
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
