// A segment in any state but SYN-SENT: RFC 9293 section 3.10.7.4 in its order, with RFC 7323 section 5 (PAWS) and
// RFC 5961 (challenge ACKs) where they change it.
import { CulvertError } from "../../base/errors.ts";
import type { StackDrop } from "../stats.ts";
import { ACK, FIN, RST, SYN, type TcpSegment } from "../wire/tcp.ts";
import { isPlausibleAck, takeAcknowledgment } from "./acknowledgment.ts";
import { finish } from "./close.ts";
import { becomeEstablished, exposesForgedSyn, receiveTrueSyn, repeatSynAck } from "./open.ts";
import { sendAck } from "./output.ts";
import { noteDuplicate, takePayload } from "./payload.ts";
import { answerReset } from "./reset.ts";
import { unwrap } from "./seqnum.ts";
import { isPeerDone, isSynchronized } from "./state.ts";
import type { Tcb } from "./tcb.ts";
import { arm, isArmed, TIMER_KEEP_ALIVE, TIMER_LINGER } from "./timers.ts";
import { CHALLENGE_ACK_INTERVAL_MS, PAWS_IDLE_MS, TIME_WAIT_MS } from "./tuning.ts";

export function receiveSegment(tcb: Tcb, segment: TcpSegment, now: number): void {
  const { flags } = segment;
  const sequence = unwrap(segment.sequence, tcb.rcvNxt);
  tcb.segmentsIn++;
  if ((flags & RST) !== 0) {
    receiveReset(tcb, sequence, now);
    return;
  }
  if (exposesForgedSyn(tcb, segment)) {
    receiveTrueSyn(tcb, segment, now);
    return;
  }
  const old = isOldDuplicate(tcb, segment, now);
  if (old && !isDisorderedAck(tcb, segment, sequence)) {
    refuse(tcb, segment, sequence, "tcp-paws", now);
    return;
  }
  if (!isAcceptable(tcb, segment, sequence)) {
    if (tcb.state === "syn-received" && (flags & (SYN | ACK)) === SYN && sequence === tcb.irs) repeatSynAck(tcb, now);
    else refuse(tcb, segment, sequence, sequence < tcb.rcvNxt ? "tcp-duplicate" : "tcp-out-of-window", now);
    return;
  }
  if ((flags & SYN) !== 0) {
    challenge(tcb, "tcp-unexpected-syn", now);
    return;
  }
  if ((flags & ACK) === 0) {
    tcb.owner.host.countDrop("tcp-no-ack");
    return;
  }
  const ack = unwrap(segment.acknowledgment, tcb.sndUna);
  if (tcb.state === "syn-received") {
    if (ack <= tcb.sndUna || ack > tcb.sndNxt) {
      tcb.owner.host.countDrop("tcp-bad-ack");
      answerReset(tcb.owner.host, tcb.local, tcb.remote, segment);
      return;
    }
    if (tcb.listener?.isFull(tcb) === true) {
      tcb.owner.host.countDrop("tcp-accept-queue-full");
      return;
    }
    becomeEstablished(tcb, segment, ack, now);
    tcb.sndWnd = tcb.maxSndWnd = segment.window << tcb.sndScale;
  } else if (!isPlausibleAck(tcb, ack)) {
    challenge(tcb, "tcp-bad-ack", now);
    return;
  }
  noteHeard(tcb, segment, sequence, old, now);
  if (tcb.state === "time-wait") {
    if (isBare(segment)) tcb.owner.host.countDrop("tcp-time-wait");
    else refuse(tcb, segment, sequence, "tcp-time-wait", now);
    return;
  }
  takeAcknowledgment(tcb, segment, sequence, ack, now);
  if (tcb.state !== "closed") takePayload(tcb, segment, sequence, now);
}

/** RFC 9293 section 3.10.7.4, first check. A bare ACK at the very edge comes from a peer whose data before it was lost. */
function isAcceptable(tcb: Tcb, segment: TcpSegment, sequence: number): boolean {
  const { flags } = segment;
  const length =
    segment.payloadEnd - segment.payloadStart + ((flags & SYN) !== 0 ? 1 : 0) + ((flags & FIN) !== 0 ? 1 : 0);
  if (length === 0) return sequence >= tcb.rcvNxt && sequence <= tcb.rcvAdv;
  // Data at RCV.NXT while the window is shut: its ACK still counts, the payload is cut off later.
  return sequence + length > tcb.rcvNxt && (sequence < tcb.rcvAdv || sequence === tcb.rcvNxt);
}

