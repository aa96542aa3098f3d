// Opening: RFC 9293 sections 3.5, 3.10.1 and 3.10.7.3, options of RFC 7323, RFC 2018 and RFC 6691.
import { CulvertError } from "../../base/errors.ts";
import { ACK, RST, SYN, type TcpSegment } from "../wire/tcp.ts";
import { finish, giveUp } from "./close.ts";
import { initialWindow } from "./congestion/congestion-control.ts";
import { headerBytes, updateMss } from "./mss.ts";
import { takePayload } from "./payload.ts";
import { answerReset } from "./reset.ts";
import { emitSyn } from "./segment-writer.ts";
import { unwrap } from "./seqnum.ts";
import { nextState } from "./state.ts";
import { EVENT_ESTABLISHED, EVENT_WRITABLE, type Tcb } from "./tcb.ts";
import { arm, disarm, isArmed, TIMER_KEEP_ALIVE, TIMER_RETRANSMIT } from "./timers.ts";
import {
  CHALLENGE_ACK_INTERVAL_MS,
  DEFAULT_MSS_V4,
  DEFAULT_MSS_V6,
  MAX_WINDOW_SCALE,
  SYN_ACK_RETRIES,
  SYN_RETRIES,
  SYN_RETRY_AFTER_RESET_MS,
} from "./tuning.ts";
import { scaleFor, synWindow } from "./window.ts";

/** Active open. */
export function openActive(tcb: Tcb, iss: number, tsOffset: number, now: number): void {
  start(tcb, iss, tsOffset);
  tcb.state = "syn-sent";
  sendSyn(tcb, now);
}

/** Passive open: `segment` is the SYN; only what it offers is used. */
export function openPassive(tcb: Tcb, segment: TcpSegment, iss: number, tsOffset: number, now: number): void {
  start(tcb, iss, tsOffset);
  tcb.state = "syn-received";
  learnSyn(tcb, segment, now);
  sendSyn(tcb, now);
}

function start(tcb: Tcb, iss: number, tsOffset: number): void {
  tcb.iss = iss;
  tcb.sndUna = iss;
  tcb.sndNxt = iss;
  tcb.tsOffset = tsOffset;
  tcb.pathMtu = tcb.owner.host.pathMtu(tcb.remote);
  tcb.advertisedMss = tcb.owner.host.mtu - headerBytes(tcb);
  offerOptions(tcb);
}

function offerOptions(tcb: Tcb): void {
  tcb.timestamps = tcb.options.timestamps;
  tcb.scaling = tcb.options.windowScaling;
  tcb.sack = tcb.options.sack;
}

function sendSyn(tcb: Tcb, now: number): void {
  if (tcb.flight.empty) {
    tcb.flight.push(tcb.iss, tcb.iss + 1, now);
    tcb.sndNxt = tcb.iss + 1;
    tcb.progressAt = now;
  }
  emitSyn(tcb, now);
  arm(tcb, TIMER_RETRANSMIT, now + tcb.rtt.rto);
}

/** SYN or SYN|ACK was not answered in time. */
export function onSynTimeout(tcb: Tcb, now: number): void {
  const limit = tcb.state === "syn-sent" ? SYN_RETRIES : SYN_ACK_RETRIES;
  const patience = tcb.options.userTimeoutMs ?? Number.POSITIVE_INFINITY;
  if (tcb.retries >= limit || now - tcb.progressAt >= patience) {
    giveUp(tcb);
    return;
  }
  tcb.retries++;
  tcb.synResends++;
  tcb.rtt.backOff();
  tcb.flight.markResent(tcb.flight.first, now);
  sendSyn(tcb, now);
}

/** A segment in SYN-SENT. */
export function receiveInSynSent(tcb: Tcb, segment: TcpSegment, now: number): void {
  const { flags } = segment;
  const acked = (flags & ACK) !== 0;
  const ack = unwrap(segment.acknowledgment, tcb.sndUna);
  if (acked && (ack <= tcb.iss || ack > tcb.sndNxt)) {
    if ((flags & RST) !== 0) {
      tcb.owner.host.countDrop("tcp-bad-reset");
      return;
    }
    tcb.owner.host.countDrop("tcp-bad-ack");
    answerReset(tcb.owner.host, tcb.local, tcb.remote, segment);
    // The peer held a stale connection; the RST has ended it, so the SYN need not wait for its full timeout.
    const soon = now + SYN_RETRY_AFTER_RESET_MS;
    if (tcb.retries === 0 && tcb.deadlines[TIMER_RETRANSMIT]! > soon) arm(tcb, TIMER_RETRANSMIT, soon);
    return;
  }
  if ((flags & RST) !== 0) {
    if (acked) finish(tcb, new CulvertError("connection-refused"));
    else tcb.owner.host.countDrop("tcp-bad-reset");
    return;
  }
  if ((flags & SYN) === 0) {
    tcb.owner.host.countDrop("tcp-no-syn");
    return;
  }
  learnSyn(tcb, segment, now);
  if (!acked) {
    // Simultaneous open: our SYN again, now acknowledging theirs.
    tcb.state = nextState(tcb.state, "syn");
    sendSyn(tcb, now);
    return;
  }
  becomeEstablished(tcb, segment, ack, now);
  tcb.sndWnd = segment.window;
  tcb.maxSndWnd = tcb.sndWnd;
  tcb.ackNow = true;
  takePayload(tcb, segment, tcb.irs + 1, now);
}

