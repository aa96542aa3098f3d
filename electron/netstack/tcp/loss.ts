// Loss recovery: when data counts as lost, how much is sent while repairing, and when a loss turns out to be none.
// RFC 6675 and RFC 6582 (entering, leaving), RFC 8985 in rack.ts (finding losses), RFC 9937 (pace), RFC 4015 (undo).
import { giveUp } from "./close.ts";
import { countMend, endMtuProbe, markOversized, repairMtuProbe, suspectBlackHole } from "./path-mtu.ts";
import { detectLosses } from "./rack.ts";
import { RESENT_OUT } from "./segment-records.ts";
import { armRetransmit } from "./send-timers.ts";
import { OPEN, type Tcb } from "./tcb.ts";
import { arm, disarm, TIMER_REORDER, TIMER_RETRANSMIT, TIMER_TAIL_PROBE } from "./timers.ts";
import { DUP_ACK_THRESHOLD, ORPHAN_RETRIES } from "./tuning.ts";

/** An acknowledgement was taken in; `tcb.delivery` says what it told. */
export function updateRecovery(tcb: Tcb, advanced: boolean, duplicate: boolean, dsack: boolean, now: number): void {
  if (!tcb.sack) countDuplicates(tcb, advanced, duplicate);
  if (tcb.recovery.kind !== "open" && isSpurious(tcb, dsack) && tcb.flight.mayForgetLosses) undo(tcb);
  if (tcb.recovery.kind !== "open" && tcb.sndUna >= tcb.recovery.until) leaveRecovery(tcb);
  if (tcb.mtuProbeEnd >= 0 && tcb.sndUna >= tcb.mtuProbeEnd) endMtuProbe(tcb);
  // As Linux: what tells nothing new of the flight moves no deadline either; the timer sees to what time alone decides.
  const foundMore = (tcb.flight.hasNews || !tcb.sack) && findLosses(tcb, advanced, now);
  if (asksForRepair(tcb, foundMore)) enterRecovery(tcb, now);
  if (tcb.recovery.kind === "recovery") pace(tcb, advanced && !foundMore);
}

/** Lost bytes that were not sent again. */
function unrepaired({ flight }: Tcb): number {
  return flight.lostBytes - flight.resentBytes;
}

/** Whether what was found is a loss of its own: while only sizes are mended, more than what waits for that. */
function asksForRepair(tcb: Tcb, foundMore: boolean): boolean {
  const { kind } = tcb.recovery;
  return kind === "open" ? unrepaired(tcb) > 0 : kind === "size" && foundMore;
}

/**
 * The path takes no segment of the size of the one at `sequence`: all such are sent again at once. RFC 8201 section 5.4: of
 * this connection only, and no sign of congestion. There is nothing to be undone: what did not fit did not arrive.
 * A path that asks for it again and again has its window cut after all.
 */
export function repairOversized(tcb: Tcb, sequence: number, mtu: number, now: number): void {
  if (!markOversized(tcb, sequence, mtu)) return;
  if (countMend(tcb, now) || hasCut(tcb)) mendSizes(tcb);
  else {
    tcb.delivery.reset();
    enterRecovery(tcb, now);
    pace(tcb, false);
  }
  tcb.owner.schedule(tcb);
}

function mendSizes(tcb: Tcb): void {
  tcb.recovery = { kind: tcb.recovery.kind === "open" ? "size" : tcb.recovery.kind, until: tcb.sndNxt };
  tcb.undoWindow = -1;
  tcb.dupAcks = 0;
  tcb.probeEnd = -1;
  disarm(tcb, TIMER_TAIL_PROBE);
}

/** RFC 8985 section 6.2 step 5: the reordering time is over. */
export function onReorderTimer(tcb: Tcb, now: number): void {
  const foundMore = findLosses(tcb, false, now);
  if (unrepaired(tcb) === 0) return;
  if (asksForRepair(tcb, foundMore)) enterRecovery(tcb, now);
  tcb.delivery.reset();
  if (tcb.recovery.kind === "recovery") pace(tcb, false);
  tcb.owner.schedule(tcb);
}

