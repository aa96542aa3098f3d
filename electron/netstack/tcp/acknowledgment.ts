// The ACK field of a segment: RFC 9293 section 3.10.7.4 (fifth step), RFC 5961 section 5, RFC 2018 and RFC 2883.
import { FIN, SYN, type TcpSegment } from "../wire/tcp.ts";
import { finAcknowledged } from "./close.ts";
import { noteDuplicateReport, updateRecovery } from "./loss.ts";
import { updateRack } from "./rack.ts";
import { armRetransmit, armTailProbe } from "./send-timers.ts";
import { unwrap } from "./seqnum.ts";
import { endTailProbe } from "./tail-probe.ts";
import { EVENT_WRITABLE, type Tcb } from "./tcb.ts";
import { disarm, TIMER_RETRANSMIT, TIMER_TAIL_PROBE } from "./timers.ts";

/** Whether the ACK field can be true: not of data never sent, not from too long ago (RFC 5961 section 5.2). */
export function isPlausibleAck(tcb: Tcb, ack: number): boolean {
  return ack <= tcb.sndNxt && ack >= tcb.sndUna - Math.max(tcb.maxSndWnd, 0xffff);
}

/** Takes in a plausible acknowledgement carried by a segment at `sequence`. */
export function takeAcknowledgment(tcb: Tcb, segment: TcpSegment, sequence: number, ack: number, now: number): void {
  const windowBefore = tcb.sndWnd;
  const advanced = ack > tcb.sndUna;
  updateSendWindow(tcb, segment, sequence, ack);
  tcb.delivery.reset();
  tcb.echoedStamp = tcb.timestamps && segment.hasTimestamps ? segment.tsEcr : -1;
  tcb.delivery.echoedAt =
    tcb.echoedStamp < 0 ? Number.POSITIVE_INFINITY : Math.floor(now) - ((tcb.tsNow(now) - tcb.echoedStamp) | 0);
  // A peer that answers with a shut window is alive: probe it for ever (RFC 9293 section 3.8.6.1).
  if (tcb.sndWnd === 0 && ack >= tcb.sndUna) {
    tcb.retries = 0;
    tcb.progressAt = now;
  }
  if (tcb.flight.empty) {
    takeLateReport(tcb, segment, ack, now);
    return;
  }
  if (windowBefore === 0 && tcb.sndWnd > 0) {
    // What was in flight when the window shut was probably dropped: do not sit out the probes' back-off.
    tcb.retries = 0;
    tcb.progressAt = now;
    tcb.rtt.endBackOff();
    armRetransmit(tcb, now);
  }
  const cwndLimited = wasLimited(tcb);
  if (advanced) advance(tcb, ack, now);
  const dsack = tcb.sack && segment.sackBlocks > 0 && takeSack(tcb, segment, now);
  updateRack(tcb, dsack, now);
  const rtt = sampleRtt(tcb, now);
  endTailProbe(tcb, ack, advanced, dsack, now);
  // RFC 5681 section 2: what a duplicate acknowledgement is.
  const bare = segment.payloadStart === segment.payloadEnd && (segment.flags & (SYN | FIN)) === 0;
  const duplicate = !advanced && ack === tcb.sndUna && bare && tcb.sndWnd === windowBefore;
  if (duplicate) tcb.duplicateAcks++;
  updateRecovery(tcb, advanced, duplicate, dsack, now);
  if (advanced && cwndLimited && tcb.recovery.kind !== "recovery")
    tcb.congestion.onAck(tcb.delivery.acked, rtt, tcb.rtt.srtt, tcb.sndUna, tcb.sndNxt, now);
  if (advanced) rearm(tcb, now);
  // Also without progress: a duplicate makes room for new data (RFC 3042), a hole found wants to be filled.
  tcb.owner.schedule(tcb);
  if (advanced && tcb.finSent && ack === tcb.sndNxt) finAcknowledged(tcb, now);
}

/** Nothing is out any more, but a duplicate, perhaps one that a probe made, may still be reported. */
function takeLateReport(tcb: Tcb, segment: TcpSegment, ack: number, now: number): void {
  if (!tcb.sack || segment.sackBlocks === 0) {
    endTailProbe(tcb, ack, false, false, now);
    return;
  }
  const dsack = takeSack(tcb, segment, now);
  updateRack(tcb, dsack, now);
  endTailProbe(tcb, ack, false, dsack, now);
}

function updateSendWindow(tcb: Tcb, segment: TcpSegment, sequence: number, ack: number): void {
  const newer =
    ack > tcb.sndUna || tcb.sndWl1 < sequence || (tcb.sndWl1 === sequence && tcb.sndWl2 <= ack && ack >= tcb.sndUna);
  if (!newer || ack < tcb.sndUna) return;
  const opened = tcb.sndWnd;
  tcb.sndWnd = segment.window << tcb.sndScale;
  tcb.sndWl1 = sequence;
  tcb.sndWl2 = ack;
  if (tcb.sndWnd > tcb.maxSndWnd) tcb.maxSndWnd = tcb.sndWnd;
  if (tcb.sndWnd !== opened) tcb.owner.schedule(tcb);
}

