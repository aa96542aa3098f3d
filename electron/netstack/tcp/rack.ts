// RFC 8985: losses found by time. Whatever was sent before something that has arrived, and is older than the round trip
// plus a little for reordering, is lost; a probe at the tail brings the acknowledgement that shows it.
import { LOST, RESENT, RESENT_OUT, SACKED } from "./in-flight.ts";
import { armRetransmit, resend, segmentPayload, sendSegment } from "./output.ts";
import type { Tcb } from "./tcb.ts";
import { disarm, TIMER_RETRANSMIT } from "./timers.ts";
import { DUP_ACK_THRESHOLD } from "./tuning.ts";

/** Recoveries for which a widened reordering window is kept (section 6.2 step 4). */
const REORDER_PERSIST = 16;

/** Section 6.2 steps 1 to 4, after an acknowledgement was taken in. */
export function updateRack(tcb: Tcb, rackSentAtBefore: number, dsack: boolean, now: number): void {
  const flight = tcb.flight;
  if (flight.rackSentAt > rackSentAtBefore) tcb.rackRtt = now - flight.rackSentAt;
  if (tcb.delivery.reordered) tcb.reorderingSeen = true;
  if (dsack && tcb.sndUna >= tcb.reorderRound) {
    tcb.reorderRound = tcb.sndNxt;
    tcb.reorderFactor++;
    tcb.reorderPersist = REORDER_PERSIST;
  }
}

/** Section 6.2 step 5: marks what is lost by now, and answers when to look again (Infinity: not by time). */
export function detectLosses(tcb: Tcb, now: number): number {
  const flight = tcb.flight;
  if (flight.rackSentAt < 0 || (flight.sackedCount === 0 && flight.resentBytes === 0)) return Number.POSITIVE_INFINITY;
  const patience = tcb.rackRtt + reorderWindow(tcb);
  let longest = 0;
  for (let id = flight.first; id < flight.next; id++) {
    const sentAt = flight.sentAt(id);
    const resent = flight.has(id, RESENT);
    // Never resent and sent later than the newest arrival: so is everything after it that matters.
    if (sentAt > flight.rackSentAt && !resent) break;
    if (flight.has(id, SACKED) || (flight.has(id, LOST) && !flight.has(id, RESENT_OUT))) continue;
    if (sentAt > flight.rackSentAt || (sentAt === flight.rackSentAt && flight.endOf(id) >= flight.rackEnd)) continue;
    const remaining = sentAt + patience - now;
    if (remaining <= 0) flight.markLost(id);
    else if (remaining > longest) longest = remaining;
  }
  return longest > 0 ? now + longest : Number.POSITIVE_INFINITY;
}

function reorderWindow(tcb: Tcb): number {
  const repairing = tcb.recovery.kind !== "open" || tcb.flight.sackedCount >= DUP_ACK_THRESHOLD;
  if (!tcb.reorderingSeen && repairing) return 0;
  return Math.min((tcb.reorderFactor * (tcb.rtt.minRtt ?? 0)) / 4, tcb.rtt.srtt ?? 0);
}

/** Section 7.3: new data if there is any and the peer takes it, else the last segment again. */
export function onTailProbe(tcb: Tcb, now: number): void {
  const flight = tcb.flight;
  if (flight.empty || tcb.recovery.kind !== "open" || tcb.probeEnd >= 0) return;
  const room = tcb.sndUna + tcb.sndWnd - tcb.sndNxt;
  const length = Math.min(tcb.unsent, segmentPayload(tcb), room);
  tcb.probeResent = length <= 0 || tcb.finSent;
  if (!tcb.probeResent) sendSegment(tcb, length, false, now);
  else resend(tcb, flight.next - 1, Math.max(tcb.sndNxt, tcb.sndUna + tcb.sndWnd), now);
  tcb.probeEnd = tcb.sndNxt;
  disarm(tcb, TIMER_RETRANSMIT);
  armRetransmit(tcb, now);
}

/** Section 7.4: an acknowledgement while a probe is out. */
export function endTailProbe(tcb: Tcb, ack: number, advanced: boolean, dsack: boolean, now: number): void {
  if (tcb.probeEnd < 0 || ack < tcb.probeEnd) return;
  const repaired = tcb.probeResent && advanced && !dsack && ack > tcb.probeEnd;
  if (!tcb.probeResent || dsack || repaired || !advanced) tcb.probeEnd = -1;
  if (!repaired) return;
  // The probe filled a hole that nothing else would have shown: one loss, one reduction.
  tcb.congestion.onLoss(tcb.flight.pipe, now);
  tcb.congestion.window = Math.min(tcb.congestion.window, tcb.congestion.threshold);
}
