import type { IpAddress, IpPrefix } from "../base/ip-address.ts";

/** A wg-quick file as this program understands it. Keys are 32 raw bytes. */
export interface WgConfig {
  readonly interface: {
    readonly privateKey: Uint8Array;
    /** Host bits are kept: this is our own address and the subnet it sits in. */
    readonly addresses: readonly { readonly address: IpAddress; readonly length: number }[];
    readonly dns: readonly IpAddress[];
    readonly searchDomains: readonly string[];
    readonly mtu?: number;
    readonly listenPort?: number;
  };
  readonly peers: readonly WgConfigPeer[];
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

export type ParsedConfig =
  | {
      readonly ok: true;
      readonly config: WgConfig;
      /** Lines that wg-quick would obey and a user-space tunnel has no use for; hooks are never executed. */
      readonly notApplied: readonly { readonly line: number; readonly key: string }[];
    }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

/** Reads a wg-quick file. Every error of the file is reported, each with its line; never throws. */
export declare function parseConfigFile(text: string): ParsedConfig;

/** Writes `config` so that `parseConfigFile` gives it back. Contains the private key: write it to a 0600 file only. */
export declare function formatConfigFile(config: WgConfig): string;
