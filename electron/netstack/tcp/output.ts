// What goes out, and when: RFC 9293 section 3.8 with sender-side silly window avoidance, RFC 5681, RFC 6675 section 5.
// Runs once per connection and turn, after everything that arrived in the turn was taken in.
import { FIN, PSH } from "../wire/tcp.ts";
import { initialWindow } from "./congestion/congestion-control.ts";
import { noteResend } from "./loss.ts";
import { mayLeave, mayLeaveNow, spendCredit } from "./pacing.ts";
import { mtuProbePayload, noteMtuProbe } from "./path-mtu.ts";
import { emit, emitAlike, finEnd, segmentPayload } from "./segment-writer.ts";
import { armPersist, armRetransmit, armSendTimers } from "./send-timers.ts";
import { isSynchronized, maySendData } from "./state.ts";
import type { Tcb } from "./tcb.ts";
import { MOST_IN_FLIGHT, MOST_RECORDS, MOST_SEGMENTS_PER_TURN } from "./tuning.ts";

/** Sends everything that windows allow, then an acknowledgement if none rode along. */
export function transmit(tcb: Tcb, now: number): void {
  if (!isSynchronized(tcb.state)) return;
  if (maySendData(tcb.state) && tcb.spentTurn !== tcb.owner.turn) {
    const before = tcb.segmentsOut;
    const most = before + MOST_SEGMENTS_PER_TURN;
    resendLost(tcb, most, now);
    sendNew(tcb, most, now);
    tcb.owner.host.flushSegments();
    if (tcb.segmentsOut >= most) tcb.owner.goOnNextTurn(tcb);
    tcb.flightAfterSend = tcb.pipe;
    if (tcb.segmentsOut !== before) armSendTimers(tcb, now);
    armPersist(tcb, now);
  }
  if (tcb.ackNow) sendAck(tcb, now);
}

/** A segment without data. A window that shrank under what we sent is respected here too. */
export function sendAck(tcb: Tcb, now: number): void {
  emit(tcb, Math.min(tcb.sndNxt, Math.max(tcb.sndUna + tcb.sndWnd, tcb.iss + 1)), 0, 0, now);
}

function resendLost(tcb: Tcb, most: number, now: number): void {
  if (tcb.sndWnd === 0) return;
  const { flight } = tcb;
  const edge = tcb.sndUna + tcb.sndWnd;
  for (let id = flight.nextLost(); id >= 0 && tcb.segmentsOut < most; id = flight.nextLost()) {
    const full = segmentPayload(tcb);
    const fin = finEnd(tcb);
    if (flight.payloadOf(id, fin) > full) {
      // Our own options take more room than when it was sent, or the path takes less: once for all that waits.
      if (flight.count < MOST_IN_FLIGHT + MOST_IN_FLIGHT / 2) {
        flight.recut(full, fin, false);
        id = flight.nextLost();
      } else if (flight.count >= MOST_RECORDS && id !== flight.first) return;
    }
    const start = flight.startOf(id);
    const end = flight.endOf(id);
    const inFlight = tcb.pipe;
    const { window } = tcb.congestion;
    if (!tcb.forceResend && inFlight > 0 && inFlight + end - start > window) {
      tcb.cwndLimited = true;
      return;
    }
    if (edge <= start) return;
    // RFC 9293 section 3.8.6.2.1: no slivers for a peer that shrinks its window; the timer overrides it.
    if (!tcb.forceResend && edge < end && edge - start < tcb.maxSndWnd / 2) return;
    if (!tcb.forceResend && !mayLeave(tcb, now)) return;
    const allowed = tcb.forceResend ? edge : Math.min(edge, Math.max(end, start + window - inFlight));
    tcb.forceResend = false;
    resend(tcb, id, allowed, now);
  }
}

/**
 * Sends record `which` again, cut in two where it is longer than a segment now may be, or crosses `edge`. Lost neighbours that
 * fit go along (RFC 6298 section 5.4 has a timeout send one segment); they stay records of their own, for the peer may
 * have got some of them: SACK then still keeps those from being sent again.
 */
export function resend(tcb: Tcb, which: number, edge: number, now: number): void {
  const { flight } = tcb;
  const start = flight.startOf(which);
  const full = Math.min(edge, start + segmentPayload(tcb));
  const id = fits(tcb, flight.endOf(which), full, edge) ? which : flight.split(which, full);
  let next = id;
  let end: number;
  do {
    end = flight.endOf(next);
    noteResend(tcb, flight.startOf(next), end - flight.startOf(next), now);
    flight.markResent(next, now);
    next++;
  } while (next < flight.next && flight.waitsForResend(next) && fits(tcb, flight.endOf(next), full, edge));
  const fin = endsInFin(tcb, end);
  spendCredit(tcb, end - start);
  // As Linux: the repair of the oldest segment gets its round trip before the timer may doubt it.
  if (id === flight.first) armRetransmit(tcb, now);
  emit(tcb, start, end - start - (fin ? 1 : 0), (fin ? FIN : 0) | (end === tcb.sndNxt ? PSH : 0), now);
  tcb.retransmits++;
  tcb.lastSendAt = now;
}

