import type { Capture, ConnectionStats, Tunnel as TunnelModel } from "../../shared/models.ts";
import type { Clock } from "../base/clock.ts";
import { formatHostPort } from "../base/ip-address.ts";
import type { Stack } from "../netstack/stack.ts";
import type { StackDrop } from "../netstack/stats.ts";
import type { TcpConnection } from "../netstack/tcp/connection.ts";
import { REJECT_AFTER_TIME_MS } from "../wireguard/constants.ts";
import type { Device, Peer } from "../wireguard/device.ts";
import type { DropReason } from "../wireguard/types.ts";
import type { CarrierDrop } from "./carriers/carrier.ts";
import type { Carriers } from "./carriers/carriers.ts";
import { peerFigures, sumOf } from "./peer-figures.ts";
import type { TunnelSpec } from "./tunnel-spec.ts";

export interface TunnelParts {
  readonly spec: TunnelSpec;
  readonly gateway: string;
  readonly createdAt: number;
  /** The last attempt to reach the gateway ended without an answer. */
  readonly gaveUp: boolean;
  /** Peers that are being called and do not answer. */
  readonly unanswered: ReadonlySet<Peer>;
  /** Those whose last answer was refused. */
  readonly refused: ReadonlySet<Peer>;
  readonly device: Device;
  readonly stack: Stack;
  readonly carriers: Pick<Carriers, "carrier" | "placeOf" | "dropped" | "sockets">;
  readonly capture: Capture | null;
  readonly clock: Clock;
}

/** The tunnel's figures as the window shows them. */
export function snapshotTunnel({
  spec,
  gateway,
  createdAt,
  gaveUp,
  unanswered,
  refused,
  device,
  stack,
  carriers,
  capture,
  clock,
}: TunnelParts): TunnelModel {
  const toWall = clock.wall() - clock.now();
  const peers = [...device.peers];
  const connections = [...stack.connections].map((connection) => connectionStats(connection, toWall));
  const busiest = connections
    .filter((connection) => connection.rttMs !== null)
    .sort((a, b) => b.bytesIn + b.bytesOut - (a.bytesIn + a.bytesOut))[0];
  const latest = peers.reduce<Peer | undefined>((best, peer) => {
    return (peer.stats.lastHandshakeAt ?? -1) > (best?.stats.lastHandshakeAt ?? -1) ? peer : best;
  }, undefined);
  const lastHandshakeAt = latest?.stats.lastHandshakeAt;
  const isSilent = gaveUp || (latest !== undefined && unanswered.has(latest));
  const isRefused = refused.size > 0;
  const figures = peers.map((peer) => peerFigures(peer, carriers.placeOf(peer), toWall));
  return {
    id: spec.id,
    accountId: spec.accountId,
    orgSlug: spec.orgSlug,
    network: spec.network,
    state: stateOf(lastHandshakeAt, isSilent, clock.now()),
    carrier: carriers.carrier,
    gateway,
    region: spec.region,
    address: spec.addresses.map(({ text }) => text).join(", "),
    mtu: spec.mtu,
    createdAt,
    lastHandshakeAt: lastHandshakeAt === undefined ? null : toWall + lastHandshakeAt,
    handshakeRttMs: latest?.stats.lastHandshakeRttMs ?? null,
    rttMs: busiest?.rttMs ?? null,
    ...sumOf(figures),
    cookiesSent: device.stats.cookiesSent,
    cookiesReceived: device.stats.cookiesReceived,
    retransmits: connections.reduce((total, connection) => total + connection.retransmits, 0),
    drops: dropsOf(device, stack, carriers),
    wire: wireFigures(device, carriers),
    peers: figures,
    connections,
    capture,
    error:
      isSilent && (gaveUp || isRefused)
        ? { code: isRefused ? "answer-invalid" : "gateway-silent", detail: gateway }
        : null,
  };
}

function stateOf(lastHandshakeAt: number | undefined, isSilent: boolean, now: number): TunnelModel["state"] {
  if (isSilent) return "silent";
  if (lastHandshakeAt === undefined) return "connecting";
  return now - lastHandshakeAt > REJECT_AFTER_TIME_MS ? "silent" : "up";
}

type Drops = Partial<Record<DropReason | StackDrop | CarrierDrop, number>>;

/** Reasons that happened; no two parts have one of the same name. */
function dropsOf(device: Device, stack: Stack, carriers: TunnelParts["carriers"]): Record<string, number> {
  const outside: Record<CarrierDrop, number> = {
    unanswerable: carriers.sockets.unanswerable,
    "not-sent": carriers.dropped,
  };
  const all: Drops = { ...device.stats.drops, ...stack.stats.drops, ...outside };
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}

/** All that came and went, whatever it was. */
function wireFigures({ stats }: Device, { sockets }: TunnelParts["carriers"]): TunnelModel["wire"] {
  const { unanswerable, receiveErrors, refusedBursts } = sockets;
  return {
    datagramsIn: stats.datagramsIn + unanswerable,
    datagramsOut: stats.datagramsOut,
    receiveErrors,
    refusedBursts,
  };
}

function connectionStats(connection: TcpConnection, toWall: number): ConnectionStats {
  const { stats, local, remote } = connection;
  return {
    id: `${local.port}-${remote.address.text}-${remote.port}`,
    local: formatHostPort(local.address.text, local.port),
    remote: formatHostPort(remote.address.text, remote.port),
    state: connection.state,
    rttMs: stats.pathRttMs ?? null,
    rttVarMs: stats.rttVarMs ?? null,
    minRttMs: stats.minRttMs ?? null,
    timeoutMs: stats.rtoMs,
    congestionWindow: stats.congestionWindow,
    sendWindow: stats.sendWindow,
    receiveWindow: stats.receiveWindow,
    bytesInFlight: stats.bytesInFlight,
    segmentsIn: stats.segmentsIn,
    segmentsOut: stats.segmentsOut,
    retransmits: stats.retransmits,
    timeouts: stats.timeouts,
    outOfOrder: stats.outOfOrder,
    duplicateAcks: stats.duplicateAcks,
    bytesIn: stats.bytesIn,
    bytesOut: stats.bytesOut,
    openedAt: toWall + stats.openedAt,
  };
}
