/**
 * OpenSSH certificates over Ed25519 keys (openssh PROTOCOL.certkeys): read, signed and judged. Both roles use this file:
 * the client to explain a refusal, the demo's servers to decide.
 */
import {
  ED25519,
  type KeyPair,
  parsePublicKeyBlob,
  publicKeyBlob,
  type RandomBytes,
  signEd25519,
  verifyEd25519,
} from "./keys.ts";
import { concat, fromBase64, sameBytes, string, toBase64, uint32, uint64, WireReader } from "./wire.ts";

export {
  formatPrivateKey,
  formatPublicKey,
  generateKeyPair,
  type KeyPair,
  keyPairFromSeed,
  parsePublicKey,
} from "./keys.ts";

export const ED25519_CERTIFICATE = "ssh-ed25519-cert-v01@openssh.com";
/** PROTOCOL.certkeys: the end of a certificate that never expires. */
export const FOREVER = 0xffff_ffff_ffff_ffffn;
/** A certificate larger than this is refused unread; OpenSSH's own limit on principals keeps honest ones far below. */
const MAX_CERTIFICATE_BYTES = 64 * 1024;
const USER = 1;
const HOST = 2;

/** The fields of an ssh-ed25519-cert-v01@openssh.com certificate, its signature not checked. */
export interface Certificate {
  /** The whole certificate as it goes over the wire. */
  readonly blob: Uint8Array;
  readonly nonce: Uint8Array;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly serial: bigint;
  readonly type: "user" | "host";
  readonly keyId: string;
  /** Empty names nobody: sshd refuses such a certificate, and so do we. */
  readonly principals: readonly string[];
  /** Seconds since 1970. */
  readonly validAfter: bigint;
  /** Seconds since 1970, exclusive; FOREVER has no end. */
  readonly validBefore: bigint;
  /** Name to data as it stands in the certificate. */
  readonly criticalOptions: ReadonlyMap<string, Uint8Array>;
  readonly extensions: ReadonlyMap<string, Uint8Array>;
  /** The authority's public key blob; of any type. */
  readonly caKey: Uint8Array;
  /** The authority's signature blob over `signedPart`. */
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
  validAfter: number | bigint;
  /** Seconds since 1970, exclusive; FOREVER for no end. */
  validBefore: number | bigint;
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

/** Reads one authorized_keys line (or the bare base64 of it); undefined when it is no well-formed Ed25519 certificate. */
export function parseCertificate(line: string): Certificate | undefined {
  const [first = "", second = ""] = line.trim().split(/\s+/, 2);
  const base64 = first === ED25519_CERTIFICATE ? second : first;
  if (base64.length > MAX_CERTIFICATE_BYTES * 2) return undefined;
  const blob = fromBase64(base64);
  return blob === undefined ? undefined : parseCertificateBlob(blob);
}

/** The same from the wire form, as a server finds it in a publickey request. Views into `blob`, not copies. */
export function parseCertificateBlob(blob: Uint8Array): Certificate | undefined {
  if (blob.length > MAX_CERTIFICATE_BYTES) return undefined;
  const reader = new WireReader(blob);
  const algorithm = reader.text();
  const nonce = reader.string();
  const publicKey = reader.string();
  const serial = reader.uint64();
  const type = reader.uint32();
  const keyId = reader.text();
  const principals = parseNames(reader.string());
  const validAfter = reader.uint64();
  const validBefore = reader.uint64();
  const criticalOptions = parseOptions(reader.string());
  const extensions = parseOptions(reader.string());
  reader.string(); // reserved
  const caKey = reader.string();
  const signedPart = blob.subarray(0, reader.position);
  const signature = reader.string();
  if (!reader.complete || algorithm !== ED25519_CERTIFICATE || publicKey.length !== 32) return undefined;
  if (type !== USER && type !== HOST) return undefined;
  if (principals === undefined || criticalOptions === undefined || extensions === undefined) return undefined;
  return {
    blob,
    nonce,
    publicKey,
    serial,
    type: type === USER ? "user" : "host",
    keyId,
    principals,
    validAfter,
    validBefore,
    criticalOptions,
    extensions,
    caKey,
    signature,
    signedPart,
  };
}

/** Signs a certificate and returns it as one authorized_keys line. */
export function signCertificate(request: CertificateRequest): string {
  const critical = Object.entries(request.criticalOptions ?? {}).map(([name, value]) => [name, string(value)] as const);
  const extensions = request.extensions.map((name) => [name, new Uint8Array(0)] as const);
  const signedPart = concat(
    string(ED25519_CERTIFICATE),
    string(request.random(32)),
    string(request.publicKey),
    uint64(request.serial ?? 0n),
    uint32(request.type === "host" ? HOST : USER),
    string(request.keyId),
    string(concat(...request.principals.map(string))),
    uint64(BigInt(request.validAfter)),
    uint64(BigInt(request.validBefore)),
    string(formatOptions(critical)),
    string(formatOptions(extensions)),
    string(""),
    string(publicKeyBlob(request.ca.publicKey)),
  );
  const blob = concat(signedPart, string(signEd25519(request.ca.privateKey, signedPart)));
  return `${ED25519_CERTIFICATE} ${toBase64(blob)}${request.comment === undefined ? "" : ` ${request.comment}`}`;
}

export interface CertificatePolicy {
  /** 32-byte public keys of the authorities. */
  trustedCas: readonly Uint8Array[];
  /** The login name. */
  principal: string;
  nowSeconds: number;
  /** Critical options that the caller itself enforces; every other one refuses the login. */
  enforcedOptions?: readonly string[];
}

/** Decides as sshd with TrustedUserCAKeys does. The reason is a part of a sentence. */
export function verifyCertificate(certificate: Certificate, policy: CertificatePolicy): CertificateVerdict {
  const reason =
    authorityProblem(certificate, policy.trustedCas) ??
    validityProblem(certificate, policy.nowSeconds) ??
    principalProblem(certificate, policy.principal) ??
    optionProblem(certificate, policy.enforcedOptions ?? []);
  return reason === undefined ? { ok: true } : { ok: false, reason };
}

export interface CertificateLogin extends CertificatePolicy {
  /** Algorithm name and key blob of the publickey request (RFC 4252 section 7). */
  algorithm: string;
  keyBlob: Uint8Array;
  /** Signature blob and what it signs; both absent while the client only asks whether the key would do. */
  signature?: Uint8Array | undefined;
  signedData?: Uint8Array | undefined;
}

/** A server's whole decision about one publickey request with a certificate. */
export function verifyCertificateLogin(
  login: CertificateLogin,
): { ok: true; certificate: Certificate } | { ok: false; reason: string } {
  const certificate = login.algorithm === ED25519_CERTIFICATE ? parseCertificateBlob(login.keyBlob) : undefined;
  if (certificate === undefined) return { ok: false, reason: `${login.algorithm} is not an Ed25519 certificate` };
  const verdict = verifyCertificate(certificate, login);
  if (!verdict.ok) return verdict;
  if (login.signature !== undefined) {
    const signed = login.signedData ?? new Uint8Array(0);
    if (!verifyEd25519(certificate.publicKey, signed, login.signature))
      return { ok: false, reason: "the login is not signed by the certificate's key" };
  }
  return { ok: true, certificate };
}

/** Why a certificate is of no use at `nowSeconds`, or undefined. */
export function validityProblem(certificate: Certificate, nowSeconds: number): string | undefined {
  const now = BigInt(Math.max(0, Math.floor(nowSeconds)));
  if (certificate.type !== "user") return "the certificate is for a host, not for a user";
  if (now < certificate.validAfter) return `the certificate is not valid before ${dateText(certificate.validAfter)}`;
  if (now >= certificate.validBefore) return `the certificate expired at ${dateText(certificate.validBefore)}`;
  return undefined;
}

/** Why a certificate does not name `principal`, or undefined. */
export function principalProblem(certificate: Certificate, principal: string): string | undefined {
  if (certificate.principals.length === 0) return "the certificate names no user at all";
  if (certificate.principals.includes(principal)) return undefined;
  return `the certificate is for ${certificate.principals.join(", ")}, not for ${principal}`;
}

function authorityProblem(certificate: Certificate, trustedCas: readonly Uint8Array[]): string | undefined {
  const ca = parsePublicKeyBlob(certificate.caKey);
  if (ca === undefined) return `the certificate's authority has no ${ED25519} key`;
  if (!trustedCas.some((trusted) => sameBytes(trusted, ca))) return "the certificate's authority is not trusted here";
  if (!verifyEd25519(ca, certificate.signedPart, certificate.signature)) return "the certificate's signature is wrong";
  return undefined;
}

/** PROTOCOL.certkeys: an unknown critical option refuses the certificate, an unknown extension is ignored. */
function optionProblem(certificate: Certificate, enforced: readonly string[]): string | undefined {
  const unknown = [...certificate.criticalOptions.keys()].find((name) => !enforced.includes(name));
  return unknown === undefined ? undefined : `the certificate demands "${unknown}", which is not known here`;
}

function parseNames(bytes: Uint8Array): string[] | undefined {
  const reader = new WireReader(bytes);
  const names: string[] = [];
  while (!reader.atEnd) names.push(reader.text());
  return reader.complete ? names : undefined;
}

function parseOptions(bytes: Uint8Array): Map<string, Uint8Array> | undefined {
  const reader = new WireReader(bytes);
  const options = new Map<string, Uint8Array>();
  while (!reader.atEnd) {
    const name = reader.text();
    if (options.has(name)) return undefined; // each name at most once
    options.set(name, reader.string());
  }
  return reader.complete ? options : undefined;
}

/** PROTOCOL.certkeys: names in lexical order. */
function formatOptions(options: readonly (readonly [name: string, data: Uint8Array])[]): Uint8Array {
  const sorted = options.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return concat(...sorted.map(([name, data]) => concat(string(name), string(data))));
}

function dateText(seconds: bigint): string {
  const milliseconds = Number(seconds) * 1000;
  return milliseconds > 8.64e15 ? "the end of time" : new Date(milliseconds).toISOString();
}
