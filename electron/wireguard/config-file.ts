import { type IpAddress, type IpPrefix, parseIp, parsePrefix } from "../base/ip-address.ts";
import { publicKeyOf } from "../crypto/x25519.ts";
import {
  endpointComplaint,
  firstUnseen,
  isHostName,
  isKeyName,
  keyComplaint,
  keyToText,
  misspelt,
  parseEndpoint,
  parseKey,
  parseNumber,
  quote,
  withoutUnseen,
} from "./config-values.ts";

/**
 * wg-quick(8) and wg(8) configuration files. Sections and keys are case-insensitive, "#" begins a comment, [Peer] and
 * list keys may be repeated. Hooks and other things for a system interface are read, reported and never carried out, and so
 * are keys that nobody here knows, unless they look like one that is misspelt: then a mistake would pass for a wish.
 */

/** A wg-quick file as this program understands it. Keys are 32 raw bytes. */
export interface WgConfig {
  readonly interface: {
    readonly privateKey: Uint8Array;
    /** Host bits are kept: this is our own address and the subnet it sits in. */
    readonly addresses: readonly InterfaceAddress[];
    readonly dns: readonly IpAddress[];
    readonly searchDomains: readonly string[];
    readonly mtu?: number;
    readonly listenPort?: number;
  };
  readonly peers: readonly WgConfigPeer[];
}

export interface InterfaceAddress {
  readonly address: IpAddress;
  readonly length: number;
}

export interface WgConfigPeer {
  readonly publicKey: Uint8Array;
  readonly presharedKey?: Uint8Array;
  /** `host` is a name or an address, an IPv6 one without its brackets. */
  readonly endpoint?: { readonly host: string; readonly port: number };
  readonly allowedIps: readonly IpPrefix[];
  readonly persistentKeepaliveSeconds?: number;
}

export interface ConfigError {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

export interface NotApplied {
  readonly line: number;
  /** As the file spells it. */
  readonly key: string;
  readonly value: string;
  /** Of which [Peer], from 0 on; left out for [Interface]. */
  readonly peer?: number;
}

export type ParsedConfig =
  | { readonly ok: true; readonly config: WgConfig; readonly notApplied: readonly NotApplied[] }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface InterfaceSection {
  readonly kind: "interface";
  readonly line: number;
  readonly seen: Set<string>;
  privateKey?: Uint8Array;
  readonly addresses: InterfaceAddress[];
  readonly dns: IpAddress[];
  readonly searchDomains: string[];
  mtu?: number;
  listenPort?: number;
}

interface PeerSection {
  readonly kind: "peer";
  readonly line: number;
  readonly seen: Set<string>;
  publicKey?: Uint8Array;
  publicKeyLine?: number;
  presharedKey?: Uint8Array;
  endpoint?: { readonly host: string; readonly port: number };
  readonly allowedIps: IpPrefix[];
  persistentKeepaliveSeconds?: number;
}

/** What a line has wrong, one sentence for each error. */
type Complaints = readonly string[];

const FINE: Complaints = [];

const LINE_END = /\r\n|\n|\r/;
const HOOKS = ["PreUp", "PostUp", "PreDown", "PostDown", "Table", "SaveConfig", "FwMark"];
const KEYS: Record<"interface" | "peer", readonly string[]> = {
  interface: ["PrivateKey", "Address", "DNS", "MTU", "ListenPort"],
  peer: ["PublicKey", "PresharedKey", "Endpoint", "AllowedIPs", "PersistentKeepalive"],
};
const ALL_KEYS = [...KEYS.interface, ...KEYS.peer, ...HOOKS];
const APPLIED = { interface: lowerCase(KEYS.interface), peer: lowerCase(KEYS.peer) };
const NOT_APPLIED = lowerCase(HOOKS);
/** Keys that may stand more than once in a section; their values add up. */
const REPEATABLE = new Set(["address", "dns", "allowedips"]);
/** IPv6 needs links of at least 1280 bytes, IPv4 576 (RFC 791); the upper end is what a datagram can carry. */
const SMALLEST_MTU = 576;
const LARGEST_MTU = 65_535;
const LARGEST_PORT = 65_535;

/** Reads a wg-quick file. Every error of the file is reported, each with its line; never throws. */
export function parseConfigFile(text: string): ParsedConfig {
  const nul = text.indexOf("\0");
  // Of a program or a picture each line has something unseen; UTF-16 has a NUL in each character of a key.
  if (nul !== -1) {
    const line = text.slice(0, nul).split(LINE_END).length;
    return { ok: false, errors: [{ line, message: "this is no text file, or one that is not in UTF-8" }] };
  }
  const reader = new Reader();
  text
    .replace(/^\uFEFF/, "")
    .split(LINE_END)
    .forEach((line, index) => {
      reader.line(line, index + 1);
    });
  return reader.result();
}

class Reader {
  readonly #errors: ConfigError[] = [];
  readonly #notApplied: NotApplied[] = [];
  readonly #peers: PeerSection[] = [];
  readonly #byKey = new Map<string, PeerSection>();
  #interface: InterfaceSection | undefined;
  #section: InterfaceSection | PeerSection | "unknown" | undefined;

