import { open, seal } from "../crypto/aead.ts";
import { hash, hmacHash } from "../crypto/blake2s.ts";
import type { KeyPair } from "../crypto/x25519.ts";
import { CONSTRUCTION, IDENTIFIER } from "./constants.ts";
import { emitInitiation, emitResponse, type Initiation, type Response } from "./messages.ts";

/**
 * Noise_IKpsk2 (Noise specification rev 34 sections 5 and 9, WireGuard paper section 5.4) as functions over keys and
 * messages; method names are the specification's. A Diffie-Hellman result of zero ends the handshake (W15).
 */

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);
const ONE = Uint8Array.of(1);
const TWO = Uint8Array.of(2);
const THREE = Uint8Array.of(3);

export const INITIAL_CHAIN_KEY = hash(encoder.encode(CONSTRUCTION));
export const INITIAL_HASH = hash(INITIAL_CHAIN_KEY, encoder.encode(IDENTIFIER));

/** KDF1 to KDF3 in one (paper section 5.4, RFC 5869 with an empty info): as many outputs of 32 bytes as asked for. */
export function kdf(chainKey: Uint8Array, input: Uint8Array, outputs: 1 | 2 | 3): Uint8Array[] {
  const prk = hmacHash(chainKey, input);
  const out = [hmacHash(prk, ONE)];
  if (outputs >= 2) out.push(hmacHash(prk, out[0]!, TWO));
  if (outputs === 3) out.push(hmacHash(prk, out[1]!, THREE));
  prk.fill(0);
  return out;
}

/** Noise's SymmetricState: the chaining key, the transcript hash and the key of the next sealed field. */
export class SymmetricState {
  #chainKey: Uint8Array;
  #hash: Uint8Array;
  #key: Uint8Array = NOTHING;

  constructor(chainKey: Uint8Array = INITIAL_CHAIN_KEY, transcript: Uint8Array = INITIAL_HASH) {
    this.#chainKey = Uint8Array.from(chainKey);
    this.#hash = transcript;
  }

