// RFC 8201 and RFC 1191 as TCP sees them; RFC 8899 in spirit for paths that swallow large packets without a word.
import { headerBytes, updateMss } from "./mss.ts";
import type { Tcb } from "./tcb.ts";
import { MIN_MSS } from "./tuning.ts";

const SAFE_MTU_V6 = 1280;
const SAFE_MTU_V4 = 576;
const TIMEOUTS_BEFORE_SUSPICION = 2;
const TIMEOUTS_BEFORE_SMALLEST = 5;

/** The path takes no packet above `mtu`: what was sent larger is sent again at once, in smaller pieces. */
export function shrinkPathMtu(tcb: Tcb, mtu: number, _now: number): void {
  if (mtu >= tcb.pathMtu || mtu < headerBytes(tcb) + MIN_MSS) return;
  tcb.pathMtu = mtu;
  updateMss(tcb);
  const flight = tcb.flight;
  for (let id = flight.first; id < flight.next; id++)
    if (flight.endOf(id) - flight.startOf(id) > tcb.mss) flight.markLost(id);
  tcb.owner.schedule(tcb);
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