function advance(tcb: Tcb, ack: number, now: number): void {
  tcb.flight.acknowledge(ack, tcb.rtt.minRtt ?? 0, now, tcb.delivery);
  tcb.sndUna = ack;
  tcb.sendBuffer.acknowledge(ack - tcb.iss - 1);
  tcb.retries = 0;
  tcb.progressAt = now;
  tcb.softError = undefined;
  tuneSendBuffer(tcb);
  if (tcb.writerWaits && tcb.sendBuffer.room >= Math.min(tcb.sendBuffer.limit / 4, 64 << 10)) {
    tcb.writerWaits = false;
    tcb.events |= EVENT_WRITABLE;
  }
}

/** Twice what may be in flight, so that the user has a round trip's time to write more. */
function tuneSendBuffer(tcb: Tcb): void {
  const wanted = 2 * Math.ceil(tcb.congestion.window);
  if (wanted > tcb.sendBuffer.limit) tcb.sendBuffer.limit = Math.min(tcb.options.sendBufferMax, wanted);
}

/** Marks what the blocks name; answers whether the first one reports a duplicate (RFC 2883 section 4). Nonsense is skipped. */
function takeSack(tcb: Tcb, segment: TcpSegment, now: number): boolean {
  const edges = segment.sackEdges;
  const minRtt = tcb.rtt.minRtt ?? 0;
  let dsack = false;
  for (let i = 0; i < segment.sackBlocks; i++) {
    const start = unwrap(edges[i * 2]!, tcb.sndUna);
    const end = unwrap(edges[i * 2 + 1]!, tcb.sndUna);
    if (start >= end || end > tcb.sndNxt) continue;
    if (i === 0 && isDuplicateReport(tcb, segment, start, end)) {
      dsack = true;
      noteDuplicateReport(tcb, start, end);
    } else if (start >= tcb.sndUna) tcb.flight.sack(start, end, minRtt, now, tcb.delivery);
  }
  return dsack;
}

function isDuplicateReport(tcb: Tcb, segment: TcpSegment, start: number, end: number): boolean {
  if (end <= tcb.sndUna) return true;
  if (segment.sackBlocks < 2) return false;
  const outerStart = unwrap(segment.sackEdges[2]!, tcb.sndUna);
  const outerEnd = unwrap(segment.sackEdges[3]!, tcb.sndUna);
  return outerStart <= start && end <= outerEnd;
}

/** RFC 6298 section 3 (Karn) by send times; RFC 7323 section 4.1 by echo where retransmissions make those ambiguous. */
function sampleRtt(tcb: Tcb, now: number): number | undefined {
  const delivery = tcb.delivery;
  const perRound = tcb.flightAfterSend / (2 * tcb.mss);
  if (delivery.resentAt >= 0) {
    const echo = echoedRtt(tcb, now);
    if (echo !== undefined) tcb.rtt.sample(echo, perRound, now);
    return undefined;
  }
  if (delivery.firstSentAt < 0) return undefined;
  const shortest = now - delivery.lastSentAt;
  tcb.rtt.sample(now - delivery.firstSentAt, perRound, now, shortest);
  return shortest;
}

/**
 * The echo names the transmission that arrived first. When that is not the last one, its acknowledgement may have been
 * lost, and the time since then is our own timeout, not the path's: believed only when the answer came far too soon
 * after the last transmission to belong to it.
 */
function echoedRtt(tcb: Tcb, now: number): number | undefined {
  if (tcb.echoedStamp < 0) return undefined;
  const { resentAt } = tcb.delivery;
  const ofLast = ((tcb.echoedStamp - tcb.tsNow(resentAt)) | 0) >= 0;
  if (!ofLast && now - resentAt >= (tcb.rtt.minRtt ?? 0) / 2) return undefined;
  const echo = (tcb.tsNow(now) - tcb.echoedStamp) | 0;
  return echo >= 0 && now - echo >= tcb.openedAt - 1 ? echo : undefined;
}

/** RFC 7661 in spirit, as Linux: a window that was not used is not opened further. */
function wasLimited(tcb: Tcb): boolean {
  const { window, threshold } = tcb.congestion;
  return tcb.cwndLimited || (window < threshold && window < 2 * tcb.flightAfterSend);
}

/** RFC 6298 sections 5.2 and 5.3. */
function rearm(tcb: Tcb, now: number): void {
  if (tcb.flight.empty) {
    disarm(tcb, TIMER_RETRANSMIT);
    disarm(tcb, TIMER_TAIL_PROBE);
    return;
  }
  armRetransmit(tcb, now);
  armTailProbe(tcb, now);
}
