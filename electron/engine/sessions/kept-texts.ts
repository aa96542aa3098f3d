import { z } from "zod";
import { keptSessionId } from "../../../shared/layout.ts";
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

const entry = z.object({
  id: keptSessionId,
  accountId: z.string(),
  at: z.number(),
  bytes: z.number().int().min(0),
});
type Entry = z.infer<typeof entry>;

/** An entry that is damaged loses itself only; of a list that is damaged nothing is worth setting aside. */
const index = z
  .unknown()
  .transform((list): Entry[] => (Array.isArray(list) ? list.flatMap((one) => entry.safeParse(one).data ?? []) : []));

const INDEX = "screens";
const PREFIX = "screen-";
/** Where earlier versions left a list that was damaged. */
const OLD_SET_ASIDE = `${INDEX}-set-aside`;

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
    this.#index = new JsonDocument<Entry[]>(store, INDEX, index, []);
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
      const entries = (await this.#index.get()).filter((one) => one.id !== id);
      const kept = newest([...entries, { id, accountId, at, bytes }]);
      // The list comes first: after a crash between the two no text is left that nobody would ever remove.
      await this.#index.update(() => kept);
      await this.#store.write(nameOf(id), JSON.stringify({ version: 1, at, text }));
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

  /** Also removes whatever is not in the list: of a text without an entry nobody knows whose it is. */
  #drop(isGone: (entry: Entry) => boolean): Promise<void> {
    return this.#then(async () => {
      const entries = await this.#index.get();
      const left = entries.filter((one) => !isGone(one));
      const wanted = new Set(left.map(({ id }) => nameOf(id)));
      for (const name of await this.#store.list())
        if ((name.startsWith(PREFIX) && !wanted.has(name)) || name === OLD_SET_ASIDE) await this.#store.remove(name);
      if (left.length < entries.length) await this.#index.update(() => left);
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
  return `${PREFIX}${id}`;
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
