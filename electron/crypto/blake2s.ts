import { blake2s } from "@noble/hashes/blake2.js";
import { hmac } from "@noble/hashes/hmac.js";

/** BLAKE2s (RFC 7693) in the three forms that WireGuard names: HASH, MAC and HMAC. */

const HASH_LENGTH = 32;
const MAC_LENGTH = 16;

/** HASH: BLAKE2s-256 of the concatenation of `parts`; 32 bytes. */
export function hash(...parts: readonly Uint8Array[]): Uint8Array {
  const state = blake2s.create({ dkLen: HASH_LENGTH });
  for (const part of parts) state.update(part);
  return state.digest();
}

/** MAC: keyed BLAKE2s with a 16-byte output; `key` has at most 32 bytes. */
export function mac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return blake2s(message, { key, dkLen: MAC_LENGTH });
}

/** HMAC (RFC 2104) over BLAKE2s-256; 32 bytes. */
export function hmacHash(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const state = hmac.create(blake2s, key);
  for (const part of parts) state.update(part);
  return state.digest();
}

/** Compares without telling by time where the difference lies. Lengths are public. */
export function equalConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}