/**
 * Anybody can forge the bare SYN that makes an active open a simultaneous one (RFC 9293 section 3.5). SYN|ACK of our ISS
 * comes from who got our SYN: with another sequence number it says that the bare one was not the peer's.
 */
export function exposesForgedSyn(tcb: Tcb, segment: TcpSegment): boolean {
  return (
    tcb.state === "syn-received" &&
    tcb.listener === undefined &&
    (segment.flags & (SYN | ACK)) === (SYN | ACK) &&
    unwrap(segment.acknowledgment, tcb.sndUna) === tcb.sndNxt &&
    unwrap(segment.sequence, tcb.irs) !== tcb.irs
  );
}

/** Takes in the peer's own SYN|ACK as if the forged SYN had never come. */
export function receiveTrueSyn(tcb: Tcb, segment: TcpSegment, now: number): void {
  offerOptions(tcb);
  receiveInSynSent(tcb, segment, now);
}

/** A repeated SYN while ours is unanswered: SYN|ACK was probably lost. */
export function repeatSynAck(tcb: Tcb, now: number): void {
  if (now - tcb.challengeAt < CHALLENGE_ACK_INTERVAL_MS) return;
  tcb.challengeAt = now;
  emitSyn(tcb, now);
}

/** Our SYN is acknowledged with `ack`. */
export function becomeEstablished(tcb: Tcb, segment: TcpSegment, ack: number, now: number): void {
  const sentAt = tcb.flight.sentAt(tcb.flight.first);
  const resent = tcb.synResends > 0;
  tcb.flight.acknowledge(tcb.iss + 1, 0, now, tcb.delivery);
  tcb.delivery.reset();
  tcb.sndUna = ack;
  tcb.sndWl1 = unwrap(segment.sequence, tcb.rcvNxt);
  tcb.sndWl2 = ack;
  tcb.retries = 0;
  disarm(tcb, TIMER_RETRANSMIT);
  if (!resent) tcb.rtt.sample(now - sentAt, 1, now);
  else if (tcb.timestamps && segment.hasTimestamps) {
    const echo = (tcb.tsNow(now) - segment.tsEcr) | 0;
    if (echo >= 0 && now - echo >= tcb.openedAt - 1) tcb.rtt.sample(echo, 1, now);
  }
  tcb.rtt.afterSynLoss();
  updateMss(tcb);
  // RFC 5681 section 3.1: a lost SYN means one segment to begin with.
  tcb.congestion.window = resent ? tcb.mss : initialWindow(tcb.mss);
  tcb.progressAt = now;
  tcb.tuneAt = now;
  tcb.state = nextState(tcb.state, "open");
  if (tcb.finQueued) tcb.state = nextState(tcb.state, "shutdown");
  tcb.events |= EVENT_ESTABLISHED;
  if (tcb.writerWaits) tcb.events |= EVENT_WRITABLE;
  tcb.writerWaits = false;
  if (tcb.options.keepAlive !== undefined && !isArmed(tcb, TIMER_KEEP_ALIVE))
    arm(tcb, TIMER_KEEP_ALIVE, now + tcb.options.keepAlive.idleMs);
  tcb.owner.schedule(tcb);
}

/** The peer's sequence number and options; an option is in use when both sides named it. */
function learnSyn(tcb: Tcb, segment: TcpSegment, now: number): void {
  tcb.irs = segment.sequence;
  tcb.rcvNxt = tcb.irs + 1;
  tcb.rcvAdv = tcb.rcvNxt + synWindow(tcb);
  tcb.lastAckSent = tcb.rcvNxt;
  tcb.sndWl1 = tcb.irs;
  tcb.sndWl2 = tcb.iss;
  tcb.sndWnd = segment.window;
  tcb.maxSndWnd = segment.window;
  tcb.timestamps = tcb.timestamps && segment.hasTimestamps;
  tcb.sack = tcb.sack && segment.sackPermitted;
  tcb.scaling = tcb.scaling && segment.windowScale >= 0;
  if (tcb.timestamps) {
    tcb.tsRecent = segment.tsVal;
    tcb.tsRecentAt = now;
  }
  tcb.sndScale = tcb.scaling ? Math.min(MAX_WINDOW_SCALE, segment.windowScale) : 0;
  tcb.rcvScale = tcb.scaling ? scaleFor(tcb.options.receiveBufferMax) : 0;
  const fallback = tcb.remote.version === 4 ? DEFAULT_MSS_V4 : DEFAULT_MSS_V6;
  tcb.peerMss = segment.mss > 0 ? segment.mss : fallback;
}
