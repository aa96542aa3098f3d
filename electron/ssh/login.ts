/** From a login as the caller has it to the requests ssh2 sends, and to words for a refusal. */
import { createPrivateKey } from "node:crypto";
import ssh2, { type AnyAuthMethod, type AuthenticationType } from "ssh2";
import { CulvertError } from "../base/errors.ts";
import { useCertificate } from "./certificate-auth.ts";
import { type Certificate, parseCertificate, principalProblem, validityProblem } from "./certificates.ts";
import { remoteText } from "./failure.ts";
import { fingerprint } from "./host-keys.ts";
import { formatPrivateKey, keyPairFromSeed } from "./keys.ts";
import type { ProtocolInternals } from "./ssh2-internals.ts";
import { sameBytes } from "./wire.ts";

export type SshLogin =
  /** `privateKey`: 32-byte Ed25519 seed; `certificate`: its authorized_keys line. */
  | { kind: "certificate"; privateKey: Uint8Array; certificate: string }
  /** `privateKey`: the text of a key file (OpenSSH, PEM, PKCS #8 or PPK). */
  | { kind: "key"; privateKey: string; passphrase?: string }
  | { kind: "password"; password: string };

export interface PreparedLogin {
  /** The next request, or undefined when nothing is left to try. `allowed` is what the server still accepts, once it said so. */
  next(allowed: readonly AuthenticationType[] | undefined): AnyAuthMethod | undefined;
  /** Hooks into the connection's protocol object, where ssh2 itself cannot do it. */
  install?(protocol: ProtocolInternals): void;
  /** What was tried and, as far as we can tell, why it was refused. */
  explain(allowed: readonly string[], partial: boolean): string;
}

/** Reads keys and certificates; what is unreadable is key-invalid, before anything is sent. */
export function prepareLogin(login: SshLogin, user: string, nowSeconds: () => number): PreparedLogin {
  switch (login.kind) {
    case "certificate":
      return certificateLogin(login, user, nowSeconds);
    case "key":
      return keyLogin(login, user);
    case "password":
      return passwordLogin(login.password, user);
  }
}

/**
 * A certificate is offered even when it looks expired or made out to somebody else: only the server's clock and its
 * AuthorizedPrincipalsFile decide. When it refuses, what we saw explains the refusal.
 */
function certificateLogin(
  login: { privateKey: Uint8Array; certificate: string },
  user: string,
  nowSeconds: () => number,
): PreparedLogin {
  const pair = keyPairFromSeed(login.privateKey);
  const certificate = parseCertificate(login.certificate);
  if (certificate === undefined) throw new CulvertError("key-invalid", "the SSH certificate is malformed");
  if (!sameBytes(certificate.publicKey, pair.publicKey))
    throw new CulvertError("key-invalid", "the SSH certificate belongs to another key");
  const requests: AnyAuthMethod[] = [{ type: "publickey", username: user, key: formatPrivateKey(pair) }];
  return {
    next: () => requests.shift(),
    install: (protocol) => useCertificate(protocol, certificate, pair.privateKey),
    explain: (allowed, partial) =>
      `user ${user}, certificate "${remoteText(certificate.keyId)}": ${
        partial
          ? wantsMore(allowed)
          : (validityProblem(certificate, nowSeconds()) ?? principalProblem(certificate, user) ?? foreign(certificate))
      }`,
  };
}

function foreign(certificate: Certificate): string {
  return `the server may not trust the authority that signed it, ${fingerprint(certificate.caKey)}`;
}

function keyLogin(login: { privateKey: string; passphrase?: string }, user: string): PreparedLogin {
  const key = readPrivateKey(login.privateKey, login.passphrase);
  const requests: AnyAuthMethod[] = [{ type: "publickey", username: user, key }];
  return {
    next: () => requests.shift(),
    explain: (allowed, partial) =>
      `user ${user}, key ${fingerprint(key.getPublicSSH())}: ${
        partial ? wantsMore(allowed) : `the server does not know the key${offers(allowed)}`
      }`,
  };
}

