import { hostname } from "node:os";
import { z } from "zod";
import type { ErrorCode } from "../../../shared/errors.ts";
import type { Clock } from "../../base/clock.ts";
import { asCulvertError, CulvertError } from "../../base/errors.ts";
import { clampPrivateKey, KEY_LENGTH, publicKeyOf } from "../../crypto/x25519.ts";
import type { PlatformClient } from "../../platform/client.ts";
import { JsonDocument, parseJson } from "../json-document.ts";
import { randomBytes } from "../random.ts";
import type { Store } from "../store.ts";
import type { PeerName } from "./backend.ts";

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

/** Which peers this computer has made, without their keys: what has to be cleaned up when the account goes. */
const madePeer = z.object({
  organizationId: z.string(),
  orgSlug: z.string(),
  network: z.string().nullable(),
  name: z.string(),
});
type MadePeer = z.infer<typeof madePeer>;
const madePeers = z.array(madePeer);
/** Begins the name of an account's list. */
const MADE = "peers-";

/** The organization's network that a peer belongs to. */
export interface PeerPlace {
  readonly organizationId: string;
  readonly orgSlug: string;
  readonly network: string | null;
}

type NamedPeer = PeerName & Pick<PeerPlace, "organizationId">;

/** With these nobody knows whether the platform did what it was asked. */
const UNANSWERED: ReadonlySet<ErrorCode> = new Set(["api-unreachable", "cancelled"]);

export interface EnsuredPeer {
  readonly peer: StoredPeer;
  /** Made just now, because there was none or the platform no longer knew it. */
  readonly isNew: boolean;
}

/** flyctl asks the platform again every two minutes whether its peers still exist; so do we, when they are used. */
const VALID_FOR_MS = 120_000;
const SILENCES_BEFORE_NEW_PEER = 2;

/** What is known of one place; its jobs run one after the other, so that two shells never make two peers. */
interface PlaceState {
  job: Promise<unknown>;
  ensuredAt: number | undefined;
  /** Consecutive attempts that the gateway left unanswered although the platform knows the peer. */
  silences: number;
}

/**
 * This computer's WireGuard peers on a platform: one per organization and network, made when first needed, reused over
 * restarts, and made anew when the platform has forgotten it. Keys are kept as secrets.
 */
export class PeerKeeper {
  readonly #accountId: string;
  readonly #client: PlatformClient;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #made: JsonDocument<MadePeer[]>;
  readonly #places = new Map<string, PlaceState>();
  /** Aborted: the platform is not waited for any longer. */
  readonly #left = new AbortController();
  /** Asked to be made or removed without an answer that says so: they may be there. */
  #unsure: NamedPeer[] = [];
  #closed = false;

  constructor(options: { accountId: string; client: PlatformClient; store: Store; clock: Clock }) {
    this.#accountId = options.accountId;
    this.#client = options.client;
    this.#store = options.store;
    this.#clock = options.clock;
    this.#made = madeBy(options.store, options.accountId);
  }

