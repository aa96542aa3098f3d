import { LAYOUT_VERSION, type SavedLayout, savedLayout } from "../../shared/layout.ts";
import type { Log } from "../base/log.ts";
import type { Store } from "../engine/store.ts";

const NAME = "layout";
const SET_ASIDE = `${NAME}-bad`;
/** Beyond any layout within the limits: such a file is not even parsed. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/**
 * The tabs and panes of the window that changed last, kept whole. A text that is damaged, or that a newer version wrote, is
 * set aside and the window starts clean. While a person wants nothing back after a restart, it is held but not written.
 */
export class LayoutFile {
  readonly #store: Store;
  #value: SavedLayout | null;
  #isKept: boolean;
  /** Nobody can say what a layout that could not be read named. */
  readonly wasSetAside: boolean;

  private constructor(store: Store, value: SavedLayout | null, isKept: boolean, wasSetAside: boolean) {
    this.#store = store;
    this.#value = value;
    this.#isKept = isKept;
    this.wasSetAside = wasSetAside;
  }

  static async open(store: Store, log: Log, isKept: boolean): Promise<LayoutFile> {
    if (!isKept) await remove(store, log, NAME, SET_ASIDE);
    const text = isKept ? await store.read(NAME) : undefined;
    const value = text === undefined ? null : parseLayout(text);
    if (text !== undefined && value === null) {
      log.warn("the layout could not be read, starting with none", { kept: SET_ASIDE, reads: LAYOUT_VERSION });
      await store.write(SET_ASIDE, text);
    }
    // It names shells and must not stay for good; somebody who wants it back has the run in which it was set aside.
    if (value !== null) await remove(store, log, SET_ASIDE);
    return new LayoutFile(store, value, isKept, text !== undefined && value === null);
  }

  get(): SavedLayout | null {
    return this.#value;
  }

  /** The sessions that it names. */
  sessionIds(): string[] {
    const nodes = (this.#value?.tabs ?? []).flatMap((tab) => tab.nodes);
    return nodes.flatMap((node) => ("pane" in node && node.pane.sessionId !== null ? [node.pane.sessionId] : []));
  }

  async set(layout: SavedLayout): Promise<void> {
    this.#value = layout;
    if (this.#isKept) await this.#write(layout);
  }

  /** Whether it is written down; if not, what was is removed. */
  async keep(isKept: boolean): Promise<void> {
    if (isKept === this.#isKept) return;
    this.#isKept = isKept;
    if (!isKept) for (const name of [NAME, SET_ASIDE]) await this.#store.remove(name);
    else if (this.#value !== null) await this.#write(this.#value);
  }

  async #write(layout: SavedLayout): Promise<void> {
    await this.#store.write(NAME, JSON.stringify(layout));
  }
}

/** A start does not fail over what it could not remove. */
async function remove(store: Store, log: Log, ...names: string[]): Promise<void> {
  try {
    for (const name of names) await store.remove(name);
  } catch (error) {
    log.warn("an old layout could not be removed", { error: String(error) });
  }
}

function parseLayout(text: string): SavedLayout | null {
  if (text.length > MOST_CHARACTERS) return null;
  try {
    const parsed = savedLayout.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
