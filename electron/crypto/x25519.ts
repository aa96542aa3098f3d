import { x25519 } from "@noble/curves/ed25519.js";

/** X25519 (RFC 7748) as WireGuard uses it. Keys are 32 bytes. */

export const KEY_LENGTH = 32;

/** Clamps 32 random bytes into a private key (RFC 7748 section 5), in place, and returns them. */
export function clampPrivateKey(key: Uint8Array): Uint8Array {
  key[0] = key[0]! & 248;
  key[31] = (key[31]! & 127) | 64;
  return key;
}

export function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  return x25519.getPublicKey(privateKey);
}

/** The shared secret, or undefined when it is all zero: the other key is a low-order point (RFC 7748 section 6.1). */
export function sharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  try {
    return x25519.getSharedSecret(privateKey, publicKey);
  } catch {
    return undefined; // noble reports a low-order point by throwing
  }
}
