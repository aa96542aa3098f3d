import type { PeerStats } from "./types.ts";

export type WritablePeerStats = { -readonly [K in keyof PeerStats]: PeerStats[K] };

export function createPeerStats(): WritablePeerStats {
  return {
    bytesIn: 0,
    bytesOut: 0,
    packetsIn: 0,
    packetsOut: 0,
    keepalivesIn: 0,
    keepalivesOut: 0,
    handshakesSent: 0,
    handshakesReceived: 0,
    handshakesCompleted: 0,
    handshakesFailed: 0,
    stagedDropped: 0,
    lastHandshakeAt: undefined,
    lastHandshakeRttMs: undefined,
    lastReceivedAt: undefined,
  };
}