  ensure(place: PeerPlace): Promise<EnsuredPeer> {
    return this.#inTurn(place, async (state) => {
      const stored = await this.stored(place.orgSlug, place.network);
      if (stored === undefined) return { peer: await this.#create(place, undefined), isNew: true };
      if (state.ensuredAt !== undefined && this.#clock.now() - state.ensuredAt < VALID_FOR_MS) {
        return { peer: stored, isNew: false };
      }
      const isTrusted = state.silences < SILENCES_BEFORE_NEW_PEER && (await this.#isKnown(stored));
      if (!isTrusted) return { peer: await this.#replace(place, stored, undefined), isNew: true };
      state.ensuredAt = this.#clock.now();
      return { peer: stored, isNew: false };
    });
  }

  /** Makes a new peer in place of the one in use; the old one is removed from the platform. */
  replace(place: PeerPlace, region?: string): Promise<StoredPeer> {
    return this.#inTurn(place, async () => {
      return await this.#replace(place, await this.stored(place.orgSlug, place.network), region);
    });
  }

  /** Whether the gateway answered this peer. After a silence the platform is asked again, after a second one a new peer is made. */
  noteAnswer(orgSlug: string, network: string | null, answered: boolean): void {
    const state = this.#state(orgSlug, network);
    state.silences = answered ? 0 : state.silences + 1;
    if (!answered) state.ensuredAt = undefined;
  }

  async stored(orgSlug: string, network: string | null): Promise<StoredPeer | undefined> {
    const text = await this.#store.readSecret(this.#secretKey(orgSlug, network));
    // Unreadable is as good as none: a new one is made.
    return text === undefined ? undefined : storedPeer.safeParse(parseJson(text)).data;
  }

  async forget(orgSlug: string, network: string | null): Promise<void> {
    this.#state(orgSlug, network).ensuredAt = undefined;
    await this.#store.deleteSecret(this.#secretKey(orgSlug, network));
    await this.#made.update((all) => all.filter((peer) => peer.orgSlug !== orgSlug || peer.network !== network));
  }

  /**
   * The account goes: no peer is made from here on, the keys are deleted whatever happens, and the platform is asked to
   * remove the peers, all at once, for they are a few. Answers with those that it did not, or not before `leave`.
   */
  async close(leave: AbortSignal): Promise<PeerName[]> {
    this.#closed = true;
    leave.addEventListener("abort", () => this.#left.abort(), { once: true });
    if (leave.aborted) this.#left.abort();
    await Promise.all([...this.#places.values()].map(({ job }) => job));
    const made = [...(await this.#made.get()), ...this.#unsure];
    this.#unsure = [];
    await forgetPeers(this.#store, this.#accountId, this.#made);
    await Promise.all(made.map((peer) => this.#removeQuietly(peer)));
    return this.#unsure.map(({ orgSlug, name }) => ({ orgSlug, name }));
  }

  async #isKnown(peer: StoredPeer): Promise<boolean> {
    const { valid } = await this.#client.validatePeers([peer.peerip], this.#left.signal);
    return valid.includes(peer.peerip);
  }

  async #replace(place: PeerPlace, old: StoredPeer | undefined, region: string | undefined): Promise<StoredPeer> {
    const peer = await this.#create(place, region);
    if (old !== undefined) await this.#removeQuietly({ ...place, name: old.name });
    return peer;
  }

  async #create(place: PeerPlace, region: string | undefined): Promise<StoredPeer> {
    const { organizationId, orgSlug, network } = place;
    const privateKey = clampPrivateKey(randomBytes(KEY_LENGTH));
    const name = peerName();
    const chosen = region ?? (await this.#client.nearestRegion(this.#left.signal)).code;
    if (this.#closed) throw new CulvertError("cancelled");
    const publicKeyBase64 = Buffer.from(publicKeyOf(privateKey)).toString("base64");
    const asked = this.#client.addPeer(
      { organizationId, name, publicKeyBase64, region: chosen, network },
      this.#left.signal,
    );
    const answer = await asked.catch((error: unknown) => {
      if (UNANSWERED.has(asCulvertError(error).code)) this.#unsure.push({ organizationId, orgSlug, name });
      throw error;
    });
    if (this.#closed) {
      await this.#removeQuietly({ organizationId, orgSlug, name });
      throw new CulvertError("cancelled");
    }
    const peer: StoredPeer = {
      name,
      privateKey: Buffer.from(privateKey).toString("base64"),
      peerip: answer.peerip,
      endpointip: answer.endpointip,
      pubkey: answer.pubkey,
      region: chosen,
    };
    await this.#store.writeSecret(this.#secretKey(orgSlug, network), JSON.stringify(peer));
    await this.#made.update((all) => [
      ...all.filter((known) => known.orgSlug !== orgSlug || known.network !== network),
      { organizationId, orgSlug, network, name },
    ]);
    const state = this.#state(orgSlug, network);
    state.ensuredAt = this.#clock.now();
    state.silences = 0;
    return peer;
  }

  /** The platform drops unused peers by itself; failing to remove one is no reason to fail. */
  async #removeQuietly({ organizationId, orgSlug, name }: NamedPeer): Promise<void> {
    try {
      await this.#client.removePeer({ organizationId, name }, this.#left.signal);
    } catch (error) {
      if (asCulvertError(error).code !== "not-found") this.#unsure.push({ organizationId, orgSlug, name });
    }
  }

  #inTurn<T>({ orgSlug, network }: PeerPlace, job: (state: PlaceState) => Promise<T>): Promise<T> {
    const state = this.#state(orgSlug, network);
    const done = state.job.then(() => {
      if (this.#closed) throw new CulvertError("cancelled");
      return job(state);
    });
    state.job = done.catch(() => undefined);
    return done;
  }

  #state(orgSlug: string, network: string | null): PlaceState {
    const key = placeKey(orgSlug, network);
    const state = this.#places.get(key) ?? { job: Promise.resolve(), ensuredAt: undefined, silences: 0 };
    this.#places.set(key, state);
    return state;
  }

  #secretKey(orgSlug: string, network: string | null): string {
    return secretKey(this.#accountId, orgSlug, network);
  }
}

/** Forgets the keys of an account's peers, whatever else is lost of it; answers with what the peers are called. */
export async function forgetPeers(
  store: Store,
  accountId: string,
  made = madeBy(store, accountId),
): Promise<PeerName[]> {
  const peers = await made.get();
  for (const { orgSlug, network } of peers) await store.deleteSecret(secretKey(accountId, orgSlug, network));
  await made.update(() => []);
  return peers.map(({ orgSlug, name }) => ({ orgSlug, name }));
}

function madeBy(store: Store, accountId: string): JsonDocument<MadePeer[]> {
  return new JsonDocument(store, `${MADE}${accountId}`, madePeers, []);
}

/** The public keys, in base64, of the peers that any account of this profile keeps: two of them may reach one organization. */
export async function keysOfAllAccounts(store: Store): Promise<Set<string>> {
  const keys = new Set<string>();
  for (const document of await store.list()) {
    if (!document.startsWith(MADE)) continue;
    const made = madePeers.safeParse(parseJson((await store.read(document)) ?? "")).data ?? [];
    for (const { orgSlug, network } of made) {
      const text = await store.readSecret(secretKey(document.slice(MADE.length), orgSlug, network));
      const peer = text === undefined ? undefined : storedPeer.safeParse(parseJson(text)).data;
      const key = Buffer.from(peer?.privateKey ?? "", "base64");
      if (key.length === KEY_LENGTH) keys.add(Buffer.from(publicKeyOf(key)).toString("base64"));
    }
  }
  return keys;
}

function secretKey(accountId: string, orgSlug: string, network: string | null): string {
  return `peer:${accountId}:${placeKey(orgSlug, network)}`;
}

/** A slug has no "/", so that organization "a-b" can never meet network "b" of organization "a". */
function placeKey(orgSlug: string, network: string | null): string {
  return `${orgSlug}/${network ?? ""}`;
}

/** Letters, digits and dashes only (fly-platform.md section 3); never needs the user's e-mail address. */
function peerName(): string {
  return `${namePrefix()}${Buffer.from(randomBytes(4)).toString("hex")}`;
}

function namePrefix(): string {
  const host = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 30);
  return `culvert-${host === "" ? "computer" : host}-`;
}

/** Whether a peer has a name as this computer gives them; another profile on it gives them too. */
export function isNamedByThisComputer(name: string): boolean {
  const prefix = namePrefix();
  return name.startsWith(prefix) && /^[0-9a-f]{8}$/.test(name.slice(prefix.length));
}

export function privateKeyOf(peer: StoredPeer): Uint8Array {
  const key = Buffer.from(peer.privateKey, "base64");
  if (key.length !== KEY_LENGTH) throw new CulvertError("storage", "the stored WireGuard key is damaged");
  return Uint8Array.from(key);
}
