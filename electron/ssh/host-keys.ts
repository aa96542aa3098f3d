/** A server's public key as it showed it during key exchange. */
export interface HostKey {
  /** "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa", ... */
  readonly type: string;
  /** RFC 4253 section 6.6 public key blob. */
  readonly blob: Uint8Array;
}

export type HostKeyCheck = "known" | "new" | "revoked" | { readonly changed: string };

/** The key type is read from the blob; an undecodable blob has the type "". */
export function hostKeyFromBlob(blob: Uint8Array): HostKey {
  throw new Error(`not yet ${blob}`);
}

/** "SHA256:" and unpadded base64, as ssh-keygen -l prints it. */
export function fingerprint(key: HostKey | Uint8Array): string {
  throw new Error(`not yet ${key}`);
}

/**
 * Trust on first use over the text of a known_hosts file; pure, the owner persists `toText()`.
 * An alias is a host name, "[host]:port", or any stable name such as a machine id.
 */
export class HostKeyStore {
  constructor(text = "") {
    throw new Error(`not yet ${text}`);
  }

  /** `changed` holds the fingerprint that was known. A key of another type than the known ones counts as changed. */
  check(alias: string, key: HostKey): HostKeyCheck {
    throw new Error(`not yet ${alias} ${key}`);
  }

  /** Key types already known for `alias`: to be asked for first, so that a known server shows its known key. */
  knownTypes(alias: string): string[] {
    throw new Error(`not yet ${alias}`);
  }

  add(alias: string, key: HostKey): void {
    throw new Error(`not yet ${alias} ${key}`);
  }

  /** Forgets every plain key of exactly this alias and adds `key`. */
  replace(alias: string, key: HostKey): void {
    throw new Error(`not yet ${alias} ${key}`);
  }

  remove(alias: string): void {
    throw new Error(`not yet ${alias}`);
  }

  toText(): string {
    throw new Error("not yet");
  }
}