  line(raw: string, line: number): void {
    const said = raw.replace(/#.*$/s, "").trim();
    const text = withoutUnseen(said);
    // Who checks the file must see what is read. What else is wrong with the line is found as if it were not there.
    if (text !== said)
      this.#complain(line, `an unseen character (${firstUnseen(said)}) stands in this line; take it out`);
    if (text === "") return;
    if (text.startsWith("[")) {
      this.#open(text, line);
      return;
    }
    const equals = text.indexOf("=");
    const key = text.slice(0, Math.max(0, equals)).trim();
    if (!isKeyName(key)) this.#complainOfForm(text, line);
    else if (this.#section === undefined) this.#complain(line, `${quote(key)} stands before the first section`);
    else if (this.#section !== "unknown") this.#assign(this.#section, key, text.slice(equals + 1).trim(), line);
  }

  result(): ParsedConfig {
    const own = this.#interface;
    if (own === undefined) this.#complain(1, "there is no [Interface] section");
    else if (!own.seen.has("privatekey")) this.#complain(own.line, "[Interface] has no PrivateKey");
    // wg(8) lets a device wait for peers that are added later; nobody can add one here, so nothing would ever be reached.
    if (own !== undefined && this.#peers.length === 0) this.#complain(own.line, "there is no [Peer] section");
    for (const peer of this.#peers) {
      if (!peer.seen.has("publickey")) this.#complain(peer.line, "[Peer] has no PublicKey");
    }
    this.#refuseOwnKey();
    if (this.#errors.length > 0 || own?.privateKey === undefined) {
      this.#errors.sort((a, b) => a.line - b.line);
      return { ok: false, errors: this.#errors };
    }
    const { privateKey, addresses, dns, searchDomains, mtu, listenPort } = own;
    const config: WgConfig = {
      interface: {
        privateKey,
        addresses,
        dns,
        searchDomains,
        ...(mtu === undefined ? {} : { mtu }),
        ...(listenPort === undefined ? {} : { listenPort }),
      },
      peers: this.#peers.flatMap(peerOf),
    };
    return { ok: true, config, notApplied: this.#notApplied };
  }

  /** A device never talks to itself (W43). */
  #refuseOwnKey(): void {
    if (this.#interface?.privateKey === undefined || this.#peers.length === 0) return;
    const own = publicKeyOf(this.#interface.privateKey);
    for (const { publicKey, publicKeyLine, line } of this.#peers) {
      if (publicKey !== undefined && sameKey(publicKey, own))
        this.#complain(publicKeyLine ?? line, "this PublicKey belongs to the PrivateKey of [Interface]");
    }
  }

  /** Of a line that is no entry nothing is repeated but the name of a key that we know, which counts as given. */
  #complainOfForm(text: string, line: number): void {
    const [, word = "", sign = ""] = /^([A-Za-z]+)\s*(.?)/s.exec(text) ?? [];
    const known = ALL_KEYS.find((key) => key.toLowerCase() === word.toLowerCase());
    if (known === undefined) {
      const isComment = text.startsWith(";") || text.startsWith("//");
      this.#complain(line, isComment ? 'a comment begins with "#"' : 'expected "Key = value"');
      return;
    }
    if (typeof this.#section === "object") this.#section.seen.add(known.toLowerCase());
    this.#complain(line, `expected "${known} = value"${sign === ":" ? ', with "=" in place of ":"' : ""}`);
  }

  #complain(line: number, message: string): void {
    this.#errors.push({ line, message });
  }

  #complainAll(line: number, messages: Complaints): void {
    for (const message of messages) this.#complain(line, message);
  }

  #open(text: string, line: number): void {
    const [, name, bracket] = /^\[\s*(interface|peer)\s*(\]?)$/.exec(text.toLowerCase()) ?? [];
    if (bracket === "") this.#complain(line, `${quote(text)} lacks its "]"`);
    if (name === "interface") {
      if (this.#interface !== undefined) this.#complain(line, "a second [Interface] section");
      this.#section = { kind: "interface", line, seen: new Set(), addresses: [], dns: [], searchDomains: [] };
      this.#interface ??= this.#section;
    } else if (name === "peer") {
      this.#section = { kind: "peer", line, seen: new Set(), allowedIps: [] };
      this.#peers.push(this.#section);
    } else {
      this.#complain(line, `${quote(text)} is not a section of a WireGuard file`);
      this.#section = "unknown";
    }
  }

  #assign(section: InterfaceSection | PeerSection, key: string, value: string, line: number): void {
    const name = key.toLowerCase();
    if (!APPLIED[section.kind].has(name)) {
      const complaint = complaintOf(section.kind, key);
      if (complaint !== undefined) this.#complain(line, complaint);
      else if (section.kind === "interface") this.#notApplied.push({ line, key, value });
      else this.#notApplied.push({ line, key, value, peer: this.#peers.length - 1 });
      return;
    }
    const twice = section.seen.has(name) && !REPEATABLE.has(name);
    section.seen.add(name);
    if (twice) this.#complain(line, `${key} stands here a second time`);
    else if (section.kind === "interface") this.#complainAll(line, assignInterface(section, name, key, value));
    else this.#complainAll(line, this.#assignPeer(section, name, key, value, line));
  }

  #assignPeer(section: PeerSection, name: string, key: string, value: string, line: number): Complaints {
    if (name !== "publickey") return assignPeer(section, name, key, value);
    const publicKey = parseKey(value);
    if (publicKey === undefined) return [keyComplaint(key, value)];
    if (publicKey.every((byte) => byte === 0)) return [`${key} is all zeros, which is nobody's key`];
    const text = keyToText(publicKey);
    const twin = this.#byKey.get(text);
    if (twin !== undefined) return [`this PublicKey is that of the [Peer] in line ${twin.line}`];
    this.#byKey.set(text, section);
    section.publicKey = publicKey;
    section.publicKeyLine = line;
    return FINE;
  }
}

/** What is wrong with a key that is not applied in this section: it belongs to the other one, or is one misspelt. */
function complaintOf(kind: "interface" | "peer", key: string): string | undefined {
  const name = key.toLowerCase();
  if (kind === "interface" && NOT_APPLIED.has(name)) return undefined;
  const [place, other] = kind === "interface" ? (["Interface", "peer"] as const) : (["Peer", "interface"] as const);
  const stray = `${quote(key)} is not a key of [${place}]`;
  if (APPLIED[other].has(name) || NOT_APPLIED.has(name)) return stray;
  const meant = misspelt(key, kind === "interface" ? [...KEYS[kind], ...HOOKS] : KEYS[kind]);
  return meant === undefined ? undefined : `${stray}; ${meant} may be meant`;
}

function lowerCase(keys: readonly string[]): ReadonlySet<string> {
  return new Set(keys.map((key) => key.toLowerCase()));
}

function assignInterface(section: InterfaceSection, name: string, key: string, value: string): Complaints {
  switch (name) {
    case "privatekey":
      return set(section, "privateKey", parseKey(value), keyComplaint(key, value));
    case "address":
      return eachOf(key, value, (item) => {
        const [host = ""] = item.split("/");
        const [prefix, address] = [parsePrefix(item), parseIp(host)];
        if (prefix === undefined || address === undefined) return `${quote(item)} is not an address`;
        section.addresses.push({ address, length: prefix.length });
        return undefined;
      });
    case "dns":
      return eachOf(key, value, (item) => {
        const address = parseIp(item);
        if (address !== undefined) section.dns.push(address);
        else if (isHostName(item) && !/^[\d.]+$/.test(item)) section.searchDomains.push(item);
        else return `${quote(item)} is neither an address nor a domain`;
        return undefined;
      });
    case "mtu":
      return set(
        section,
        "mtu",
        parseNumber(value, SMALLEST_MTU, LARGEST_MTU),
        `MTU must be a number from ${SMALLEST_MTU} to ${LARGEST_MTU}`,
      );
    case "listenport":
      return set(section, "listenPort", parseNumber(value, 0, LARGEST_PORT), "ListenPort must be a number up to 65535");
    default:
      return FINE;
  }
}

function assignPeer(section: PeerSection, name: string, key: string, value: string): Complaints {
  switch (name) {
    case "presharedkey":
      return set(section, "presharedKey", parseKey(value), keyComplaint(key, value));
    case "endpoint":
      return set(section, "endpoint", parseEndpoint(value), endpointComplaint(value));
    case "allowedips":
      // An empty list is meant: a peer that is only ever heard.
      if (value === "") return FINE;
      return eachOf(key, value, (item) => {
        const prefix = parsePrefix(item);
        if (prefix === undefined) return `${quote(item)} is not an address range`;
        section.allowedIps.push(prefix);
        return undefined;
      });
    case "persistentkeepalive":
      return set(
        section,
        "persistentKeepaliveSeconds",
        value.toLowerCase() === "off" ? 0 : parseNumber(value, 0, LARGEST_PORT),
        'PersistentKeepalive must be "off" or a number of seconds up to 65535',
      );
    default:
      return FINE;
  }
}

function set<T, K extends keyof T>(section: T, property: K, value: T[K] | undefined, complaint: string): Complaints {
  if (value === undefined) return [complaint];
  section[property] = value;
  return FINE;
}

/** Hands each item of a comma-separated list to `take`, which says what is wrong with it. */
function eachOf(key: string, value: string, take: (item: string) => string | undefined): Complaints {
  return value
    .split(",")
    .map((item) => item.trim())
    .flatMap((item) => {
      const complaint = item === "" ? "an item is empty" : take(item);
      if (complaint === undefined) return [];
      return /\s/.test(item) ? `${complaint}; a comma stands between two` : complaint;
    })
    .map((complaint) => `${key}: ${complaint}`);
}

function sameKey(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, i) => byte === b[i]);
}

function peerOf(section: PeerSection): WgConfigPeer[] {
  const { publicKey, presharedKey, endpoint, allowedIps, persistentKeepaliveSeconds } = section;
  if (publicKey === undefined) return [];
  const peer: Writable<WgConfigPeer> = { publicKey, allowedIps };
  if (presharedKey !== undefined) peer.presharedKey = presharedKey;
  if (endpoint !== undefined) peer.endpoint = endpoint;
  if (persistentKeepaliveSeconds !== undefined) peer.persistentKeepaliveSeconds = persistentKeepaliveSeconds;
  return [peer];
}
