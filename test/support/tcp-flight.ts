import type { TcpConnection, TcpOptions } from "../../electron/netstack/tcp/connection.ts";
import { type Sent, TcpPeer } from "./tcp-peer.ts";

export const MSS = 1360;

/** Where the nth full segment begins. */
export const at = (n: number): number => 1 + n * MSS;

/** A connection by Reno with SACK and a round trip of so many ms, nothing in flight. What is told of it counts from segment 0. */
export function opened(
  rttMs: number,
  options?: TcpOptions,
  answer: Sent = {},
  peer = new TcpPeer(),
): [TcpPeer, TcpConnection] {
  const connection = peer.connect({ congestion: "new-reno", ...options });
  peer.expect({ flags: "S" });
  peer.advance(rttMs);
  peer.wnd = 60_000;
  peer.send({ flags: "SA", seq: 0, ack: 1, mss: MSS, ws: 7, sackOk: true, ...answer });
  peer.expect({ flags: "A" });
  peer.nxt = peer.acked = 1;
  // SYN|ACK carries its window unscaled: from here on it is the same.
  peer.send({});
  return [peer, connection];
}