  /** A message that turns out to be forged must not have touched the state, so it is read on a copy. */
  clone(): SymmetricState {
    return new SymmetricState(this.#chainKey, this.#hash);
  }

  mixHash(data: Uint8Array): void {
    this.#hash = hash(this.#hash, data);
  }

  /** Erases `input`, which is a secret that nobody needs afterwards. */
  mixKey(input: Uint8Array): void {
    const [chainKey, key] = kdf(this.#chainKey, input, 2);
    input.fill(0);
    this.#replace(chainKey!, key!);
  }

  /** The ephemeral public key enters as in Noise's psk modes; it stays whole. */
  mixEphemeral(publicKey: Uint8Array): void {
    this.mixHash(publicKey);
    this.mixKey(Uint8Array.from(publicKey));
  }

  mixKeyAndHash(presharedKey: Uint8Array): void {
    const [chainKey, mixed, key] = kdf(this.#chainKey, presharedKey, 3);
    this.#replace(chainKey!, key!);
    this.mixHash(mixed!);
    mixed!.fill(0);
  }

  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const sealed = seal(this.#key, 0, plaintext, this.#hash);
    this.mixHash(sealed);
    return sealed;
  }

  decryptAndHash(sealed: Uint8Array): Uint8Array | undefined {
    const plaintext = open(this.#key, 0, sealed, this.#hash);
    if (plaintext !== undefined) this.mixHash(sealed);
    return plaintext;
  }

  /** The initiator's and the responder's sending keys. Ends this state. */
  split(): readonly [initiator: Uint8Array, responder: Uint8Array] {
    const [initiator, responder] = kdf(this.#chainKey, NOTHING, 2);
    this.erase();
    return [initiator!, responder!];
  }

  erase(): void {
    this.#chainKey.fill(0);
    this.#key.fill(0);
    this.#hash = NOTHING;
  }

  #replace(chainKey: Uint8Array, key: Uint8Array): void {
    this.#chainKey.fill(0);
    this.#key.fill(0);
    this.#chainKey = chainKey;
    this.#key = key;
  }
}

/** A state that has taken in a message, and the message where we sent one. */
export interface Sent {
  readonly state: SymmetricState;
  readonly datagram: Uint8Array;
}

/** `staticShared` is DH(local static, remote static), computed once per peer. */
export function createInitiation(
  local: KeyPair,
  remote: { readonly publicKey: Uint8Array; readonly staticShared: Uint8Array },
  ephemeral: KeyPair,
  sender: number,
  timestamp: Uint8Array,
): Sent | undefined {
  const es = ephemeral.agree(remote.publicKey);
  if (es === undefined) return undefined;
  const state = new SymmetricState();
  state.mixHash(remote.publicKey);
  state.mixEphemeral(ephemeral.publicKey);
  state.mixKey(es);
  const sealedStatic = state.encryptAndHash(local.publicKey);
  state.mixKey(Uint8Array.from(remote.staticShared));
  const sealedTimestamp = state.encryptAndHash(timestamp);
  return { state, datagram: emitInitiation({ sender, ephemeral: ephemeral.publicKey, sealedStatic, sealedTimestamp }) };
}

/** The first half of reading an initiation: who claims to call. Not authentic before `openTimestamp` has agreed. */
export function openInitiation(
  local: KeyPair,
  message: Initiation,
): { readonly state: SymmetricState; readonly remoteStatic: Uint8Array } | undefined {
  const es = local.agree(message.ephemeral);
  if (es === undefined) return undefined;
  const state = new SymmetricState();
  state.mixHash(local.publicKey);
  state.mixEphemeral(message.ephemeral);
  state.mixKey(es);
  const remoteStatic = state.decryptAndHash(message.sealedStatic);
  if (remoteStatic !== undefined) return { state, remoteStatic };
  state.erase();
  return undefined;
}

/** The second half: proves that the caller holds the static key. Undefined when it does not. */
export function openTimestamp(
  state: SymmetricState,
  staticShared: Uint8Array,
  message: Initiation,
): Uint8Array | undefined {
  state.mixKey(Uint8Array.from(staticShared));
  return state.decryptAndHash(message.sealedTimestamp);
}

/** Answers the initiation that `state` has taken in. Erases `ephemeral`. */
export function createResponse(
  state: SymmetricState,
  remote: { readonly publicKey: Uint8Array; readonly ephemeral: Uint8Array; readonly presharedKey: Uint8Array },
  ephemeral: KeyPair,
  sender: number,
  receiver: number,
): Sent | undefined {
  const ee = ephemeral.agree(remote.ephemeral);
  const se = ephemeral.agree(remote.publicKey);
  ephemeral.erase();
  if (ee === undefined || se === undefined) return undefined;
  state.mixEphemeral(ephemeral.publicKey);
  state.mixKey(ee);
  state.mixKey(se);
  state.mixKeyAndHash(remote.presharedKey);
  const sealedNothing = state.encryptAndHash(NOTHING);
  return { state, datagram: emitResponse({ sender, receiver, ephemeral: ephemeral.publicKey, sealedNothing }) };
}

/** The state after a valid response; undefined and nothing touched when it is not one (W13). */
export function consumeResponse(
  local: KeyPair,
  pending: { readonly state: SymmetricState; readonly ephemeral: KeyPair },
  presharedKey: Uint8Array,
  message: Response,
): SymmetricState | undefined {
  const ee = pending.ephemeral.agree(message.ephemeral);
  const se = local.agree(message.ephemeral);
  if (ee === undefined || se === undefined) return undefined;
  const state = pending.state.clone();
  state.mixEphemeral(message.ephemeral);
  state.mixKey(ee);
  state.mixKey(se);
  state.mixKeyAndHash(presharedKey);
  if (state.decryptAndHash(message.sealedNothing) !== undefined) return state;
  state.erase();
  return undefined;
}
