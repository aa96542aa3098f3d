import type { Tcb } from "./tcb.ts";

/** Kinds of deadline of a connection; what happens at each lies in expiry.ts. */
export const TIMER_RETRANSMIT = 0;
export const TIMER_PERSIST = 1;
export const TIMER_DELAYED_ACK = 2;
export const TIMER_KEEP_ALIVE = 3;
/** TIME-WAIT, FIN-WAIT-2 of a connection nobody reads, and how long such a one may take to get there. */
export const TIMER_LINGER = 4;
export const TIMER_REORDER = 5;
export const TIMER_TAIL_PROBE = 6;
/** A burst is being spread. */
export const TIMER_PACE = 7;
export const TIMER_COUNT = 8;

export function arm(tcb: Tcb, kind: number, at: number): void {
  tcb.deadlines[kind] = at;
  if (at < tcb.timer.deadline) tcb.owner.timers.bringForward(tcb.timer, at);
}

export function disarm(tcb: Tcb, kind: number): void {
  tcb.deadlines[kind] = Number.POSITIVE_INFINITY;
}

export function isArmed(tcb: Tcb, kind: number): boolean {
  return tcb.deadlines[kind] !== Number.POSITIVE_INFINITY;
}

export function disarmAll(tcb: Tcb): void {
  tcb.deadlines.fill(Number.POSITIVE_INFINITY);
}

export function earliestDeadline(tcb: Tcb): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TIMER_COUNT; i++) earliest = Math.min(earliest, tcb.deadlines[i]!);
  return earliest;
}
