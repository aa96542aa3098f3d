// RFC 8201 and RFC 1191 as TCP sees them; RFC 8899 in spirit for paths that swallow large packets without a word.
import { TIMESTAMPS_BYTES } from "../wire/tcp.ts";
import { headerBytes, updateMss } from "./mss.ts";
import { SACKED } from "./segment-records.ts";
import { finEnd, segmentPayload } from "./segment-writer.ts";
import type { Tcb } from "./tcb.ts";
import { MIN_MSS } from "./tuning.ts";

const SAFE_MTU_V6 = 1280;
const SAFE_MTU_V4 = 576;
const TIMEOUTS_BEFORE_SUSPICION = 2;
const TIMEOUTS_BEFORE_SMALLEST = 5;

/** The path takes no packet above `mtu`. */
export function lowerPathMtu(tcb: Tcb, mtu: number): void {
  if (mtu >= tcb.pathMtu || mtu < headerBytes(tcb) + MIN_MSS) return;
  tcb.pathMtu = mtu;
  updateMss(tcb);
}

/**
 * The segment at `sequence` did not pass for being larger than `mtu`: it counts as lost, with all that are too large now.
 * False when nothing does; RFC 8201 section 5.4: not every such message may have data sent again.
 */
export function markOversized(tcb: Tcb, sequence: number, mtu: number): boolean {
  const { flight } = tcb;
  const fin = finEnd(tcb);
  const quoted = flight.holding(sequence);
  const fits = flight.payloadOf(quoted, fin) <= mtu - headerBytes(tcb) - (tcb.timestamps ? TIMESTAMPS_BYTES : 0);
  // Nonsense, repaired already, or known to have arrived.
  if (tcb.pathMtu > mtu || fits || flight.has(quoted, SACKED)) return false;
  for (let id = flight.first; id < flight.next; id++) if (flight.payloadOf(id, fin) > tcb.mss) flight.markLost(id);
  // None of these arrived, so their borders need not be kept.
  flight.recut(segmentPayload(tcb), fin, true);
  return true;
}

/**
 * Full segments have timed out more than once: try sizes that every path carries, step by step (RFC 4821 section 7.7).
 * An outage looks the same, so the old size is tried again after a while.
 */
export function suspectBlackHole(tcb: Tcb, now: number): void {
  if (tcb.retries < TIMEOUTS_BEFORE_SUSPICION) return;
  const smallest = tcb.remote.version === 4 && tcb.retries >= TIMEOUTS_BEFORE_SMALLEST ? SAFE_MTU_V4 : SAFE_MTU_V6;
  const first = tcb.flight.first;
  const payload = smallest - headerBytes(tcb);
  if (tcb.pathMtu <= smallest || tcb.flight.endOf(first) - tcb.flight.startOf(first) <= payload) return;
  tcb.pathMtu = smallest;
  updateMss(tcb);
  tcb.mtuRetryMs *= 2;
  tcb.mtuRetryAt = now + tcb.mtuRetryMs;
}

/** A suspicion is old enough to be tested, in calm. */
export function retryPathMtu(tcb: Tcb, now: number): void {
  if (now < tcb.mtuRetryAt || tcb.recovery.kind !== "open") return;
  tcb.mtuRetryAt = Number.POSITIVE_INFINITY;
  tcb.pathMtu = tcb.owner.host.pathMtu(tcb.remote);
  updateMss(tcb);
}
