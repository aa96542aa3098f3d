import { hostname } from "node:os";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { CulvertError } from "../../base/errors.ts";
import { clampPrivateKey, KEY_LENGTH, publicKeyOf } from "../../crypto/x25519.ts";
import type { PlatformClient } from "../../platform/client.ts";
import { randomBytes } from "../random.ts";
import type { Store } from "../store.ts";

const storedPeer = z.object({
  name: z.string(),
  /** Base64 of 32 bytes. */
  privateKey: z.string(),
  peerip: z.string(),
  endpointip: z.string(),
  /** The gateway's public key, base64. */
  pubkey: z.string(),
  region: z.string(),
});
export type StoredPeer = z.infer<typeof storedPeer>;

export interface EnsuredPeer {
  readonly peer: StoredPeer;
  /** Made just now, because there was none or the platform no longer knew it. */
  readonly isNew: boolean;
}

/** flyctl asks the platform again every two minutes whether its peers still exist; so do we, when they are used. */
const VALID_FOR_MS = 120_000;
const SILENCES_BEFORE_NEW_PEER = 2;

/**
 * This computer's WireGuard peers on a platform: one per organization and network, made when first needed, reused over
 * restarts, and made anew when the platform has forgotten it. Keys are kept as secrets.
 */
export class PeerKeeper {
  readonly #accountId: string;
  readonly #client: PlatformClient;
  readonly #store: Store;
  readonly #clock: Clock;
  /** Consecutive attempts that the gateway left unanswered although the platform knows the peer. */
  readonly #silences = new Map<string, number>();
  readonly #ensured = new Map<string, { at: number; result: Promise<EnsuredPeer> }>();

  constructor(options: { accountId: string; client: PlatformClient; store: Store; clock: Clock }) {
    this.#accountId = options.accountId;
    this.#client = options.client;
    this.#store = options.store;
    this.#clock = options.clock;
  }

  /** Many shells that open at once ask once. */
  async ensure(org: { id: string; slug: string }, network: string | null): Promise<EnsuredPeer> {
    const key = peerKey(org.slug, network);
    const known = this.#ensured.get(key);
    if (known !== undefined && this.#clock.now() - known.at < VALID_FOR_MS) {
      return { ...(await known.result), isNew: false };
    }
    const result = this.#ensure(org, network);
    this.#ensured.set(key, { at: this.#clock.now(), result });
    result.catch(() => this.#ensured.delete(key));
    return await result;
  }

  /** Makes a new peer in place of the one in use; the old one is removed from the platform. */
  async replace(org: { id: string; slug: string }, network: string | null, region?: string): Promise<StoredPeer> {
    const old = await this.stored(org.slug, network);
    const peer = await this.#create(org, network, region);
    this.trust(org.slug, network);
    this.#ensured.set(peerKey(org.slug, network), {
      at: this.#clock.now(),
      result: Promise.resolve({ peer, isNew: true }),
    });
    if (old !== undefined)
      await this.#client.removePeer({ organizationId: org.id, name: old.name }).catch(() => undefined);
    return peer;
  }

  /** The gateway did not answer this peer: ask the platform again, and after a second silence make a new one. */
  distrust(orgSlug: string, network: string | null): void {
    const key = peerKey(orgSlug, network);
    this.#ensured.delete(key);
    this.#silences.set(key, (this.#silences.get(key) ?? 0) + 1);
  }

  trust(orgSlug: string, network: string | null): void {
    this.#silences.delete(peerKey(orgSlug, network));
  }

  async stored(orgSlug: string, network: string | null): Promise<StoredPeer | undefined> {
    const text = await this.#store.readSecret(this.#secretKey(orgSlug, network));
    if (text === undefined) return undefined;
    try {
      return storedPeer.parse(JSON.parse(text));
    } catch {
      return undefined; // unreadable: as good as none, a new one is made
    }
  }

  async forget(orgSlug: string, network: string | null): Promise<void> {
    this.#ensured.delete(peerKey(orgSlug, network));
    await this.#store.deleteSecret(this.#secretKey(orgSlug, network));
  }

  async #ensure(org: { id: string; slug: string }, network: string | null): Promise<EnsuredPeer> {
    const stored = await this.stored(org.slug, network);
    if (stored !== undefined) {
      if ((this.#silences.get(peerKey(org.slug, network)) ?? 0) >= SILENCES_BEFORE_NEW_PEER) {
        return { peer: await this.replace(org, network), isNew: true };
      }
      const { valid } = await this.#client.validatePeers([stored.peerip]);
      if (valid.includes(stored.peerip)) return { peer: stored, isNew: false };
    }
    return { peer: await this.#create(org, network, undefined), isNew: true };
  }

  async #create(org: { id: string; slug: string }, network: string | null, region?: string): Promise<StoredPeer> {
    const privateKey = clampPrivateKey(randomBytes(KEY_LENGTH));
    const name = peerName();
    const chosen = region ?? (await this.#client.nearestRegion()).code;
    const made = await this.#client.addPeer({
      organizationId: org.id,
      name,
      publicKeyBase64: Buffer.from(publicKeyOf(privateKey)).toString("base64"),
      region: chosen,
      ...(network === null ? {} : { network }),
    });
    const peer: StoredPeer = {
      name,
      privateKey: Buffer.from(privateKey).toString("base64"),
      peerip: made.peerip,
      endpointip: made.endpointip,
      pubkey: made.pubkey,
      region: chosen,
    };
    await this.#store.writeSecret(this.#secretKey(org.slug, network), JSON.stringify(peer));
    return peer;
  }

  #secretKey(orgSlug: string, network: string | null): string {
    return `peer:${this.#accountId}:${peerKey(orgSlug, network)}`;
  }
}

function peerKey(orgSlug: string, network: string | null): string {
  // A slug has no "/", so that organization "a-b" can never meet network "b" of organization "a".
  return `${orgSlug}/${network ?? ""}`;
}

/** Letters, digits and dashes only (fly-platform.md section 3); never needs the user's e-mail address. */
function peerName(): string {
  const host = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 30);
  const suffix = Buffer.from(randomBytes(4)).toString("hex");
  return `culvert-${host === "" ? "computer" : host}-${suffix}`;
}

export function privateKeyOf(peer: StoredPeer): Uint8Array {
  const key = Buffer.from(peer.privateKey, "base64");
  if (key.length !== KEY_LENGTH) throw new CulvertError("storage", "the stored WireGuard key is damaged");
  return Uint8Array.from(key);
}
