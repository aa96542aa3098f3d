import type { CallInput } from "../../shared/contract.ts";
import { DEFAULT_SETTINGS, type Settings, settings } from "../../shared/settings.ts";
import { Emitter } from "../base/emitter.ts";
import type { Log } from "../base/log.ts";
import type { Store } from "../engine/store.ts";

const NAME = "settings";

/** The user's settings: one small document, kept whole. A bad one is set aside and the defaults take its place. */
export class SettingsFile {
  readonly changed = new Emitter<Settings>();
  readonly #store: Store;
  #value: Settings;
  /** The change that is being written, or was last. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(store: Store, value: Settings) {
    this.#store = store;
    this.#value = value;
  }

  static async open(store: Store, log: Log): Promise<SettingsFile> {
    const text = await store.read(NAME);
    const value = text === undefined ? DEFAULT_SETTINGS : parseSettings(text);
    if (text !== undefined && value === undefined) {
      log.warn("settings could not be read, starting with the defaults", { kept: `${NAME}-bad` });
      await store.write(`${NAME}-bad`, text);
    }
    return new SettingsFile(store, value ?? DEFAULT_SETTINGS);
  }

  get(): Settings {
    return this.#value;
  }

  /** In force once it is written, and not before: what a person is shown as chosen is what the next start will have. */
  set(change: CallInput<"settings.set">): Promise<Settings> {
    return this.update((now) => ({ ...now, ...change }));
  }

  /** Changes that overlap are made one after the other, each from what the one before it left. */
  update(change: (now: Settings) => unknown): Promise<Settings> {
    const done = this.#last.then(() => this.#write(change));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #write(change: (now: Settings) => unknown): Promise<Settings> {
    const next = settings.parse(change(this.#value));
    await this.#store.write(NAME, JSON.stringify(next, null, 2));
    this.#value = next;
    this.changed.fire(next);
    return next;
  }
}

/** What is valid in the text over the defaults, so that one bad value or a newer version loses no other setting. */
function parseSettings(text: string): Settings | undefined {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof stored !== "object" || stored === null || Array.isArray(stored)) return undefined;
  const known: Record<string, unknown> = { ...DEFAULT_SETTINGS };
  for (const [key, value] of Object.entries(stored)) {
    if (Object.hasOwn(known, key) && settings.partial().safeParse({ [key]: value }).success) known[key] = value;
  }
  return settings.parse(known);
}