/** Servers with PAM often offer only keyboard-interactive (RFC 4256) and ask one hidden question: the password. */
function passwordLogin(password: string, user: string): PreparedLogin {
  let unanswerable: string | undefined;
  let answered = false;
  const tried = new Set<string>();
  const interactive: AnyAuthMethod = {
    type: "keyboard-interactive",
    username: user,
    prompt: (_name, _instructions, _language, prompts, finish) => {
      const [only] = prompts;
      if (!answered && prompts.length === 1 && only !== undefined && !only.echo) {
        answered = true;
        finish([password]);
        return;
      }
      unanswerable = only?.prompt;
      finish(prompts.map(() => "")); // refused, as it should be
    },
  };
  return {
    next: (allowed) => {
      const methods: AnyAuthMethod[] = [{ type: "password", username: user, password }, interactive];
      const method = methods.find(({ type }) => !tried.has(type) && (allowed === undefined || allowed.includes(type)));
      if (method !== undefined) tried.add(method.type);
      return method;
    },
    explain: (allowed, partial) => {
      if (partial) return `user ${user}, password: ${wantsMore(allowed)}`;
      if (unanswerable !== undefined) return `user ${user}: the server asks "${remoteText(unanswerable)}"`;
      return `user ${user}, password${offers(allowed)}`;
    },
  };
}

/** RFC 4252 section 5.1: partial success. */
function wantsMore(allowed: readonly string[]): string {
  return `accepted, but the server also wants ${remoteText(allowed.join(", "))}`;
}

function offers(allowed: readonly string[]): string {
  return allowed.length === 0 ? "" : `; it accepts ${remoteText(allowed.join(", "))}`;
}

/**
 * What anybody may know of a private key. Throws key-invalid for a text that could not log in anywhere: no private key, or one
 * that this passphrase does not open.
 */
export function checkPrivateKey(text: string, passphrase: string | undefined): { type: string; fingerprint: string } {
  const key = readPrivateKey(text, passphrase);
  return { type: key.type, fingerprint: fingerprint(key.getPublicSSH()) };
}

type ParsedKey = Exclude<ReturnType<typeof ssh2.utils.parseKey>, Error>;

function readPrivateKey(text: string, passphrase: string | undefined): ParsedKey {
  const pem = /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text) ? fromPkcs8(text, passphrase) : text;
  const parsed: unknown = ssh2.utils.parseKey(pem, passphrase);
  const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (first instanceof Error) throw new CulvertError("key-invalid", keyProblem(first.message, passphrase));
  if (!isParsedKey(first) || !first.isPrivateKey())
    throw new CulvertError("key-invalid", "the file holds only a public key");
  if (first.type === "ssh-dss")
    throw new CulvertError("key-invalid", "DSA keys are no longer safe; make an Ed25519 key");
  return first;
}

function isParsedKey(value: unknown): value is ParsedKey {
  return typeof value === "object" && value !== null && "getPublicSSH" in value && "isPrivateKey" in value;
}

function keyProblem(message: string, passphrase: string | undefined): string {
  if (/passphrase/i.test(message) || /integrity check/i.test(message))
    return passphrase === undefined ? "the key is encrypted and needs its passphrase" : "the passphrase does not fit";
  return /unsupported key/i.test(message) ? "the format of the key is not known" : remoteText(message);
}

/** ssh2 reads no PKCS #8: rewritten in a form it reads. */
function fromPkcs8(text: string, passphrase: string | undefined): string {
  try {
    const key = createPrivateKey({ key: text, format: "pem", ...(passphrase === undefined ? {} : { passphrase }) });
    if (key.asymmetricKeyType === "rsa") return key.export({ type: "pkcs1", format: "pem" }).toString();
    if (key.asymmetricKeyType === "ec") return key.export({ type: "sec1", format: "pem" }).toString();
    const { d, crv } = key.export({ format: "jwk" });
    if (crv === "Ed25519" && d !== undefined) return formatPrivateKey(keyPairFromSeed(Buffer.from(d, "base64url")));
  } catch (error) {
    throw new CulvertError(
      "key-invalid",
      passphrase === undefined && text.includes("ENCRYPTED")
        ? "the key is encrypted and needs its passphrase"
        : "the key could not be decoded; its passphrase may be wrong",
      { cause: error },
    );
  }
  throw new CulvertError("key-invalid", "keys of this kind do not work with SSH");
}
