import { z } from "zod";
import type { Log } from "../../base/log.ts";
import { JsonDocument, parseJson } from "../json-document.ts";
import type { Store } from "../store.ts";

/** The text of a shell as it is kept over restarts: what a terminal needs to draw it again, without queries or titles. */
export interface KeptText {
  readonly text: string;
  /** Unix ms. */
  readonly at: number;
}

/** Bytes of one text, and of all of them. */
export const KEPT_TEXT_BYTES = 256 * 1024;
const ALL_TEXTS_BYTES = 16 * 1024 * 1024;

const index = z.array(z.object({ id: z.string(), accountId: z.string(), at: z.number(), bytes: z.number() }));
type Entry = z.infer<typeof index>[number];

/** Whatever wrote the file: no more of it is read than we would have written. */
const file = z.object({ version: z.literal(1), at: z.number(), text: z.string().max(KEPT_TEXT_BYTES) });

/**
 * The texts of shells on the disk, one private file for each, and a list of them. Nothing is kept, and what was is removed,
 * while a person does not want it. Whatever fails here costs text and nothing else: it is logged, never thrown.
 */
export class KeptTexts {
  readonly #store: Store;
  readonly #log: Log;
  readonly #index: JsonDocument<Entry[]>;
  #isOn = false;
  /** Changes are made one after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor({ store, log }: { store: Store; log: Log }) {
    this.#store = store;
    this.#log = log;
    this.#index = new JsonDocument(store, "screens", index, []);
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** `wanted`: the only ones that a layout still names; null leaves them all. */
  choose(isOn: boolean, wanted: readonly string[] | null): Promise<void> {
    this.#isOn = isOn;
    const names = isOn ? wanted : [];
    return names === null ? Promise.resolve() : this.#drop(({ id }) => !names.includes(id));
  }

  put(id: string, accountId: string, { text, at }: KeptText): Promise<void> {
    return this.#then(async () => {
      if (!this.#isOn) return;
      const bytes = Buffer.byteLength(text);
      await this.#store.write(nameOf(id), JSON.stringify({ version: 1, at, text }));
      const entries = (await this.#index.get()).filter((one) => one.id !== id);
      const kept = newest([...entries, { id, accountId, at, bytes }]);
      await this.#index.update(() => kept);
      for (const one of entries) if (!kept.includes(one)) await this.#store.remove(nameOf(one.id));
    });
  }

  async read(id: string): Promise<KeptText | undefined> {
    await this.#work;
    try {
      // Only what is listed: a name from a page opens no other file.
      if (!this.#isOn || !(await this.#index.get()).some((one) => one.id === id)) return undefined;
      const parsed = file.safeParse(parseJson((await this.#store.read(nameOf(id))) ?? ""));
      return parsed.success ? { text: parsed.data.text, at: parsed.data.at } : undefined;
    } catch (error) {
      this.#log.warn("the text of a shell could not be read", { error: String(error) });
      return undefined;
    }
  }

  forget(id: string): Promise<void> {
    return this.#drop((one) => one.id === id);
  }

  forgetAccount(accountId: string): Promise<void> {
    return this.#drop((one) => one.accountId === accountId);
  }

  #drop(isGone: (entry: Entry) => boolean): Promise<void> {
    return this.#then(async () => {
      const gone = (await this.#index.get()).filter(isGone);
      if (gone.length === 0) return;
      for (const { id } of gone) await this.#store.remove(nameOf(id));
      await this.#index.update((entries) => entries.filter((one) => !isGone(one)));
    });
  }

  #then(act: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(act).catch((error: unknown) => {
      this.#log.warn("the text of a shell could not be kept", { error: String(error) });
    });
    return this.#work;
  }
}

function nameOf(id: string): string {
  return `screen-${id}`;
}

/** As many of the newest as may be kept. */
function newest(entries: readonly Entry[]): Entry[] {
  let left = ALL_TEXTS_BYTES;
  return entries
    .toSorted((a, b) => b.at - a.at)
    .filter(({ bytes }) => {
      left -= bytes;
      return left >= 0;
    });
}
