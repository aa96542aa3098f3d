import { z } from "zod";
import { type LeftPeer, leftPeer } from "../../shared/models.ts";
import { JsonDocument } from "./json-document.ts";
import type { Store } from "./store.ts";

/** More than anybody would read; the newest are kept. */
const MOST = 200;

/** Peers that stayed, or may have, on a platform when their account went: named until they are gone or a person has seen it. */
export class LeftPeers {
  readonly #document: JsonDocument<LeftPeer[]>;

  constructor(store: Store) {
    this.#document = new JsonDocument(store, "left-peers", z.array(leftPeer), []);
  }

  list(): Promise<LeftPeer[]> {
    return this.#document.get();
  }

  async add(peers: readonly LeftPeer[]): Promise<void> {
    if (peers.length > 0) await this.#document.update((known) => [...known, ...peers].slice(-MOST));
  }

  /** All peers of this organization, as its platform lists them now. */
  async seen(endpoint: string | null, orgSlug: string, names: readonly string[]): Promise<void> {
    const isGone = (peer: LeftPeer): boolean =>
      peer.endpoint === endpoint && peer.orgSlug === orgSlug && !names.includes(peer.name);
    if ((await this.list()).some(isGone)) await this.#document.update((known) => known.filter((peer) => !isGone(peer)));
  }

  async forget(): Promise<void> {
    await this.#document.update(() => []);
  }
}
