// Segment sizes: RFC 9293 section 3.7.1, RFC 6691.
import { TCP_HEADER_BYTES, TIMESTAMPS_BYTES } from "../wire/tcp.ts";
import type { Tcb } from "./tcb.ts";
import { MIN_MSS } from "./tuning.ts";

/** Payload of a full segment from the peer's MSS and the path's MTU, options taken off (RFC 6691). */
export function updateMss(tcb: Tcb): void {
  const mss = fullPayload(tcb, tcb.pathMtu);
  if (mss === tcb.mss) return;
  tcb.mss = mss;
  tcb.congestion.setMss(mss);
}

/** What `tcb.mss` is on a path of that MTU. */
export function fullPayload(tcb: Tcb, mtu: number): number {
  const segment = Math.min(tcb.peerMss, mtu - headerBytes(tcb));
  return Math.max(MIN_MSS, segment) - (tcb.timestamps ? TIMESTAMPS_BYTES : 0);
}

export function headerBytes(tcb: Tcb): number {
  return (tcb.remote.version === 4 ? 20 : 40) + TCP_HEADER_BYTES;
}
