// RFC 8985 section 6 (RACK): losses found by time. Whatever was sent before something that has arrived, and is older than the round trip
// plus a little for reordering, is lost.
import type { Tcb } from "./tcb.ts";
import { DUP_ACK_THRESHOLD } from "./tuning.ts";

/** Recoveries for which a widened reordering window is kept (section 6.2 step 4). */
const REORDER_PERSIST = 16;

/** Section 6.2 steps 1 to 4, after an acknowledgement was taken in. */
export function updateRack(tcb: Tcb, dsack: boolean, now: number): void {
  const flight = tcb.flight;
  if (flight.rackMoved) tcb.rackRtt = now - flight.rackSentAt;
  flight.rackMoved = false;
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
  // In order, and nothing was repaired: nothing that is out was sent before what has arrived.
  const isInOrder = flight.sackedCount === 0 && flight.resentBytes === 0 && tcb.recovery.kind === "open";
  if (flight.rackSentAt < 0 || isInOrder) return Number.POSITIVE_INFINITY;
  const patience = tcb.rackRtt + reorderWindow(tcb);
  const wait = (id: number): number => flight.sentAt(id) + patience - now;
  flight.hasNews = false;
  let id = flight.oldestOvertaken;
  for (; id >= 0 && wait(id) <= 0; id = flight.oldestOvertaken) flight.markLost(id);
  return id < 0 ? Number.POSITIVE_INFINITY : now + wait(flight.newestOvertaken);
}

function reorderWindow(tcb: Tcb): number {
  const repairing = tcb.recovery.kind !== "open" || tcb.flight.sackedCount >= DUP_ACK_THRESHOLD;
  if (!tcb.reorderingSeen && repairing) return 0;
  return Math.min((tcb.reorderFactor * (tcb.rtt.minRtt ?? 0)) / 4, tcb.rtt.srtt ?? 0);
}
