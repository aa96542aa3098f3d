// The timers of a sender: when each is set, and for how long. What they do when they fire lies in expiry.ts.
import type { Tcb } from "./tcb.ts";
import { arm, disarm, isArmed, TIMER_PERSIST, TIMER_RETRANSMIT, TIMER_TAIL_PROBE } from "./timers.ts";
import {
  PROBE_TIMEOUT_WITHOUT_RTT_MS,
  SHORTEST_PROBE_TIMEOUT_MS,
  USUAL_DELAYED_ACK_MS,
  WORST_DELAYED_ACK_MS,
} from "./tuning.ts";

/** RFC 6298 section 5.1; RFC 8985 section 7.2 for the probe. */
export function armSendTimers(tcb: Tcb, now: number): void {
  if (tcb.flight.empty) return;
  if (!isArmed(tcb, TIMER_RETRANSMIT)) armRetransmit(tcb, now);
  armTailProbe(tcb, now);
}

/** RFC 5482: the timer may not fire later than the user is willing to wait. */
export function armRetransmit(tcb: Tcb, now: number): void {
  const patience = tcb.options.userTimeoutMs ?? Number.POSITIVE_INFINITY;
  arm(tcb, TIMER_RETRANSMIT, Math.max(now, Math.min(now + tcb.rtt.rto, tcb.progressAt + patience)));
}

/**
 * RFC 8985 section 7.2: when everything seems well, ask for the tail before the slow timer does, or in its place. The RFC
 * waits for the peer's delayed acknowledgement when one segment is out; what counts for a peer is whether there is more
 * than one full segment (Linux) or are two (RFC 5681 section 4.2, by bytes), so several small ones are treated as one.
 */
export function armTailProbe(tcb: Tcb, now: number): void {
  if (!tcb.sack || tcb.recovery.kind !== "open" || tcb.probeEnd >= 0 || tcb.flight.sackedCount > 0) {
    disarm(tcb, TIMER_TAIL_PROBE);
    return;
  }
  arm(tcb, TIMER_TAIL_PROBE, Math.min(now + probeTimeout(tcb), tcb.deadlines[TIMER_RETRANSMIT]!));
}

function probeTimeout({ rtt: { srtt }, flight, sndNxt, sndUna, mss }: Tcb): number {
  if (srtt === undefined) return PROBE_TIMEOUT_WITHOUT_RTT_MS;
  const out = sndNxt - sndUna;
  if (flight.count === 1 || out <= mss) return 2 * srtt + WORST_DELAYED_ACK_MS;
  return Math.max(2 * srtt, out < 2 * mss ? srtt + USUAL_DELAYED_ACK_MS : SHORTEST_PROBE_TIMEOUT_MS);
}

/** RFC 9293 section 3.8.6.1: the window is shut, something waits, and nothing in flight will bring an answer. */
export function armPersist(tcb: Tcb, now: number): void {
  const waits = tcb.flight.empty && tcb.sndWnd === 0 && (tcb.unsent > 0 || (tcb.finQueued && !tcb.finSent));
  if (!waits) {
    if (isArmed(tcb, TIMER_PERSIST)) disarm(tcb, TIMER_PERSIST);
    return;
  }
  if (isArmed(tcb, TIMER_PERSIST)) return;
  tcb.progressAt = now;
  arm(tcb, TIMER_PERSIST, now + tcb.rtt.rto);
}
