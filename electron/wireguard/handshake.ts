import { generateKeyPair, type KeyPair } from "../crypto/x25519.ts";
import { INITIATION_SPACING_MS } from "./constants.ts";
import type { Initiation, Response } from "./messages.ts";
import { consumeResponse, createInitiation, createResponse, openTimestamp, type SymmetricState } from "./noise.ts";
import { Session } from "./session.ts";
import { isLater } from "./tai64n.ts";

const NO_PRESHARED_KEY = new Uint8Array(32);

/**
 * Our own initiation, if one is out. The responder's side has no state to keep: it answers at once with a session. So an
 * initiation from the peer never overwrites ours, and initiations that cross give a session in one round trip (W41).
 */
type Pending =
  | { readonly kind: "none" }
  | {
      readonly kind: "initiated";
      readonly localIndex: number;
      readonly state: SymmetricState;
      readonly ephemeral: KeyPair;
      readonly sentAt: number;
    };

/** What a handshake needs of the device. */
export interface HandshakeContext {
  readonly random: (length: number) => Uint8Array;
  claimIndex(): number;
  releaseIndex(index: number): void;
}

export type InitiationVerdict =
  | { readonly kind: "accepted"; readonly response: Uint8Array; readonly session: Session }
  | { readonly kind: "dropped"; readonly reason: "handshake-invalid" | "handshake-replayed" | "handshake-flood" };

/** The handshakes with one peer, in both roles: messages in, messages and sessions out; sends nothing itself. */
export class Handshake {
  readonly #context: HandshakeContext;
  readonly #remotePublic: Uint8Array;
  #local: KeyPair;
  #staticShared: Uint8Array | undefined;
  #presharedKey = Uint8Array.from(NO_PRESHARED_KEY);
  #pending: Pending = { kind: "none" };
  /** The greatest timestamp accepted from the peer; kept as long as the peer is. */
  #greatestTimestamp = new Uint8Array(12);
  #acceptedAt = Number.NEGATIVE_INFINITY;

  constructor(context: HandshakeContext, local: KeyPair, remotePublic: Uint8Array) {
    this.#context = context;
    this.#local = local;
    this.#remotePublic = remotePublic;
    this.#staticShared = local.agree(remotePublic);
  }

  /** False when the peer's key is a low-order point: nothing is ever sent to it (W15). */
  get isPossible(): boolean {
    return this.#staticShared !== undefined;
  }

  get pendingIndex(): number | undefined {
    return this.#pending.kind === "initiated" ? this.#pending.localIndex : undefined;
  }

  setIdentity(local: KeyPair): void {
    this.clear();
    this.#staticShared?.fill(0);
    this.#local = local;
    this.#staticShared = local.agree(this.#remotePublic);
  }

  setPresharedKey(key: Uint8Array | undefined): void {
    this.#presharedKey.set(key ?? NO_PRESHARED_KEY);
  }

  /** A fresh initiation with a new ephemeral and index, without its MACs; it replaces one that is out (W06). */
  initiate(timestamp: Uint8Array, now: number): Uint8Array | undefined {
    if (this.#staticShared === undefined) return undefined;
    this.clear();
    const ephemeral = generateKeyPair(this.#context.random);
    const remote = { publicKey: this.#remotePublic, staticShared: this.#staticShared };
    const localIndex = this.#context.claimIndex();
    const sent = createInitiation(this.#local, remote, ephemeral, localIndex, timestamp);
    if (sent === undefined) {
      this.#context.releaseIndex(localIndex);
      return undefined;
    }
    this.#pending = { kind: "initiated", localIndex, state: sent.state, ephemeral, sentAt: now };
    return sent.datagram;
  }

  /** Takes over `state`, which has read the first half of `message`. The response lacks its MACs. */
  acceptInitiation(state: SymmetricState, message: Initiation, now: number): InitiationVerdict {
    const dropped = (reason: "handshake-invalid" | "handshake-replayed" | "handshake-flood"): InitiationVerdict => {
      state.erase();
      return { kind: "dropped", reason };
    };
    if (this.#staticShared === undefined) return dropped("handshake-invalid");
    const timestamp = openTimestamp(state, this.#staticShared, message);
    if (timestamp === undefined) return dropped("handshake-invalid");
    if (!isLater(timestamp, this.#greatestTimestamp)) return dropped("handshake-replayed");
    if (now - this.#acceptedAt <= INITIATION_SPACING_MS) return dropped("handshake-flood");
    const ephemeral = generateKeyPair(this.#context.random);
    const localIndex = this.#context.claimIndex();
    const remote = { publicKey: this.#remotePublic, ephemeral: message.ephemeral, presharedKey: this.#presharedKey };
    const sent = createResponse(state, remote, ephemeral, localIndex, message.sender);
    if (sent === undefined) {
      this.#context.releaseIndex(localIndex);
      return dropped("handshake-invalid");
    }
    this.#greatestTimestamp.set(timestamp);
    this.#acceptedAt = now;
    const [receiving, sending] = sent.state.split();
    const session = new Session(
      { localIndex, remoteIndex: message.sender, role: "responder", createdAt: now },
      { sending, receiving },
    );
    return { kind: "accepted", response: sent.datagram, session };
  }

  /** The session that a valid response to our initiation gives. An invalid one leaves the initiation out (W13, W16). */
  acceptResponse(message: Response, now: number): { session: Session; rttMs: number } | undefined {
    const pending = this.#pending;
    if (pending.kind !== "initiated" || pending.localIndex !== message.receiver) return undefined;
    const state = consumeResponse(this.#local, pending, this.#presharedKey, message);
    if (state === undefined) return undefined;
    const [sending, receiving] = state.split();
    // The session keeps the index that the initiation announced.
    const options = { localIndex: pending.localIndex, remoteIndex: message.sender, createdAt: now } as const;
    this.#erasePending();
    const session = new Session({ ...options, role: "initiator" }, { sending, receiving });
    return { session, rttMs: now - pending.sentAt };
  }

  /** Gives up an initiation that is out and erases its secrets. */
  clear(): void {
    if (this.#pending.kind === "initiated") this.#context.releaseIndex(this.#pending.localIndex);
    this.#erasePending();
  }

  /** Erases everything; the handshake must not be used afterwards. */
  erase(): void {
    this.clear();
    this.#presharedKey.fill(0);
    this.#staticShared?.fill(0);
    this.#staticShared = undefined;
  }

  #erasePending(): void {
    if (this.#pending.kind === "initiated") {
      this.#pending.state.erase();
      this.#pending.ephemeral.erase();
    }
    this.#pending = { kind: "none" };
  }
}
