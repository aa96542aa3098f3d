/** Server keys, their fingerprints, and trust on first use over the text of a known_hosts file. */
import { createHash } from "node:crypto";
import {
  formatKnownHostLine,
  type KnownHostEntry,
  type KnownHostLine,
  matchesHost,
  parseKnownHosts,
} from "./known-hosts.ts";
import { sameBytes, WireReader } from "./wire.ts";

/** A server's public key as it showed it during key exchange. */
export interface HostKey {
  /** "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa", ... */
  readonly type: string;
  /** RFC 4253 section 6.6 public key blob. */
  readonly blob: Uint8Array;
}

/** `changed` holds the fingerprint that was known. */
export type HostKeyCheck = "known" | "new" | "revoked" | { readonly changed: string };

/** The key type is read from the blob; an undecodable blob has the type "". */
export function hostKeyFromBlob(blob: Uint8Array): HostKey {
  return { type: new WireReader(blob).text(), blob };
}

/** "SHA256:" and unpadded base64, as ssh-keygen -l prints it. */
export function fingerprint(key: HostKey | Uint8Array): string {
  const blob = key instanceof Uint8Array ? key : key.blob;
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** The name OpenSSH keeps a server under: the host for port 22, else "[host]:port". */
export function hostAlias(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

/**
 * Trust on first use. Pure: its owner reads and stores `toText()`. Lines it does not understand are kept as they are.
 * An alias is a host name, "[host]:port", or any stable name without spaces, such as a machine id.
 */
export class HostKeyStore {
  #lines: KnownHostLine[];

  constructor(text = "") {
    this.#lines = parseKnownHosts(text);
  }

  /**
   * A key of another type than the known ones counts as changed, or an impostor would only have to show another type.
   * @cert-authority lines know no plain key: ssh2 does not negotiate host certificates.
   */
  check(alias: string, key: HostKey): HostKeyCheck {
    const entries = this.#entriesFor(alias);
    if (entries.some(({ marker, blob }) => marker === "revoked" && sameBytes(blob, key.blob))) return "revoked";
    const plain = entries.filter(({ marker }) => marker === "none");
    if (plain.some(({ blob }) => sameBytes(blob, key.blob))) return "known";
    const known = plain.find(({ type }) => type === key.type) ?? plain[0];
    return known === undefined ? "new" : { changed: fingerprint(known.blob) };
  }

  /** The keys that are trusted: neither revocations nor authorities. */
  entries(): KnownHostEntry[] {
    return this.#lines.flatMap((line) => (line.kind === "entry" && line.entry.marker === "none" ? [line.entry] : []));
  }

  /** Key types already known for `alias`: to be asked for first, so that a known server shows its known key. */
  knownTypes(alias: string): string[] {
    const plain = this.#entriesFor(alias).filter(({ marker }) => marker === "none");
    return [...new Set(plain.map(({ type }) => type))];
  }

  /** Adds a key unless it is there. A name with spaces, commas or pattern characters is a RangeError. */
  add(alias: string, key: HostKey): void {
    if (!isPlainName(alias)) throw new RangeError(`"${alias}" cannot stand in known_hosts`);
    if (this.check(alias, key) === "known") return;
    this.#lines.push({
      kind: "entry",
      entry: { marker: "none", hosts: alias, type: key.type, blob: key.blob, comment: "" },
    });
  }

  /** Forgets the plain keys of exactly this alias and adds `key`. Lines that match by a pattern are left alone. */
  replace(alias: string, key: HostKey): void {
    this.remove(alias);
    this.add(alias, key);
  }

  /** Forgets the plain keys of exactly this alias; revocations stay. */
  remove(alias: string): void {
    this.#lines = this.#lines.flatMap((line): KnownHostLine[] => {
      if (line.kind !== "entry" || line.entry.marker !== "none") return [line];
      const names = line.entry.hosts.split(",");
      const left = names.filter((name) => !namesExactly(name, alias));
      if (left.length === names.length) return [line];
      return left.length === 0 ? [] : [{ kind: "entry", entry: { ...line.entry, hosts: left.join(",") } }];
    });
  }

  /** The file's text, ending in a line end unless it is empty. */
  toText(): string {
    return this.#lines
      .map((line) => `${line.kind === "entry" ? formatKnownHostLine(line.entry) : line.text}\n`)
      .join("");
  }

  #entriesFor(alias: string): KnownHostEntry[] {
    return this.#lines.flatMap((line) =>
      line.kind === "entry" && matchesHost(line.entry.hosts, alias) ? [line.entry] : [],
    );
  }
}

function isPlainName(alias: string): boolean {
  return /^[^\s,*?!|#@][^\s,*?!]*$/.test(alias);
}

/** One name of a host list stands for `alias` and for nothing else: itself, or its hash. */
function namesExactly(name: string, alias: string): boolean {
  return name.startsWith("|") ? matchesHost(name, alias) : name.toLowerCase() === alias.toLowerCase();
}
