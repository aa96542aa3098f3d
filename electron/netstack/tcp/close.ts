// How connections end: RFC 9293 sections 3.6 and 3.10.4 to 3.10.5.
import { CulvertError } from "../../base/errors.ts";
import type { ErrorCode } from "../error-code.ts";
import { emitReset } from "./segment-writer.ts";
import { isPeerDone, isSynchronized, nextState } from "./state.ts";
import type { Tcb } from "./tcb.ts";
import { arm, disarmAll, TIMER_LINGER } from "./timers.ts";
import { FIN_WAIT_2_MS, ORPHAN_MS, TIME_WAIT_MS } from "./tuning.ts";

/** Leaves the layer for good; what was received stays readable unless nobody reads. */
export function finish(tcb: Tcb, error: CulvertError | undefined): void {
  if (tcb.state === "closed") return;
  tcb.state = nextState(tcb.state, "end");
  tcb.error ??= error;
  tcb.over = true;
  disarmAll(tcb);
  tcb.flight.clear();
  tcb.sendBuffer.clear();
  if (tcb.detached) tcb.receiveBuffer.clear();
  tcb.owner.remove(tcb);
  tcb.listener?.forget(tcb);
  tcb.owner.schedule(tcb);
}

/** Nobody has answered for too long; an ICMP error that came meanwhile says why (RFC 9293 section 3.9.2.2, RFC 5461). */
export function giveUp(tcb: Tcb): void {
  const code = tcb.softError ?? "connection-timeout";
  finish(tcb, new CulvertError(code, code === "connection-timeout" ? undefined : tcb.remote.text));
}

/**
 * An ICMP error that quotes a segment in flight (RFC 5927, RFC 1122 section 4.2.3.9). A hard one ends an attempt to
 * connect. Anything else is a hint: it may pass, and it is told when the connection gives up.
 */
export function noteUnreachable(tcb: Tcb, hard: boolean, code: ErrorCode): void {
  if (hard && tcb.state === "syn-sent") finish(tcb, new CulvertError(code, tcb.remote.text));
  else tcb.softError = code;
}

/** Tells the peer with RST, then leaves. A connection the peer has not answered yet needs no RST. */
export function reset(tcb: Tcb, error: CulvertError | undefined): void {
  if (isSynchronized(tcb.state) && tcb.state !== "time-wait") emitReset(tcb);
  else if (tcb.state === "syn-received") emitReset(tcb);
  finish(tcb, error);
}

/** SHUTDOWN: no more to send. FIN leaves after the last byte; before the handshake is over it waits for it. */
export function shutdownSend(tcb: Tcb): void {
  if (tcb.finQueued) return;
  tcb.finQueued = true;
  tcb.state = nextState(tcb.state, "shutdown");
  tcb.owner.schedule(tcb);
}

/** CLOSE: nobody reads any more. Unread data means RST, so that the peer learns it was lost (RFC 9293 section 3.6.1). */
export function closeBoth(tcb: Tcb, now: number): void {
  if (tcb.detached) return;
  tcb.detached = true;
  if (tcb.over) tcb.receiveBuffer.clear();
  if (tcb.state === "syn-sent") finish(tcb, undefined);
  else if (tcb.receiveBuffer.readable > 0 && isSynchronized(tcb.state) && tcb.state !== "time-wait")
    reset(tcb, undefined);
  else {
    shutdownSend(tcb);
    if (tcb.state === "fin-wait-2") arm(tcb, TIMER_LINGER, now + FIN_WAIT_2_MS);
    else if (!tcb.over) arm(tcb, TIMER_LINGER, now + ORPHAN_MS);
  }
  tcb.owner.schedule(tcb);
}

/** Our FIN is acknowledged. */
export function finAcknowledged(tcb: Tcb, now: number): void {
  const before = tcb.state;
  const after = nextState(before, "fin-acked");
  if (after === before) return;
  if (after === "closed") finish(tcb, undefined);
  else {
    tcb.state = after;
    if (after === "time-wait") enterTimeWait(tcb, now);
    else if (tcb.detached) arm(tcb, TIMER_LINGER, now + FIN_WAIT_2_MS);
  }
}

/** The peer's FIN is next in order. */
export function finReceived(tcb: Tcb, now: number): void {
  tcb.rcvNxt++;
  tcb.rcvAdv = Math.max(tcb.rcvAdv, tcb.rcvNxt);
  tcb.ackNow = true;
  if (isPeerDone(tcb.state)) return;
  tcb.state = nextState(tcb.state, "fin");
  if (tcb.state === "time-wait") enterTimeWait(tcb, now);
}

export function enterTimeWait(tcb: Tcb, now: number): void {
  disarmAll(tcb);
  tcb.sendBuffer.clear();
  tcb.over = true;
  if (tcb.detached) tcb.receiveBuffer.clear();
  arm(tcb, TIMER_LINGER, now + TIME_WAIT_MS);
  tcb.owner.schedule(tcb);
}
