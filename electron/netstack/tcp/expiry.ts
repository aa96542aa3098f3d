// What happens when a deadline of a connection passes; each function is named after its timer.
import { CulvertError } from "../../base/errors.ts";
import { finish, giveUp, reset } from "./close.ts";
import { hasGivenUp, onReorderTimer, onRetransmitTimeout } from "./loss.ts";
import { onSynTimeout } from "./open.ts";
import { onPaceTimer } from "./pacing.ts";
import { MAX_RTO_MS } from "./rtt.ts";
import { emit } from "./segment-writer.ts";
import { isSynchronized } from "./state.ts";
import { mayProbe, onTailProbe } from "./tail-probe.ts";
import type { Tcb } from "./tcb.ts";
import {
  arm,
  disarm,
  isArmed,
  TIMER_COUNT,
  TIMER_DELAYED_ACK,
  TIMER_KEEP_ALIVE,
  TIMER_LINGER,
  TIMER_PACE,
  TIMER_PERSIST,
  TIMER_REORDER,
  TIMER_RETRANSMIT,
  TIMER_TAIL_PROBE,
} from "./timers.ts";
import { AFTER_STALL_MS, MAX_UNANSWERED_PROBES, STALL_MS, USUAL_DELAYED_ACK_MS } from "./tuning.ts";

const EXPIRIES: Record<number, (tcb: Tcb, now: number) => void> = {
  [TIMER_RETRANSMIT]: retransmit,
  [TIMER_PERSIST]: persist,
  [TIMER_DELAYED_ACK]: delayedAck,
  [TIMER_KEEP_ALIVE]: keepAlive,
  [TIMER_LINGER]: linger,
  [TIMER_REORDER]: onReorderTimer,
  [TIMER_TAIL_PROBE]: onTailProbe,
  [TIMER_PACE]: onPaceTimer,
};

/** What these do would count something as lost; the others may well come late. */
const JUDGES: ReadonlySet<number> = new Set([
  TIMER_RETRANSMIT,
  TIMER_PERSIST,
  TIMER_KEEP_ALIVE,
  TIMER_REORDER,
  TIMER_TAIL_PROBE,
]);

/** Fires every timer of the connection that is due. */
export function expire(tcb: Tcb, now: number): void {
  const { postponedTo } = tcb;
  for (let kind = 0; kind < TIMER_COUNT && tcb.state !== "closed"; kind++) {
    const deadline = tcb.deadlines[kind]!;
    if (deadline > now) continue;
    disarm(tcb, kind);
    // The loop stood still: let what arrived meanwhile be taken in before anything counts as late. Once: on a machine that
    // is always late everything would wait for ever.
    if (now - deadline > STALL_MS && JUDGES.has(kind) && deadline !== postponedTo) {
      tcb.postponedTo = now + AFTER_STALL_MS;
      arm(tcb, kind, tcb.postponedTo);
    } else EXPIRIES[kind]!(tcb, now);
  }
}

/**
 * Forgets the back-off of whatever waits for an answer, and asks again now, or once the answer to what has just been sent is
 * overdue. RFC 6298 section 5 keeps the back-off until a round trip is measured; here the caller knows that the path is new.
 */
export function retryAtOnce(tcb: Tcb, now: number): void {
  const { flight, rtt } = tcb;
  for (const kind of [TIMER_RETRANSMIT, TIMER_PERSIST]) {
    if (!isArmed(tcb, kind)) continue;
    tcb.retries = 0;
    rtt.endBackOff();
    const overdueAt = flight.empty ? now : flight.sentAt(flight.first) + (rtt.srtt ?? 0) + USUAL_DELAYED_ACK_MS;
    arm(tcb, kind, Math.max(now, Math.min(overdueAt, tcb.deadlines[kind]!)));
  }
}

function retransmit(tcb: Tcb, now: number): void {
  if (!isSynchronized(tcb.state)) onSynTimeout(tcb, now);
  else if (tcb.deadlines[TIMER_TAIL_PROBE]! <= now && mayProbe(tcb)) {
    // RFC 8985 section 7.2: the probe takes the place of a timeout that is due with it.
    disarm(tcb, TIMER_TAIL_PROBE);
    onTailProbe(tcb, now);
  } else if (tcb.sndWnd > 0 || tcb.flight.empty) onRetransmitTimeout(tcb, now);
  else {
    // The peer shut the window over data in flight: retransmissions become probes, and nothing was lost.
    probe(tcb, TIMER_RETRANSMIT, now);
  }
}

function persist(tcb: Tcb, now: number): void {
  probe(tcb, TIMER_PERSIST, now);
}

/**
 * RFC 9293 section 3.8.6.1. The probe repeats an old sequence number, so that nothing has to be accounted for. While probes
 * are answered the connection stays (MUST-37): the user timeout counts from the first that was not, and asks twice in its time.
 */
function probe(tcb: Tcb, kind: number, now: number): void {
  const patience = tcb.options.userTimeoutMs;
  // Nobody reads any more and the peer keeps its window shut: it has had its time (as Linux treats orphans).
  if (tcb.detached && tcb.rtt.rto >= MAX_RTO_MS) {
    reset(tcb, undefined);
    return;
  }
  if (tcb.retries === 0) tcb.progressAt = now;
  const gone =
    patience !== undefined
      ? tcb.retries > 0 && hasGivenUp(tcb, now)
      : tcb.retries >= Math.max(MAX_UNANSWERED_PROBES, tcb.options.maxRetransmits);
  if (gone) {
    giveUp(tcb);
    return;
  }
  tcb.retries++;
  emit(tcb, tcb.sndUna - 1, 0, 0, now);
  tcb.rtt.backOff();
  const { rto } = tcb.rtt;
  const next =
    patience === undefined ? now + rto : Math.min(now + Math.min(rto, patience / 2), tcb.progressAt + patience);
  arm(tcb, kind, next);
}

function delayedAck(tcb: Tcb): void {
  tcb.ackNow = true;
  tcb.owner.schedule(tcb);
}

/** RFC 9293 section 3.8.4; while data is unacknowledged the retransmission timer does this work. */
function keepAlive(tcb: Tcb, now: number): void {
  const settings = tcb.options.keepAlive;
  if (settings === undefined || !isSynchronized(tcb.state)) return;
  if (!tcb.flight.empty) {
    arm(tcb, TIMER_KEEP_ALIVE, now + settings.idleMs);
    return;
  }
  if (tcb.keepAliveProbes >= settings.probes) {
    reset(tcb, new CulvertError("connection-timeout"));
    return;
  }
  tcb.keepAliveProbes++;
  emit(tcb, tcb.sndNxt - 1, 0, 0, now);
  arm(tcb, TIMER_KEEP_ALIVE, now + settings.intervalMs);
}

/** The wait is over; a peer that has not taken everything by now is told that it will not come. */
function linger(tcb: Tcb): void {
  if (tcb.state === "time-wait" || tcb.state === "fin-wait-2") finish(tcb, undefined);
  else reset(tcb, undefined);
}
