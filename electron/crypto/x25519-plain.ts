import { x25519 } from "@noble/curves/ed25519.js";
import type { KeyPair } from "./x25519.ts";

/** X25519 in JavaScript: the twin of x25519-native.ts, and what is used where that does not work. */

export function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  return x25519.getPublicKey(privateKey);
}

export class PlainKeyPair implements KeyPair {
  readonly publicKey: Uint8Array;
  readonly #privateKey: Uint8Array;

  private constructor(privateKey: Uint8Array) {
    this.#privateKey = privateKey;
    this.publicKey = publicKeyOf(privateKey);
  }

  static from(privateKey: Uint8Array): PlainKeyPair {
    return new PlainKeyPair(Uint8Array.from(privateKey));
  }

  static generate(random: (length: number) => Uint8Array): PlainKeyPair {
    return PlainKeyPair.from(random(32));
  }

  agree(remotePublicKey: Uint8Array): Uint8Array | undefined {
    try {
      return x25519.getSharedSecret(this.#privateKey, remotePublicKey);
    } catch {
      return undefined; // noble reports a low-order point by throwing
    }
  }

  erase(): void {
    this.#privateKey.fill(0);
  }
}