/** RFC 6298 section 5.4 and RFC 5681 section 3.1. */
export function onRetransmitTimeout(tcb: Tcb, now: number): void {
  if (tcb.flight.empty) return;
  if (hasGivenUp(tcb, now)) {
    giveUp(tcb);
    return;
  }
  tcb.retries++;
  tcb.rtt.backOff();
  disarm(tcb, TIMER_TAIL_PROBE);
  disarm(tcb, TIMER_REORDER);
  tcb.probeEnd = -1;
  suspectBlackHole(tcb, now);
  const first = !hasCut(tcb);
  if (first) rememberForUndo(tcb);
  tcb.timeouts++;
  tcb.congestion.onTimeout(tcb.pipe, first, now);
  tcb.recovery = { kind: "loss", until: tcb.sndNxt };
  tcb.dupAcks = 0;
  tcb.flight.markAllLost();
  tcb.forceResend = true;
  disarm(tcb, TIMER_RETRANSMIT);
  armRetransmit(tcb, now);
  tcb.owner.schedule(tcb);
}

/** RFC 9293 section 3.8.3 R2, or the user's own limit (RFC 5482). */
export function hasGivenUp(tcb: Tcb, now: number): boolean {
  const patience = tcb.options.userTimeoutMs;
  if (patience !== undefined) return now - tcb.progressAt >= patience;
  const limit = tcb.options.maxRetransmits;
  return tcb.retries >= (tcb.detached ? Math.min(limit, ORPHAN_RETRIES) : limit);
}

/** Called for each retransmission before it is stamped. */
export function noteResend(tcb: Tcb, start: number, length: number, now: number): void {
  if (!hasCut(tcb)) return;
  if (tcb.recovery.kind === "recovery") {
    tcb.prrOut += length;
    tcb.repaired += length;
  }
  if (tcb.undoStamp < 0) {
    tcb.undoStamp = tcb.tsNow(now);
    tcb.undoFrom = start;
  }
  tcb.undoResends++;
  tcb.undoStarts.add(start);
}

/** RFC 2883: [start, end) came twice. Duplicates that the path made of what was never resent prove nothing. */
export function noteDuplicateReport(tcb: Tcb, start: number, end: number): void {
  tcb.undoResends -= tcb.undoStarts.take(start, end);
}

/** This episode has lowered the window. */
function hasCut({ recovery: { kind } }: Tcb): boolean {
  return kind === "recovery" || kind === "loss";
}

function enterRecovery(tcb: Tcb, now: number): void {
  rememberForUndo(tcb);
  const flight = tcb.flight;
  const unSacked = flight.pipe + flight.lostBytes - flight.resentBytes;
  tcb.recoverFlight = Math.max(tcb.mss, unSacked + tcb.delivery.delivered);
  tcb.prrDelivered = 0;
  tcb.prrOut = 0;
  tcb.repaired = 0;
  // What is in flight beyond the window is SACKed behind an old hole: counting it would let losses open the window.
  tcb.congestion.onLoss(Math.min(tcb.congestion.window, tcb.sndNxt - tcb.sndUna), now, backlogOf(tcb));
  tcb.recovery = { kind: "recovery", until: tcb.sndNxt };
  tcb.forceResend = true;
  tcb.probeEnd = -1;
  // RFC 8985 section 6.2 step 4: while repairing, less reordering is borne.
  flight.hasNews = true;
  disarm(tcb, TIMER_TAIL_PROBE);
}

/** Bytes of a window that a round's shortest round trip, beyond the path's, accounts for, as TCP Vegas counts it. */
export function backlogOf({ rtt: { roundRtt, minRtt }, congestion }: Tcb): number {
  if (roundRtt === undefined || minRtt === undefined) return Number.POSITIVE_INFINITY;
  return roundRtt > minRtt ? congestion.window * (1 - minRtt / roundRtt) : 0;
}

function leaveRecovery(tcb: Tcb): void {
  if (tcb.recovery.kind === "recovery") {
    tcb.congestion.window = tcb.congestion.threshold;
    // Without SACK each hole of an overshoot costs a round trip (RFC 6582): slow start is over with the first loss.
    if (tcb.sack) tcb.congestion.onRepaired(tcb.repaired);
  }
  tcb.recovery = OPEN;
  tcb.dupAcks = 0;
  tcb.forceResend = false;
  tcb.undoWindow = -1;
  if (tcb.reorderPersist > 0 && --tcb.reorderPersist === 0) tcb.reorderFactor = 1;
}

