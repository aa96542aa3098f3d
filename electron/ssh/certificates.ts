import type { KeyPair, RandomBytes } from "./keys.ts";

export {
  formatPrivateKey,
  formatPublicKey,
  generateKeyPair,
  type KeyPair,
  keyPairFromSeed,
  parsePublicKey,
} from "./keys.ts";

/** The fields of an ssh-ed25519-cert-v01@openssh.com certificate (PROTOCOL.certkeys), signature not checked. */
export interface Certificate {
  /** The whole certificate as it goes over the wire. */
  readonly blob: Uint8Array;
  readonly nonce: Uint8Array;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly serial: bigint;
  readonly type: "user" | "host";
  readonly keyId: string;
  /** Empty means every principal to some servers and none to us. */
  readonly principals: readonly string[];
  /** Seconds since 1970. */
  readonly validAfter: bigint;
  /** Seconds since 1970, exclusive; 2^64-1 means forever. */
  readonly validBefore: bigint;
  readonly criticalOptions: ReadonlyMap<string, Uint8Array>;
  readonly extensions: ReadonlyMap<string, Uint8Array>;
  /** The 32-byte Ed25519 key of the authority; an authority of another kind cannot be parsed. */
  readonly caPublicKey: Uint8Array;
  /** 64 bytes over `signedPart`. */
  readonly signature: Uint8Array;
  readonly signedPart: Uint8Array;
}

export interface CertificateRequest {
  ca: KeyPair;
  /** The user's 32-byte public key. */
  publicKey: Uint8Array;
  keyId: string;
  principals: readonly string[];
  /** Seconds since 1970. */
  validAfter: number;
  validBefore: number;
  /** Names without data, for example "permit-pty". */
  extensions: readonly string[];
  /** Option name to its text, for example "force-command". */
  criticalOptions?: Readonly<Record<string, string>>;
  serial?: bigint;
  type?: "user" | "host";
  random: RandomBytes;
  comment?: string;
}

export type CertificateVerdict = { ok: true } | { ok: false; reason: string };

/** Reads one authorized_keys line (or the bare base64 of it); undefined when it is not a well-formed Ed25519 certificate. */
export function parseCertificate(line: string): Certificate | undefined {
  throw new Error(`not yet ${line}`);
}

/** The same from the wire form, as a server finds it in a publickey request. */
export function parseCertificateBlob(blob: Uint8Array): Certificate | undefined {
  throw new Error(`not yet ${blob}`);
}

/** Signs a certificate and returns it as one authorized_keys line. */
export function signCertificate(request: CertificateRequest): string {
  throw new Error(`not yet ${request}`);
}

/** Decides as sshd with TrustedUserCAKeys does; `trustedCas` are 32-byte public keys. The reason is a plain sentence part. */
export function verifyCertificate(
  certificate: Certificate,
  against: {
    trustedCas: readonly Uint8Array[];
    principal: string;
    nowSeconds: number;
    criticalOptions?: readonly string[];
  },
): CertificateVerdict {
  throw new Error(`not yet ${certificate} ${against}`);
}
