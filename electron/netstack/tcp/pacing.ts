// Large bursts are spread over the round trip, so that they fit short queues and the peer's socket buffer (RFC 9406 section
// 4.3 recommends it for slow start). The pace is above what the window can use, by the shortest round trip known, so that
// acknowledgements and not this file say how fast a steady sender is.
import type { Tcb } from "./tcb.ts";
import { arm, disarm, isArmed, TIMER_PACE } from "./timers.ts";

/** As Linux: how much faster than a window per round trip, while the window doubles and later. */
const SLOW_START_GAIN = 2;
const AVOIDANCE_GAIN = 1.2;
/** What may leave at once after a pause: this many segments, or as much as the pace yields in this time. */
const BURST_SEGMENTS = 10;
const BURST_MS = 10;
/** Timers are no finer. */
const SHORTEST_WAIT_MS = 1;

/** Whether another segment may leave now; when not, a timer will ask for the next turn. */
export function mayLeave(tcb: Tcb, now: number): boolean {
  const minRtt = tcb.rtt.minRtt ?? 0;
  if (minRtt <= BURST_MS) return true;
  const { window, threshold } = tcb.congestion;
  // While losses are repaired the window says what is in flight; the threshold says what it will be.
  const target = Math.max(window, Number.isFinite(threshold) ? threshold : 0);
  const perMs = (target / minRtt) * (window < threshold / 2 ? SLOW_START_GAIN : AVOIDANCE_GAIN);
  // What waited for a timer or for a busy loop gets all the time that it waited, or a slow loop would slow the sender.
  const most = tcb.paceWaits ? target : Math.max(BURST_SEGMENTS * tcb.mss, perMs * BURST_MS);
  tcb.paceCredit = Math.min(most, tcb.paceCredit + perMs * (now - tcb.paceAt));
  tcb.paceAt = now;
  tcb.paceWaits = tcb.paceCredit <= 0;
  if (!tcb.paceWaits) return true;
  if (!isArmed(tcb, TIMER_PACE))
    arm(tcb, TIMER_PACE, now + Math.max(SHORTEST_WAIT_MS, (tcb.mss - tcb.paceCredit) / perMs));
  return false;
}

/** How many segments of `length` bytes may leave now, where one may: `mayLeave` has just said so, and did before that one. */
export function mayLeaveNow(tcb: Tcb, length: number): number {
  if ((tcb.rtt.minRtt ?? 0) <= BURST_MS) return Number.POSITIVE_INFINITY;
  return Math.ceil(tcb.paceCredit / length);
}

/** `length` bytes have left. */
export function spendCredit(tcb: Tcb, length: number): void {
  tcb.paceCredit -= length;
}

export function onPaceTimer(tcb: Tcb): void {
  disarm(tcb, TIMER_PACE);
  tcb.owner.schedule(tcb);
}
