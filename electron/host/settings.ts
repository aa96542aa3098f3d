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

  async set(change: CallInput<"settings.set">): Promise<Settings> {
    const next = settings.parse({ ...this.#value, ...change });
    this.#value = next;
    await this.#store.write(NAME, JSON.stringify(next, null, 2));
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
