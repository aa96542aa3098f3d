// The window we advertise: RFC 9293 section 3.8.6 (right edge never moves left, no silly windows), RFC 7323 section 2.4
// (rounding by the scale), and a buffer that grows with what the user takes per round trip.
import type { Tcb } from "./tcb.ts";
import { MAX_WINDOW_SCALE, WINDOW_ROUNDING_RESERVE, WINDOW_UPDATE_SHARE } from "./tuning.ts";

/** A loop turn may take this long, so a shorter round trip says nothing about what a user takes per turn. */
const SHORTEST_TUNING_ROUND_MS = 10;
const ROUNDS_OFFERED = 4;

/** The smallest scale with which a field of 16 bits can name the whole buffer. */
export function scaleFor(bufferMax: number): number {
  let scale = 0;
  while (scale < MAX_WINDOW_SCALE && bufferMax >> scale > 0xffff) scale++;
  return scale;
}

/** SYN carries the window unscaled (RFC 7323 section 2.2). */
export function synWindow(tcb: Tcb): number {
  return Math.min(0xffff, tcb.receiveBuffer.limit);
}

/** The window field of the segment being written; remembers the right edge it promises. */
export function advertise(tcb: Tcb): number {
  const unit = 1 << tcb.rcvScale;
  const most = furthestEdge(tcb);
  const offered = Math.max(0, tcb.rcvAdv - tcb.rcvNxt);
  const possible = Math.min(0xffff, Math.floor(Math.max(0, most - tcb.rcvNxt) / unit));
  if (possible * unit - offered >= updateThreshold(tcb)) {
    tcb.rcvAdv = tcb.rcvNxt + possible * unit;
    return possible;
  }
  // Rounding down would move the edge left by less than a unit. Round up while the reserve lasts; RFC 7323 section 2.4
  // allows the other, and we go on accepting up to the furthest edge ever promised.
  let units = Math.ceil(offered / unit);
  if (units > 0xffff || tcb.rcvNxt + units * unit > most + WINDOW_ROUNDING_RESERVE) units = Math.floor(offered / unit);
  tcb.rcvAdv = Math.max(tcb.rcvAdv, tcb.rcvNxt + units * unit);
  return units;
}

/** The user has read: is the news worth a segment of its own? */
export function deservesUpdate(tcb: Tcb): boolean {
  const offered = Math.max(0, tcb.rcvAdv - tcb.rcvNxt);
  const gain = furthestEdge(tcb) - tcb.rcvNxt - offered;
  // A peer with room left is not waiting for us, and its next data brings an acknowledgement anyway.
  const worth = offered < 2 * tcb.peerSegment ? updateThreshold(tcb) : tcb.receiveBuffer.limit / 4;
  return gain >= worth;
}

/**
 * Lets the buffer grow to four times what the user takes per round trip: a sender that doubles its rate has the window
 * of this round for the next one, and is told of it in the middle of the one after.
 */
export function tuneReceiveBuffer(tcb: Tcb, now: number): void {
  const round = Math.max(SHORTEST_TUNING_ROUND_MS, tcb.rtt.srtt ?? 100);
  const elapsed = now - tcb.tuneAt;
  if (elapsed < round) return;
  const buffer = tcb.receiveBuffer;
  const perRound = ((buffer.readTo - tcb.tuneReadTo) * round) / elapsed;
  tcb.tuneAt = now;
  tcb.tuneReadTo = buffer.readTo;
  const wanted = Math.ceil(perRound * ROUNDS_OFFERED);
  if (wanted > buffer.limit) buffer.limit = Math.min(tcb.options.receiveBufferMax, wanted);
}

function furthestEdge(tcb: Tcb): number {
  return tcb.irs + 1 + tcb.receiveBuffer.readTo + tcb.receiveBuffer.limit;
}

function updateThreshold(tcb: Tcb): number {
  return Math.min(tcb.receiveBuffer.limit * WINDOW_UPDATE_SHARE, tcb.advertisedMss);
}
