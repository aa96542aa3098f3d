/** OpenSSH's own private key file (PROTOCOL.key), and what is needed to open one that a passphrase guards. */
import { createDecipheriv, createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import bcrypt from "bcrypt-pbkdf";
import { CulvertError } from "../base/errors.ts";
import { concat, fromBase64, sameBytes, string, toBase64, uint32, WireReader } from "./wire.ts";

/** A private key's text with what opens it. Secret. */
export interface GuardedKey {
  readonly privateKey: string;
  readonly passphrase?: string | undefined;
}

const MAGIC = new TextEncoder().encode("openssh-key-v1\0");
const HEAD = "-----BEGIN OPENSSH PRIVATE KEY-----";
const TAIL = "-----END OPENSSH PRIVATE KEY-----";

/** What node:crypto calls them, and how many bytes of key; the others that OpenSSH knows are left to ssh2. */
const CIPHERS = new Map([
  ["aes128-ctr", { name: "aes-128-ctr", keyLength: 16 }],
  ["aes192-ctr", { name: "aes-192-ctr", keyLength: 24 }],
  ["aes256-ctr", { name: "aes-256-ctr", keyLength: 32 }],
  ["aes128-cbc", { name: "aes-128-cbc", keyLength: 16 }],
  ["aes192-cbc", { name: "aes-192-cbc", keyLength: 24 }],
  ["aes256-cbc", { name: "aes-256-cbc", keyLength: 32 }],
]);

const IV_LENGTH = 16;

/** ssh-keygen takes 16 or 24, careful people a few hundred; here a round takes some 25 ms of the processor. */
const MOST_ROUNDS = 1_000;

/** Of an unencrypted key: the text as ssh-keygen writes it, from the public blob and the padded private part. */
export function keyFileText(publicBlob: Uint8Array, padded: Uint8Array): string {
  const none = string("none");
  const file = concat(MAGIC, none, none, string(""), uint32(1), string(publicBlob), string(padded));
  const lines = toBase64(file).match(/.{1,70}/g) ?? [];
  return `${HEAD}\n${lines.join("\n")}\n${TAIL}\n`;
}

/**
 * The same key without its passphrase, when the file is OpenSSH's and its passphrase is stretched by bcrypt; else what was
 * handed in. ssh2 would stretch it in one go, half a second and more for which no tunnel of this thread moves; here `pause`
 * is awaited between two hashes of some 13 ms. key-invalid for a passphrase that does not fit, and for absurd rounds.
 */
export async function openKeyFile(key: GuardedKey, pause: () => Promise<void> = setImmediate): Promise<GuardedKey> {
  const file = key.passphrase ? parseKeyFile(key.privateKey) : undefined;
  const cipher = CIPHERS.get(file?.cipher ?? "");
  if (file === undefined || cipher === undefined || !key.passphrase) return key;
  if (file.rounds > MOST_ROUNDS)
    throw new CulvertError(
      "key-invalid",
      `its passphrase is stretched over ${file.rounds} rounds, more than ${MOST_ROUNDS}: ssh-keygen -p -a 24 -f FILE`,
    );
  const { name, keyLength } = cipher;
  const passphrase = new TextEncoder().encode(key.passphrase);
  const stretched = await stretch(passphrase, file.salt, keyLength + IV_LENGTH, file.rounds, pause);
  const decipher = createDecipheriv(name, stretched.subarray(0, keyLength), stretched.subarray(keyLength));
  decipher.setAutoPadding(false);
  const secret = concat(decipher.update(file.secret), decipher.final());
  if (!sameBytes(secret.subarray(0, 4), secret.subarray(4, 8)))
    throw new CulvertError("key-invalid", "the passphrase does not fit");
  return { privateKey: keyFileText(file.publicBlob, secret) };
}

interface EncryptedKeyFile {
  readonly cipher: string;
  readonly salt: Uint8Array;
  readonly rounds: number;
  readonly publicBlob: Uint8Array;
  readonly secret: Uint8Array;
}

/** Of a file with one key that bcrypt guards; undefined for any other text, malformed ones included. */
function parseKeyFile(text: string): EncryptedKeyFile | undefined {
  const [before = "", body] = text.split(HEAD);
  const [base64, end] = body?.split(TAIL) ?? [];
  if (before.trim() !== "" || base64 === undefined || end?.trim() !== "") return undefined;
  const bytes = fromBase64(base64.replace(/\s/g, ""));
  if (bytes === undefined || !sameBytes(bytes.subarray(0, MAGIC.length), MAGIC)) return undefined;
  const reader = new WireReader(bytes.subarray(MAGIC.length));
  const cipher = reader.text();
  const kdf = reader.text();
  const kdfOptions = new WireReader(reader.string());
  const salt = kdfOptions.string();
  const rounds = kdfOptions.uint32();
  const count = reader.uint32();
  const publicBlob = reader.string();
  const secret = reader.string();
  const isSound = reader.complete && kdfOptions.complete && salt.length > 0 && rounds > 0;
  const isWhole = secret.length >= 16 && secret.length % 16 === 0;
  return isSound && isWhole && kdf === "bcrypt" && count === 1
    ? { cipher, salt, rounds, publicBlob, secret }
    : undefined;
}

/** bcrypt_pbkdf(3) of OpenBSD: PBKDF2 over a bcrypt of SHA-512 digests, whose output is dealt out by strides. */
async function stretch(
  passphrase: Uint8Array,
  salt: Uint8Array,
  length: number,
  rounds: number,
  pause: () => Promise<void>,
): Promise<Uint8Array> {
  const out = new Uint8Array(length);
  const blocks = Math.ceil(length / bcrypt.HASHSIZE);
  const passDigest = sha512(passphrase);
  for (let block = 0; block < blocks; block++) {
    let saltDigest = sha512(concat(salt, uint32(block + 1)));
    const mixed = new Uint8Array(bcrypt.HASHSIZE);
    for (let round = 0; round < rounds; round++) {
      const hash = new Uint8Array(bcrypt.HASHSIZE);
      bcrypt.hash(passDigest, saltDigest, hash);
      for (const [i, byte] of hash.entries()) mixed[i] = mixed[i]! ^ byte;
      saltDigest = sha512(hash);
      await pause();
    }
    for (let i = 0; i * blocks + block < length; i++) out[i * blocks + block] = mixed[i]!;
  }
  return out;
}

function sha512(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha512").update(bytes).digest());
}