/** RFC 7323 section 5.3, R1; a timestamp from before a very long silence proves nothing (section 5.5). */
function isOldDuplicate(tcb: Tcb, segment: TcpSegment, now: number): boolean {
  if (!tcb.timestamps || !segment.hasTimestamps) return false;
  return ((segment.tsVal - tcb.tsRecent) | 0) < 0 && now - tcb.tsRecentAt < PAWS_IDLE_MS;
}

/**
 * As Linux: a duplicate acknowledgement that others overtook is no stray from an earlier turn of the numbers when it is less
 * than a timeout older than they. It brings nothing that PAWS protects, neither data nor progress nor a window, but SACK and
 * D-SACK that may not be said again (RFC 2883 section 4: a duplicate is reported once).
 */
function isDisorderedAck(tcb: Tcb, segment: TcpSegment, sequence: number): boolean {
  return (
    (segment.flags & (ACK | SYN | FIN)) === ACK &&
    segment.payloadStart === segment.payloadEnd &&
    isSynchronized(tcb.state) &&
    sequence === tcb.rcvNxt &&
    unwrap(segment.acknowledgment, tcb.sndUna) === tcb.sndUna &&
    segment.window << tcb.sndScale === tcb.sndWnd &&
    ((tcb.tsRecent - segment.tsVal) | 0) <= tcb.rtt.rto
  );
}

/** RFC 7323 section 4.3 and the keepalive's idea of silence. */
function noteHeard(tcb: Tcb, segment: TcpSegment, sequence: number, old: boolean, now: number): void {
  tcb.keepAliveProbes = 0;
  if (tcb.options.keepAlive !== undefined && isArmed(tcb, TIMER_KEEP_ALIVE))
    arm(tcb, TIMER_KEEP_ALIVE, now + tcb.options.keepAlive.idleMs);
  if (tcb.timestamps && segment.hasTimestamps && !old && sequence <= tcb.lastAckSent) {
    tcb.tsRecent = segment.tsVal;
    tcb.tsRecentAt = now;
  }
}

/** RFC 5961 section 3.2; RFC 1337: none ends TIME-WAIT. */
function receiveReset(tcb: Tcb, sequence: number, now: number): void {
  if (tcb.state === "time-wait") {
    tcb.owner.host.countDrop("tcp-time-wait");
    return;
  }
  // Some systems send FIN and then RST with the same sequence number when a program is killed (as Linux accepts).
  const exact = sequence === tcb.rcvNxt || (isPeerDone(tcb.state) && sequence === tcb.rcvNxt - 1);
  if (exact) {
    const refused = tcb.state === "syn-received" && tcb.listener === undefined;
    finish(tcb, new CulvertError(refused ? "connection-refused" : "connection-reset"));
    return;
  }
  if (sequence > tcb.rcvNxt && sequence < tcb.rcvAdv) challenge(tcb, "tcp-inexact-reset", now);
  else tcb.owner.host.countDrop("tcp-bad-reset");
}

/** Drops an unacceptable segment and says what we expect: always for data, seldom for the rest (RFC 5961 section 7). */
function refuse(tcb: Tcb, segment: TcpSegment, sequence: number, reason: StackDrop, now: number): void {
  if (isBare(segment)) {
    challenge(tcb, reason, now);
    return;
  }
  const length = segment.payloadEnd - segment.payloadStart;
  tcb.owner.host.countDrop(reason);
  if (tcb.state === "syn-received") {
    challenge(tcb, reason, now);
    return;
  }
  if (sequence < tcb.rcvNxt) noteDuplicate(tcb, sequence, Math.min(sequence + length, tcb.rcvNxt));
  // RFC 9293 section 3.10.7.4, eighth step: "a retransmission of the remote FIN" in TIME-WAIT restarts the wait.
  const sameFin = (segment.flags & FIN) !== 0 && sequence + length === tcb.rcvNxt - 1;
  if (tcb.state === "time-wait" && sameFin) arm(tcb, TIMER_LINGER, now + TIME_WAIT_MS);
  sendAck(tcb, now);
}

function isBare({ flags, payloadStart, payloadEnd }: TcpSegment): boolean {
  return payloadStart === payloadEnd && (flags & FIN) === 0;
}

function challenge(tcb: Tcb, reason: StackDrop, now: number): void {
  tcb.owner.host.countDrop(reason);
  if (now - tcb.challengeAt < CHALLENGE_ACK_INTERVAL_MS) return;
  tcb.challengeAt = now;
  sendAck(tcb, now);
}
