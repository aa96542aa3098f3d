/**
 * What we offer in key exchange, best first: only what is safe today and exists in both of our runtimes, Node's OpenSSL and
 * Electron's BoringSSL. ssh2 would also offer, and we leave out:
 * - chacha20-poly1305@openssh.com: needs node:crypto's "chacha20", which BoringSSL does not expose;
 * - CBC ciphers, RC4, 3DES, Blowfish, CAST: broken or obsolete;
 * - HMAC-MD5, HMAC-SHA1, RIPEMD-160 and truncated MACs: obsolete;
 * - ssh-rsa and ssh-dss host keys: SHA-1 signatures (RFC 8332 section 1; RSA keys stay usable through rsa-sha2-*);
 * - group-exchange: the server chooses a prime of up to 8,192 bits, seconds of work on the engine's thread;
 * - compression: a small packet may inflate to a large one, and the tunnel's data hardly shrinks.
 */
import { getCiphers, getHashes } from "node:crypto";
import type { Algorithms, CipherAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from "ssh2";

const CIPHERS: readonly (readonly [name: CipherAlgorithm, sslName: string])[] = [
  ["aes128-gcm@openssh.com", "aes-128-gcm"],
  ["aes256-gcm@openssh.com", "aes-256-gcm"],
  ["aes128-ctr", "aes-128-ctr"],
  ["aes256-ctr", "aes-256-ctr"],
];

const MACS: readonly (readonly [name: MacAlgorithm, sslName: string])[] = [
  ["hmac-sha2-256-etm@openssh.com", "sha256"],
  ["hmac-sha2-512-etm@openssh.com", "sha512"],
  ["hmac-sha2-256", "sha256"],
  ["hmac-sha2-512", "sha512"],
];

const HOST_KEYS: readonly ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
];

/** The offer. Host key types in `knownHostKeyTypes` go first, so that a known server shows the key we know. */
export function offeredAlgorithms(knownHostKeyTypes: readonly string[] = []): Algorithms {
  const ciphers = new Set(getCiphers());
  const hashes = new Set(getHashes().map((name) => name.toLowerCase()));
  const isKnown = (algorithm: string) => knownHostKeyTypes.includes(keyTypeOf(algorithm));
  return {
    kex: [
      "curve25519-sha256",
      "curve25519-sha256@libssh.org",
      "ecdh-sha2-nistp256",
      "ecdh-sha2-nistp384",
      "ecdh-sha2-nistp521",
      "diffie-hellman-group16-sha512",
      "diffie-hellman-group14-sha256",
    ],
    serverHostKey: [...HOST_KEYS.filter(isKnown), ...HOST_KEYS.filter((name) => !isKnown(name))],
    cipher: CIPHERS.filter(([, sslName]) => ciphers.has(sslName)).map(([name]) => name),
    hmac: MACS.filter(([, sslName]) => hashes.has(sslName)).map(([name]) => name),
    compress: ["none"],
  };
}

/** The key type inside the blob: RSA keys are "ssh-rsa" whatever hash signs (RFC 8332 section 3). */
function keyTypeOf(algorithm: string): string {
  return algorithm.startsWith("rsa-sha2-") ? "ssh-rsa" : algorithm;
}
