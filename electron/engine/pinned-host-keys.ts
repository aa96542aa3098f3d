import type { HostKeyChange, KnownHostKey } from "../../shared/models.ts";
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

  /**
   * Undefined when the key is the pinned one or none is pinned yet, else what changed. A new key is pinned only by
   * `confirm`: here the server has not proved yet that it holds the key's private half.
   */
  async verify(alias: string, key: HostKey): Promise<HostKeyChange | undefined> {
    const check = (await this.#load()).check(alias, key);
    if (check === "known" || check === "new") return undefined;
    this.#offered.set(alias, key);
    const knownFingerprint = check === "revoked" ? "revoked" : check.changed;
    return { alias, knownFingerprint, offeredFingerprint: fingerprint(key) };
  }

  /** The login went through under this key: trust it from now on, if it is the first. */
  async confirm(alias: string, key: HostKey): Promise<void> {
    const keys = await this.#load();
    if (keys.check(alias, key) !== "new") return;
    keys.add(alias, key);
    await this.#store.write(STORE_NAME, keys.toText());
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

  /** What is pinned, by name. */
  async list(): Promise<KnownHostKey[]> {
    return (await this.#load())
      .entries()
      .map(({ hosts, type, blob }) => ({ alias: hosts, type, fingerprint: fingerprint(blob) }))
      .sort((a, b) => a.alias.localeCompare(b.alias));
  }

  /** Forgets the host's keys, if the one that the person saw is among them. */
  async forget(alias: string, seenFingerprint: string): Promise<void> {
    const keys = await this.#load();
    const isPinned = keys.entries().some(({ hosts, blob }) => hosts === alias && fingerprint(blob) === seenFingerprint);
    if (!isPinned) throw new CulvertError("not-found", alias);
    keys.remove(alias);
    await this.#store.write(STORE_NAME, keys.toText());
  }

  async knownTypes(alias: string): Promise<string[]> {
    return (await this.#load()).knownTypes(alias);
  }

  #load(): Promise<HostKeyStore> {
    if (this.#keys === undefined) {
      const reading = this.#store.read(STORE_NAME).then((text) => new HostKeyStore(text ?? ""));
      this.#keys = reading;
      reading.catch(() => {
        if (this.#keys === reading) this.#keys = undefined;
      });
    }
    return this.#keys;
  }
}