/** Whether what ends at `end` fits a segment whose payload ends at `full` at most; FIN takes no payload, but window. */
function fits(tcb: Tcb, end: number, full: number, edge: number): boolean {
  return end <= edge && end - (endsInFin(tcb, end) ? 1 : 0) <= full;
}

function endsInFin(tcb: Tcb, end: number): boolean {
  return tcb.finSent && end === tcb.sndNxt;
}

function sendNew(tcb: Tcb, most: number, now: number): void {
  tcb.cwndLimited = false;
  if (tcb.finSent || (tcb.unsent === 0 && !tcb.finQueued)) return;
  // RFC 5681 section 4.1: after silence nothing is known about the path.
  if (tcb.flight.empty && now - tcb.lastSendAt > tcb.rtt.rto) tcb.congestion.onIdle(initialWindow(tcb.mss));
  if (now >= tcb.mtuRetryAt && !probePathMtu(tcb, now)) {
    tcb.cwndLimited = true;
    return;
  }
  while (!tcb.finSent) {
    const unsent = tcb.unsent;
    if (unsent === 0 && !tcb.finQueued) return;
    if (tcb.flight.count >= MOST_IN_FLIGHT) return;
    if (tcb.segmentsOut >= most) {
      tcb.cwndLimited = true;
      return;
    }
    const edge = tcb.sndUna + tcb.sndWnd - tcb.sndNxt;
    const full = segmentPayload(tcb);
    const length = Math.min(unsent, full, edge);
    const fin = tcb.finQueued && length === unsent && edge > length;
    if (length <= 0 && !fin) return;
    const inFlight = tcb.pipe;
    if (length > 0 && inFlight > 0 && inFlight + length > tcb.congestion.window) {
      tcb.cwndLimited = true;
      return;
    }
    if (length < full && !maySendSmall(tcb, length, unsent)) return;
    if (length > 0 && !mayLeave(tcb, now)) {
      tcb.cwndLimited = true;
      return;
    }
    sendSegment(tcb, length, fin, now, length === full);
    if (length === full) sendAlike(tcb, full, most, now);
  }
}

/** False while the segment that tests a larger size waits for its room: what is smaller would take it each time. */
function probePathMtu(tcb: Tcb, now: number): boolean {
  const length = mtuProbePayload(tcb, now);
  if (length === 0) return true;
  if (tcb.pipe + length > tcb.congestion.window || !mayLeave(tcb, now)) return false;
  sendSegment(tcb, length, false, now);
  noteMtuProbe(tcb);
  return true;
}

/**
 * What may leave behind a full segment and is like it, together: what the loop above would decide for each of these, one after the
 * other, is decided once. Fewer than may leave are no harm: it goes on after them.
 */
function sendAlike(tcb: Tcb, full: number, most: number, now: number): void {
  // Duplicates and holes are told in the options, each segment's own; without SACK the pipe does not grow by what is sent.
  if (full !== tcb.mss || (!tcb.sack && tcb.dupAcks > 0)) return;
  const { flight } = tcb;
  const edge = tcb.sndUna + tcb.sndWnd - tcb.sndNxt;
  // The last byte's segment says PSH.
  const bytes = Math.min(tcb.unsent - 1, edge, tcb.congestion.window - tcb.pipe);
  const allowed = Math.min(most - tcb.segmentsOut, MOST_IN_FLIGHT - flight.count, Math.floor(bytes / full));
  if (allowed < 1 || !mayLeave(tcb, now)) return;
  const start = tcb.sndNxt;
  const count = emitAlike(tcb, start, full, Math.min(allowed, mayLeaveNow(tcb, full)));
  if (count === 0) return;
  tcb.sndNxt = start + count * full;
  flight.pushAlike(start, full, count, now);
  spendCredit(tcb, count * full);
  if (tcb.recovery.kind === "recovery") tcb.prrOut += count * full;
}

/** RFC 9293 section 3.8.6.2.1: a segment that is not full. */
function maySendSmall(tcb: Tcb, length: number, unsent: number): boolean {
  if (tcb.flight.empty) return true;
  if (length === unsent) return tcb.finQueued || !tcb.options.nagle;
  return length >= tcb.maxSndWnd / 2;
}

/** Puts `length` new bytes, and FIN after them, on the wire; `isOfRun` as for `emit`. */
export function sendSegment(tcb: Tcb, length: number, fin: boolean, now: number, isOfRun = false): void {
  const start = tcb.sndNxt;
  const last = length > 0 && length === tcb.unsent;
  if (tcb.flight.empty) tcb.progressAt = now;
  tcb.sndNxt = start + length + (fin ? 1 : 0);
  tcb.flight.push(start, tcb.sndNxt, now);
  tcb.lastSendAt = now;
  spendCredit(tcb, length);
  if (tcb.recovery.kind === "recovery") tcb.prrOut += length;
  if (fin) tcb.finSent = true;
  emit(tcb, start, length, (last ? PSH : 0) | (fin ? FIN : 0), now, isOfRun);
}
