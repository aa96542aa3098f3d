// The text and FIN of an acceptable segment, and when they are acknowledged: RFC 9293 section 3.10.7.4 (seventh and eighth
// step) and section 3.8.6.3, RFC 5681 section 4.2.
import { FIN, type TcpSegment } from "../wire/tcp.ts";
import { finReceived, reset } from "./close.ts";
import { sendAck } from "./output.ts";
import { mayReceiveData } from "./state.ts";
import { EVENT_READABLE, type Tcb } from "./tcb.ts";
import { arm, isArmed, TIMER_DELAYED_ACK } from "./timers.ts";
import { ACK_STRETCH_SEGMENTS, DELAYED_ACK_MS } from "./tuning.ts";

/** Payload and FIN of an acceptable segment whose first payload byte is at `sequence`. */
export function takePayload(tcb: Tcb, segment: TcpSegment, sequence: number, now: number): void {
  const length = segment.payloadEnd - segment.payloadStart;
  const fin = (segment.flags & FIN) !== 0;
  if (length === 0 && !fin) return;
  if (!mayReceiveData(tcb.state)) {
    tcb.ackNow = true;
    tcb.owner.schedule(tcb);
    return;
  }
  if (fin && sequence + length <= tcb.rcvAdv) tcb.peerFin = Math.min(tcb.peerFin, sequence + length);
  if (length > 0) takeData(tcb, segment, sequence, now);
  if (tcb.rcvNxt === tcb.peerFin && tcb.state !== "closed") finReceived(tcb, now);
  tcb.owner.schedule(tcb);
}

function takeData(tcb: Tcb, segment: TcpSegment, sequence: number, now: number): void {
  const from = Math.max(sequence, tcb.rcvNxt);
  const to = Math.min(sequence + segment.payloadEnd - segment.payloadStart, tcb.rcvAdv, tcb.peerFin);
  if (sequence < tcb.rcvNxt) noteDuplicate(tcb, sequence, Math.min(tcb.rcvNxt, to));
  if (to <= from) {
    // Beyond a shut window: say at once where it stands.
    tcb.ackNow = true;
    tcb.owner.host.countDrop("tcp-window-full");
    return;
  }
  // RFC 9293 section 3.6.1 and RFC 2525: nobody will read it, and the peer must learn that.
  if (tcb.detached) {
    reset(tcb, undefined);
    return;
  }
  const buffer = tcb.receiveBuffer;
  const base = tcb.irs + 1;
  const inOrder = from === tcb.rcvNxt;
  const hadHoles = buffer.beyondHoles.count > 0;
  if (!inOrder) tcb.outOfOrder++;
  if (!inOrder && buffer.beyondHoles.covers(from - base, to - base)) noteDuplicate(tcb, from, to);
  const start = segment.payloadStart + from - sequence;
  if (!buffer.insert(from - base, segment.bytes, start, start + to - from))
    tcb.owner.host.countDrop("tcp-too-many-holes");
  tcb.unackedBytes += to - from;
  tcb.unackedSegments++;
  // More than it was told to send is no measure of what it will send.
  tcb.peerSegment = Math.max(tcb.peerSegment, Math.min(to - from, tcb.advertisedMss));
  if (inOrder) {
    tcb.rcvNxt = base + buffer.inOrderTo;
    tcb.events |= EVENT_READABLE;
  }
  // RFC 5681 section 4.2: at once beyond a hole and when one is filled. Each such segment gets its own acknowledgement,
  // because a sender without SACK counts them.
  if (!inOrder) sendAck(tcb, now);
  else if (hadHoles) tcb.ackNow = true;
  else if (tcb.unackedSegments >= ACK_STRETCH_SEGMENTS && tcb.unackedBytes >= 2 * tcb.peerSegment) sendAck(tcb, now);
}

/** At the end of a turn: acknowledge now what is worth it, later the rest (RFC 9293 section 3.8.6.3). */
export function decideAcknowledgment(tcb: Tcb, now: number): void {
  if (tcb.unackedSegments === 0 || tcb.ackNow) return;
  if (tcb.unackedBytes >= 2 * tcb.peerSegment) tcb.ackNow = true;
  else if (!isArmed(tcb, TIMER_DELAYED_ACK)) arm(tcb, TIMER_DELAYED_ACK, now + DELAYED_ACK_MS);
}

/** RFC 2883: the next acknowledgement names what came twice, and goes at once. */
export function noteDuplicate(tcb: Tcb, start: number, end: number): void {
  if (start >= end) return;
  tcb.dsackStart = start;
  tcb.dsackEnd = end;
  tcb.ackNow = true;
}
