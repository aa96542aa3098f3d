import type { TunnelPeer } from "../../shared/models.ts";
import type { Peer } from "../wireguard/device.ts";
import type { Endpoint } from "../wireguard/seam.ts";
import type { CarrierName } from "./carriers/carrier.ts";

/**
 * One peer's figures as the window shows them. `place` is where it is sent to; `toWall` turns the device's times into Unix
 * milliseconds.
 */
export function peerFigures(peer: Peer, place: Endpoint | undefined, toWall: number): TunnelPeer {
  const { stats } = peer;
  const wall = (at: number | undefined): number | null => (at === undefined ? null : toWall + at);
  return {
    publicKey: Buffer.from(peer.publicKey).toString("base64"),
    ...placeFields(place),
    sessionSince: wall(peer.sessionSince),
    lastHandshakeAt: wall(stats.lastHandshakeAt),
    handshakeRttMs: stats.lastHandshakeRttMs ?? null,
    lastReceivedAt: wall(stats.lastReceivedAt),
    handshakesSent: stats.handshakesSent,
    handshakesReceived: stats.handshakesReceived,
    handshakesCompleted: stats.handshakesCompleted,
    handshakesFailed: stats.handshakesFailed,
    bytesIn: stats.bytesIn,
    bytesOut: stats.bytesOut,
    packetsIn: stats.packetsIn,
    packetsOut: stats.packetsOut,
    keepalivesIn: stats.keepalivesIn,
    keepalivesOut: stats.keepalivesOut,
    waitingDropped: stats.stagedDropped,
  };
}

/** Keys of endpoints are "udp <place>" or "ws <place>". */
function placeFields(endpoint: Endpoint | undefined): { endpoint: string | null; carrier: CarrierName } {
  if (endpoint === undefined) return { endpoint: null, carrier: "udp" };
  const gap = endpoint.key.indexOf(" ");
  return {
    endpoint: endpoint.key.slice(gap + 1),
    carrier: endpoint.key.startsWith("ws ") ? "websocket" : "udp",
  };
}

/** Figures of all peers together; a tunnel has one or few. */
export function sumOf(peers: readonly TunnelPeer[]) {
  const sum = (figure: (peer: TunnelPeer) => number): number => peers.reduce((total, peer) => total + figure(peer), 0);
  return {
    bytesIn: sum((peer) => peer.bytesIn),
    bytesOut: sum((peer) => peer.bytesOut),
    packetsIn: sum((peer) => peer.packetsIn),
    packetsOut: sum((peer) => peer.packetsOut),
    keepalivesIn: sum((peer) => peer.keepalivesIn),
    keepalivesOut: sum((peer) => peer.keepalivesOut),
    handshakesSent: sum((peer) => peer.handshakesSent),
    handshakesReceived: sum((peer) => peer.handshakesReceived),
    handshakesCompleted: sum((peer) => peer.handshakesCompleted),
    handshakesFailed: sum((peer) => peer.handshakesFailed),
  };
}
