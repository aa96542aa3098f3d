import type { TunnelPeer } from "../../shared/models.ts";
import type { Peer } from "../wireguard/device.ts";
import { type Endpoint, placeText } from "../wireguard/seam.ts";

/**
 * One peer's figures as the window shows them. `place` is where it is sent to; `toWall` turns the device's times into Unix
 * milliseconds.
 */
export function peerFigures(peer: Peer, place: Endpoint | undefined, toWall: number): TunnelPeer {
  const { stats } = peer;
  const wall = (at: number | undefined): number | null => (at === undefined ? null : toWall + at);
  return {
    publicKey: Buffer.from(peer.publicKey).toString("base64"),
    endpoint: place === undefined ? null : placeText(place),
    carrier: place?.carrier ?? "udp",
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