/** Whether more is lost than was known to be, but for what its size alone explains. */
function findLosses(tcb: Tcb, advanced: boolean, now: number): boolean {
  const before = unrepaired(tcb);
  markLosses(tcb, advanced, now);
  if (tcb.mtuProbeEnd < 0) return unrepaired(tcb) > before;
  const bySize = repairMtuProbe(tcb, now);
  if (bySize > 0 && tcb.recovery.kind === "open") mendSizes(tcb);
  return unrepaired(tcb) > before + bySize;
}

function markLosses(tcb: Tcb, advanced: boolean, now: number): void {
  if (tcb.sack) {
    const again = detectLosses(tcb, now);
    if (again === Number.POSITIVE_INFINITY) disarm(tcb, TIMER_REORDER);
    else arm(tcb, TIMER_REORDER, again);
    return;
  }
  const flight = tcb.flight;
  if (flight.empty) return;
  // RFC 5681 section 3.2; after a timeout duplicates are the echo of our own retransmissions (RFC 6582 section 4).
  if (tcb.recovery.kind === "open" && tcb.dupAcks >= DUP_ACK_THRESHOLD) flight.markLost(flight.first);
  // RFC 6582 section 3.2 step 3: a partial acknowledgement shows the next hole.
  else if (tcb.recovery.kind === "recovery" && advanced && !flight.has(flight.first, RESENT_OUT)) {
    flight.markLost(flight.first);
    tcb.forceResend = true;
  }
}

function countDuplicates(tcb: Tcb, advanced: boolean, duplicate: boolean): void {
  if (duplicate) {
    tcb.dupAcks++;
    tcb.delivery.delivered += tcb.mss;
  } else if (advanced) {
    // All but the hole itself were counted when their duplicate ACKs came.
    const counted = Math.min(tcb.dupAcks, Math.ceil(tcb.delivery.acked / tcb.mss) - 1);
    tcb.delivery.delivered = Math.max(tcb.mss, tcb.delivery.delivered - counted * tcb.mss);
    tcb.dupAcks = tcb.recovery.kind === "recovery" ? tcb.dupAcks - counted : 0;
  }
}

/** RFC 9937 section 6: in recovery the window is what is in flight plus what this acknowledgement allows. */
function pace(tcb: Tcb, safe: boolean): void {
  const { delivery, congestion } = tcb;
  const target = congestion.threshold;
  const inFlight = tcb.pipe;
  tcb.prrDelivered += delivery.delivered;
  let count: number;
  if (inFlight > target) count = Math.ceil((tcb.prrDelivered * target) / tcb.recoverFlight) - tcb.prrOut;
  else {
    count = Math.max(tcb.prrDelivered - tcb.prrOut, delivery.delivered);
    if (safe) count += tcb.mss;
    count = Math.min(target - inFlight, count);
  }
  // RFC 9937: the first retransmission always goes.
  if (tcb.prrOut === 0) count = Math.max(count, tcb.mss);
  congestion.window = Math.max(tcb.mss, inFlight + Math.max(0, count));
}

function rememberForUndo(tcb: Tcb): void {
  tcb.undoWindow = tcb.congestion.window;
  tcb.undoThreshold = tcb.congestion.threshold;
  tcb.undoResends = 0;
  tcb.undoStarts.clear();
  tcb.undoStamp = -1;
}

/**
 * RFC 3522: the acknowledgement of what was resent first echoes a timestamp older than that retransmission; or RFC 3708:
 * all were duplicates. Only the oldest segment out tells by its echo: that of a later one names what filled the hole before it.
 */
function isSpurious(tcb: Tcb, dsack: boolean): boolean {
  if (tcb.undoWindow < 0 || tcb.undoStamp < 0) return false;
  if (dsack && tcb.undoResends === 0) return true;
  const wasOldest = tcb.delivery.acked > 0 && tcb.sndUna - tcb.delivery.acked === tcb.undoFrom;
  return wasOldest && tcb.echoedStamp >= 0 && ((tcb.echoedStamp - tcb.undoStamp) | 0) < 0;
}

/** RFC 4015 section 3.2. */
function undo(tcb: Tcb): void {
  // RFC 8985 section 6.2 step 3 sees reordering only in what was not sent again; that a repair was for nothing shows it as well.
  if (tcb.recovery.kind === "recovery") tcb.reorderingSeen = true;
  tcb.congestion.undo(tcb.undoWindow, tcb.undoThreshold);
  tcb.undoWindow = -1;
  tcb.flight.forgetLosses();
  tcb.recovery = OPEN;
  tcb.dupAcks = 0;
  tcb.forceResend = false;
}
