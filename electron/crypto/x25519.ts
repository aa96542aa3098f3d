import { NativeKeyPair } from "./x25519-native.ts";
import { PlainKeyPair, publicKeyOf } from "./x25519-plain.ts";

/**
 * X25519 (RFC 7748) as WireGuard uses it; keys are 32 bytes. The library that Node or Electron is built with computes
 * some twenty times as fast as JavaScript, and a handshake costs each side four multiplications: so it is used wherever
 * it gives the right answers, and @noble/curves where it does not. One suite holds both equal.
 */

export { publicKeyOf };

export const KEY_LENGTH = 32;

/** A private key in use. Its bytes are nobody else's business: it may live inside a library that never shows them. */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  /** The shared secret, or undefined when it is all zero: the other key is a low-order point (RFC 7748 section 6.1). */
  agree(remotePublicKey: Uint8Array): Uint8Array | undefined;
  /** Ends the pair; it must not be used afterwards. See x25519-native.ts for what a library keeps, and how long. */
  erase(): void;
}

export interface KeyPairs {
  from(privateKey: Uint8Array): KeyPair;
  generate(random: (length: number) => Uint8Array): KeyPair;
}

let chosen: KeyPairs | undefined;

function implementation(): KeyPairs {
  chosen ??= isRight(NativeKeyPair) ? NativeKeyPair : PlainKeyPair;
  return chosen;
}

/** Copies `privateKey`; the caller may erase its own. */
export function keyPairOf(privateKey: Uint8Array): KeyPair {
  return implementation().from(privateKey);
}

/** A new pair. A library draws from its own generator, the plain twin from `random`. */
export function generateKeyPair(random: (length: number) => Uint8Array): KeyPair {
  return implementation().generate(random);
}

/** Clamps 32 random bytes into a private key (RFC 7748 section 5), in place, and returns them. */
export function clampPrivateKey(key: Uint8Array): Uint8Array {
  key[0] = key[0]! & 248;
  key[31] = (key[31]! & 127) | 64;
  return key;
}

/** Whether an implementation works here: keys agree with the plain twin's, and a low-order point gives no secret. */
export function isRight(pairs: KeyPairs): boolean {
  try {
    const privateKey = Uint8Array.from({ length: KEY_LENGTH }, (_, i) => i + 1);
    const [own, plain] = [pairs.from(privateKey), PlainKeyPair.from(privateKey)];
    const other = pairs.generate((length) => new Uint8Array(length).fill(7));
    const secret = own.agree(other.publicKey);
    if (secret === undefined || own.agree(new Uint8Array(KEY_LENGTH)) !== undefined) return false;
    return [
      [own.publicKey, plain.publicKey],
      [secret, plain.agree(other.publicKey)],
      [secret, other.agree(own.publicKey)],
    ].every(([a, b]) => a?.length === KEY_LENGTH && a.every((byte, i) => byte === b?.[i]));
  } catch {
    return false;
  }
}
