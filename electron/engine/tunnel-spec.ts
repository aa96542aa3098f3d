import type { IpAddress, IpPrefix } from "../base/ip-address.ts";
import { AllowedIps } from "../wireguard/allowed-ips.ts";

/** Everything that a tunnel needs to be opened, whether it came from the platform's API or from a wg-quick file. */
export interface TunnelSpec {
  /** Unique per account, organization and network: sessions that share it share the tunnel. */
  readonly id: string;
  readonly accountId: string;
  readonly orgSlug: string;
  /** What people call it, where they do not by organization and network. */
  readonly label?: string;
  readonly network: string | null;
  /** Region of the gateway, where the platform names one. */
  readonly region: string | null;
  readonly privateKey: Uint8Array;
  readonly addresses: readonly IpAddress[];
  readonly dns: readonly IpAddress[];
  readonly searchDomains: readonly string[];
  readonly mtu: number;
  readonly listenPort?: number;
  readonly peers: readonly PeerSpec[];
}

export interface PeerSpec {
  readonly publicKey: Uint8Array;
  readonly presharedKey?: Uint8Array;
  readonly endpoint?: {
    readonly host: string;
    readonly port: number;
    /** TCP port of the gateway's WebSocket; left out where there is none, and only UDP is used then. */
    readonly websocketPort?: number;
  };
  readonly allowedIps: readonly IpPrefix[];
  readonly persistentKeepaliveSeconds?: number;
}

/** WireGuard's default inner MTU: 1,500 less 40 (IPv6), 8 (UDP) and 32 (WireGuard). */
export const DEFAULT_MTU = 1420;

const routes = new WeakMap<TunnelSpec, AllowedIps<PeerSpec>>();

/** The peer that `address` is routed to, by the device's own table: of two with the same prefix the later one has it (W34). */
export function peerFor(spec: TunnelSpec, address: IpAddress): PeerSpec | undefined {
  const table = routes.get(spec) ?? new AllowedIps<PeerSpec>();
  if (!routes.has(spec)) {
    for (const peer of spec.peers) for (const prefix of peer.allowedIps) table.insert(prefix, peer);
    routes.set(spec, table);
  }
  return table.lookup(address.version, address.bytes, 0);
}

/** What people call the tunnel; several may be called the same. */
export function labelOf({ label, orgSlug, network }: TunnelSpec): string {
  if (label !== undefined) return label;
  return network === null ? orgSlug : `${orgSlug} ${network}`;
}
