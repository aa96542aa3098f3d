import type { IpAddress, IpPrefix } from "../base/ip-address.ts";

/** What the demo cloud consists of. Records are never changed: a change makes a new one. */

export interface Viewer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface Organization {
  readonly id: string;
  /** "personal" for the user's own one (fly-platform.md section 2). */
  readonly slug: string;
  readonly rawSlug: string;
  readonly name: string;
  readonly kind: "personal" | "shared";
  /** A 64-bit number as text. */
  readonly numericId: string;
}

/** A 6PN: its own /48, its own DNS server, nothing else reachable from it. */
export interface Network {
  /** The 32 bits behind fdaa. */
  readonly id: number;
  /** Null for the organization's default network. */
  readonly name: string | null;
  readonly orgSlug: string;
  readonly prefix: IpPrefix;
  /** `<prefix>::3`: DNS, answers echo. */
  readonly dns: IpAddress;
}

export interface App {
  readonly id: string;
  /** Unique in the world. */
  readonly name: string;
  readonly orgSlug: string;
  readonly networkId: number;
  readonly image: string;
}

export interface Machine {
  /** 14 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  readonly appName: string;
  readonly networkId: number;
  readonly region: string;
  readonly processGroup: string;
  readonly image: string;
  readonly instanceId: string;
  readonly state: "started" | "stopped";
  /** Its own /112; the machine listens on `address`. */
  readonly address: IpAddress;
}

export interface Peer {
  readonly id: string;
  readonly name: string;
  readonly orgSlug: string;
  readonly networkId: number;
  readonly region: string;
  /** X25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The /120 that is all the peer's own: sources anywhere in it are legitimate (flyctl uses its base). */
  readonly block: IpPrefix;
  /** What the API answers as peerip: inside `block`. */
  readonly address: IpAddress;
}

export interface Gateway {
  /** For example "ams1". All of them are one program with one key in the demo. */
  readonly name: string;
  readonly region: string;
}

export interface PeerChange {
  readonly kind: "added" | "removed";
  readonly peer: Peer;
}

export interface PeerInput {
  readonly orgSlug: string;
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly region?: string | undefined;
  /** Null or left out for the organization's default network. */
  readonly network?: string | null | undefined;
}

/** Why a peer was not made, in words for an API error. */
export type PeerRefusal = { readonly refused: string };
