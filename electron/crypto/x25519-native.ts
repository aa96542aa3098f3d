import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from "node:crypto";
import { CulvertError } from "../base/errors.ts";
import type { KeyPair } from "./x25519.ts";

/**
 * X25519 by node:crypto, that is OpenSSL in Node and BoringSSL in Electron (which lacks X448 and ChaCha20-Poly1305, not
 * this). A private key enters as bytes that are erased at once, or is born inside and never seen. `erase` lets go of it;
 * the library wipes it when the engine collects its handle, which is the price: nothing can force that moment.
 *
 * Public keys travel as JWK, a tenth of what DER costs; private keys never do, because strings cannot be erased.
 */

/** PKCS #8 (RFC 8410 section 7) around 32 bytes. */
const PKCS8 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20);

/**
 * The public half is exported while the pair is made, never later: a job that made a pair locks the pair's mutex as it is
 * collected, `export` allocates while it holds the same mutex, and a collection at that moment hangs the thread for good
 * (Node 20.20, seen once in some 100,000 pairs). Node's types know no JWK here, so what comes back is looked at as unknown.
 */
const BORN_WITH_JWK = { publicKeyEncoding: { format: "jwk" } } as const;

export class NativeKeyPair implements KeyPair {
  readonly publicKey: Uint8Array;
  #privateKey: KeyObject | undefined;

  private constructor(privateKey: KeyObject, x: unknown) {
    this.publicKey = Uint8Array.from(Buffer.from(typeof x === "string" ? x : "", "base64url"));
    this.#privateKey = privateKey;
  }

  static from(privateKey: Uint8Array): NativeKeyPair {
    const der = Buffer.alloc(PKCS8.length + privateKey.length);
    der.set(PKCS8);
    der.set(privateKey, PKCS8.length);
    try {
      const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
      return new NativeKeyPair(key, createPublicKey(key).export({ format: "jwk" }).x);
    } finally {
      der.fill(0);
    }
  }

  static generate(): NativeKeyPair {
    const { privateKey, publicKey } = generateKeyPairSync("x25519", BORN_WITH_JWK);
    return new NativeKeyPair(privateKey, Reflect.get(publicKey, "x"));
  }

  agree(remotePublicKey: Uint8Array): Uint8Array | undefined {
    const privateKey = this.#privateKey;
    if (privateKey === undefined) throw new CulvertError("internal", "a key pair that was erased");
    const { buffer, byteOffset, length } = remotePublicKey;
    const x = Buffer.from(buffer, byteOffset, length).toString("base64url");
    const publicKey = createPublicKey({ key: { kty: "OKP", crv: "X25519", x }, format: "jwk" });
    try {
      const shared = diffieHellman({ privateKey, publicKey });
      const secret = Uint8Array.from(shared);
      shared.fill(0);
      return secret.some((byte) => byte !== 0) ? secret : undefined;
    } catch {
      return undefined; // the library reports a low-order point by throwing
    }
  }

  erase(): void {
    this.#privateKey = undefined;
  }
}
