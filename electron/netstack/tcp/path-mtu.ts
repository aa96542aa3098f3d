// RFC 8201 and RFC 1191 as TCP sees them; RFC 8899 in spirit for paths that swallow large packets without a word.
import { TIMESTAMPS_BYTES } from "../wire/tcp.ts";
import { fullPayload, headerBytes, updateMss } from "./mss.ts";
import { SACKED } from "./segment-records.ts";
import { finEnd, segmentPayload } from "./segment-writer.ts";
import type { Tcb } from "./tcb.ts";
import { DUP_ACK_THRESHOLD, MIN_MSS } from "./tuning.ts";

const SAFE_MTU_V6 = 1280;
const SAFE_MTU_V4 = 576;
/** Repairs of sizes without a cut of the window, and the time for which they count. A path has few narrow places behind each other. */
const FREE_MENDS = 3;
const MENDS_COUNT_MS = 60_000;
const TIMEOUTS_BEFORE_SUSPICION = 2;
const TIMEOUTS_BEFORE_SMALLEST = 5;
/** RFC 8899 section 5.1.1, PMTU_RAISE_TIMER; RFC 8201 section 4, after a Packet Too Big. */
const LONGEST_WAIT_MS = 600_000;

/** A router says that the path takes no packet above `mtu`. RFC 8201 section 4: that is old news after ten minutes. */
export function lowerPathMtu(tcb: Tcb, mtu: number, now: number): void {
  if (mtu < headerBytes(tcb) + MIN_MSS) return;
  if (mtu < tcb.pathMtu || tcb.mtuProbeEnd >= 0) tcb.mtuRetryAt = now + LONGEST_WAIT_MS;
  if (mtu >= tcb.pathMtu) return;
  tcb.pathMtu = mtu;
  updateMss(tcb);
}

/**
 * A router that asks for less than the last one has seen a segment of the size that one allowed: what was sent before that repair
 * can tell nothing new. Otherwise each size between would have a window of data sent again (RFC 8201 section 5.4).
 */
export function isStale(tcb: Tcb, sequence: number, mtu: number): boolean {
  const { flight, mendedAt, pathMtu } = tcb;
  if (mtu >= pathMtu || flight.empty) return false;
  const quoted = flight.holding(sequence);
  const sentAt = flight.sentAt(quoted);
  return sentAt < mendedAt || (sentAt === mendedAt && flight.waitsForResend(quoted));
}

/** Sizes are repaired; answers whether for free, as those few repairs are that an honest path asks for. */
export function countMend(tcb: Tcb, now: number): boolean {
  if (now - tcb.mendsFrom > MENDS_COUNT_MS) {
    tcb.mendsFrom = now;
    tcb.mends = 0;
  }
  tcb.mendedAt = now;
  return ++tcb.mends <= FREE_MENDS;
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
  // The test of a larger size was among them, and needs no other answer.
  tcb.mtuProbeEnd = -1;
  return true;
}

/**
 * Full segments have timed out more than once: try sizes that every path carries, step by step (RFC 4821 section 7.7).
 * An outage looks the same, so the old size is tried again after a while.
 */
export function suspectBlackHole(tcb: Tcb, now: number): void {
  if (tcb.mtuProbeEnd >= 0) waitToProbe(tcb, now);
  if (tcb.retries < TIMEOUTS_BEFORE_SUSPICION) return;
  const smallest = tcb.remote.version === 4 && tcb.retries >= TIMEOUTS_BEFORE_SMALLEST ? SAFE_MTU_V4 : SAFE_MTU_V6;
  const first = tcb.flight.first;
  const payload = smallest - headerBytes(tcb);
  if (tcb.pathMtu <= smallest || tcb.flight.endOf(first) - tcb.flight.startOf(first) <= payload) return;
  tcb.pathMtu = smallest;
  updateMss(tcb);
  waitToProbe(tcb, now);
}

function waitToProbe(tcb: Tcb, now: number): void {
  tcb.mtuProbeEnd = -1;
  tcb.mtuRetryMs = Math.min(LONGEST_WAIT_MS, tcb.mtuRetryMs * 2);
  tcb.mtuRetryAt = now + tcb.mtuRetryMs;
}

/**
 * Payload of the one segment that is to test whether the path takes the old size again (RFC 4821 section 7.2); 0 when it is too soon,
 * something is being repaired, or so little may follow it that its loss would not be seen (section 7.4).
 */
export function mtuProbePayload(tcb: Tcb, now: number): number {
  if (now < tcb.mtuRetryAt || tcb.recovery.kind !== "open") return 0;
  const small = segmentPayload(tcb);
  const larger = fullPayload(tcb, tcb.owner.host.pathMtu(tcb.remote)) - tcb.mss;
  if (larger <= 0) {
    // All of the old size already, or other connections were told since then that the path takes no more.
    tcb.mtuRetryAt = now + LONGEST_WAIT_MS;
    return 0;
  }
  const wanted = small + larger + DUP_ACK_THRESHOLD * small;
  const allowed = Math.min(tcb.sndUna + tcb.sndWnd - tcb.sndNxt, tcb.congestion.window);
  return Math.min(tcb.unsent, allowed) < wanted ? 0 : small + larger;
}

/** The last segment that was sent is the test. */
export function noteMtuProbe(tcb: Tcb): void {
  tcb.mtuRetryAt = Number.POSITIVE_INFINITY;
  tcb.mtuProbeEnd = tcb.sndNxt;
}

/** The test's segment has arrived: all may be as large. */
export function endMtuProbe(tcb: Tcb): void {
  tcb.mtuProbeEnd = -1;
  tcb.pathMtu = tcb.owner.host.pathMtu(tcb.remote);
  updateMss(tcb);
}

/**
 * RFC 4821 section 7.5: where the test's segment is lost it is cut, to be sent again, and that is no congestion. Answers how many bytes
 * were lost for their size.
 */
export function repairMtuProbe(tcb: Tcb, now: number): number {
  const { flight } = tcb;
  const id = flight.holding(tcb.mtuProbeEnd - 1);
  if (!flight.waitsForResend(id)) return 0;
  const lost = flight.endOf(id) - flight.startOf(id);
  waitToProbe(tcb, now);
  flight.recut(segmentPayload(tcb), finEnd(tcb), false);
  return lost;
}
