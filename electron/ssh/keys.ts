/** An Ed25519 key pair as SSH uses it (RFC 8709): the 32-byte seed of RFC 8032 and the 32-byte public key. */
export interface KeyPair {
  /** The seed. Secret. */
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** Fills an array of `length` bytes with randomness fit for keys. */
export type RandomBytes = (length: number) => Uint8Array;

/** A new key pair; `random` is asked once, for 32 bytes. */
export function generateKeyPair(random: RandomBytes): KeyPair {
  throw new Error(`not yet ${random}`);
}

/** The key pair of a 32-byte seed. */
export function keyPairFromSeed(seed: Uint8Array): KeyPair {
  throw new Error(`not yet ${seed}`);
}

/** One authorized_keys line without a line end: "ssh-ed25519 AAAA... comment". */
export function formatPublicKey(publicKey: Uint8Array, comment?: string): string {
  throw new Error(`not yet ${publicKey} ${comment}`);
}

/** The 32-byte key of an "ssh-ed25519 AAAA... [comment]" line, or undefined when it is something else. */
export function parsePublicKey(line: string): Uint8Array | undefined {
  throw new Error(`not yet ${line}`);
}

/** The unencrypted OpenSSH private key file of a pair (PROTOCOL.key), as ssh-keygen writes it. */
export function formatPrivateKey(pair: KeyPair, comment?: string): string {
  throw new Error(`not yet ${pair} ${comment}`);
}
