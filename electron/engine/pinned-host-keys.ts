import type { HostKeyChange } from "../../shared/models.ts";
import { CulvertError } from "../base/errors.ts";
import { fingerprint, type HostKey, HostKeyStore } from "../ssh/host-keys.ts";
import type { Store } from "./store.ts";

const STORE_NAME = "known-hosts";

/** Host keys, trusted on first use and pinned per machine, in the text form of known_hosts. */
export class PinnedHostKeys {
  readonly #store: Store;
  #keys: Promise<HostKeyStore> | undefined;
  /** Keys that were refused because another one is pinned; a person may still accept exactly that one. */
  readonly #offered = new Map<string, HostKey>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Pins a key that is new; undefined when the key is the pinned one, else what changed. */
  async verify(alias: string, key: HostKey): Promise<HostKeyChange | undefined> {
    const keys = await this.#load();
    const check = keys.check(alias, key);
    if (check === "known") return undefined;
    if (check === "new") {
      keys.add(alias, key);
      await this.#store.write(STORE_NAME, keys.toText());
      return undefined;
    }
    this.#offered.set(alias, key);
    const knownFingerprint = check === "revoked" ? "revoked" : check.changed;
    return { alias, knownFingerprint, offeredFingerprint: fingerprint(key) };
  }

  /** Replaces the pinned key by the one that was last offered, if its fingerprint is the one the person saw. */
  async accept(alias: string, offeredFingerprint: string): Promise<void> {
    const key = this.#offered.get(alias);
    if (key === undefined || fingerprint(key) !== offeredFingerprint) throw new CulvertError("not-found", alias);
    const keys = await this.#load();
    keys.replace(alias, key);
    this.#offered.delete(alias);
    await this.#store.write(STORE_NAME, keys.toText());
  }

  async knownTypes(alias: string): Promise<string[]> {
    return (await this.#load()).knownTypes(alias);
  }

  #load(): Promise<HostKeyStore> {
    this.#keys ??= this.#store.read(STORE_NAME).then((text) => new HostKeyStore(text ?? ""));
    return this.#keys;
  }
}
