/**
 * Ed25519 keys in the forms of OpenSSH: RFC 8709 blobs and signatures, authorized_keys lines, PROTOCOL.key files.
 * The arithmetic is node:crypto's: ssh2 verifies host keys with it too, and Electron's BoringSSL has Ed25519.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { CulvertError } from "../base/errors.ts";
import { keyFileText } from "./key-file.ts";
import { concat, fromBase64, string, toBase64, WireReader } from "./wire.ts";

export const ED25519 = "ssh-ed25519";

/** An Ed25519 key pair as SSH uses it: the 32-byte seed of RFC 8032 and the 32-byte public key. */
export interface KeyPair {
  /** The seed. Secret. */
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** Fills an array of `length` bytes with randomness fit for keys. */
export type RandomBytes = (length: number) => Uint8Array;

/** PKCS #8 and SPKI around a bare Ed25519 key (RFC 8410 section 7 and 4). */
const PKCS8_HEAD = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);
const SPKI_HEAD = Uint8Array.of(0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0);

/** A new key pair; `random` is asked once, for 32 bytes. */
export function generateKeyPair(random: RandomBytes): KeyPair {
  return keyPairFromSeed(random(32));
}

/** The key pair of a 32-byte seed; any other length is key-invalid. */
export function keyPairFromSeed(seed: Uint8Array): KeyPair {
  const spki = createPublicKey(privateKeyObject(seed)).export({ type: "spki", format: "der" });
  return { privateKey: Uint8Array.from(seed), publicKey: new Uint8Array(spki.subarray(-32)) };
}

/** One authorized_keys line without a line end: "ssh-ed25519 AAAA... comment". */
export function formatPublicKey(publicKey: Uint8Array, comment = ""): string {
  return `${ED25519} ${toBase64(publicKeyBlob(publicKey))}${comment === "" ? "" : ` ${comment}`}`;
}

/** The 32-byte key of an "ssh-ed25519 AAAA... [comment]" line, or undefined when it is something else. */
export function parsePublicKey(line: string): Uint8Array | undefined {
  const [type, base64 = ""] = line.trim().split(/\s+/);
  const blob = type === ED25519 ? fromBase64(base64) : undefined;
  return blob === undefined ? undefined : parsePublicKeyBlob(blob);
}

export function publicKeyBlob(publicKey: Uint8Array): Uint8Array {
  return concat(string(ED25519), string(publicKey));
}

/** The 32-byte key of an ssh-ed25519 blob, or undefined. */
export function parsePublicKeyBlob(blob: Uint8Array): Uint8Array | undefined {
  const reader = new WireReader(blob);
  const type = reader.text();
  const key = reader.string();
  return reader.complete && type === ED25519 && key.length === 32 ? key : undefined;
}

/** The unencrypted OpenSSH private key file of a pair, as ssh-keygen writes it. Secret. */
export function formatPrivateKey(pair: KeyPair, comment = ""): string {
  // The check number only has to stand there twice; derived, so that one key has one file.
  const check = createHash("sha256").update(pair.publicKey).digest().subarray(0, 4);
  const blob = publicKeyBlob(pair.publicKey);
  const secret = concat(check, check, blob, string(concat(pair.privateKey, pair.publicKey)), string(comment));
  const padding = Uint8Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, i) => i + 1);
  return keyFileText(blob, concat(secret, padding));
}

/** The SSH signature blob (RFC 8709 section 6) of `data`. */
export function signEd25519(seed: Uint8Array, data: Uint8Array): Uint8Array {
  return concat(string(ED25519), string(new Uint8Array(sign(null, data, privateKeyObject(seed)))));
}

/** Checks an SSH signature blob; false for any other algorithm or length. */
export function verifyEd25519(publicKey: Uint8Array, data: Uint8Array, signatureBlob: Uint8Array): boolean {
  const reader = new WireReader(signatureBlob);
  const algorithm = reader.text();
  const signature = reader.string();
  if (!reader.complete || algorithm !== ED25519 || signature.length !== 64 || publicKey.length !== 32) return false;
  try {
    const spki = Buffer.from(concat(SPKI_HEAD, publicKey));
    return verify(null, data, createPublicKey({ key: spki, format: "der", type: "spki" }), signature);
  } catch {
    return false; // 32 bytes that are no point of the curve
  }
}

function privateKeyObject(seed: Uint8Array): KeyObject {
  if (seed.length !== 32) throw new CulvertError("key-invalid", `an Ed25519 seed has 32 bytes, not ${seed.length}`);
  return createPrivateKey({ key: Buffer.from(concat(PKCS8_HEAD, seed)), format: "der", type: "pkcs8" });
}
