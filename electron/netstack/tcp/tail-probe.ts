// RFC 8985 section 7 (TLP): when the end of what was sent may be lost, a probe brings the acknowledgement that shows it.

import { backlogOf } from "./loss.ts";
import { resend, sendSegment } from "./output.ts";
import { segmentPayload } from "./segment-writer.ts";
import { armRetransmit } from "./send-timers.ts";
import type { Tcb } from "./tcb.ts";
import { disarm, TIMER_RETRANSMIT } from "./timers.ts";

/** One probe per episode, while nothing else is being repaired and the peer's window is open. */
export function mayProbe({ flight, recovery, probeEnd, sndWnd }: Tcb): boolean {
  return !flight.empty && recovery.kind === "open" && probeEnd < 0 && sndWnd > 0 && flight.sackedCount === 0;
}

/** Section 7.3: new data if there is any and the peer takes it, else the last segment again. */
export function onTailProbe(tcb: Tcb, now: number): void {
  if (!mayProbe(tcb)) return;
  const room = tcb.sndUna + tcb.sndWnd - tcb.sndNxt;
  const length = Math.min(tcb.unsent, segmentPayload(tcb), room);
  // A window that was cut below what is in flight takes nothing new: one segment over it is the most a probe may be.
  tcb.probeResent = length <= 0 || tcb.finSent || tcb.pipe > tcb.congestion.window;
  if (!tcb.probeResent) sendSegment(tcb, length, false, now);
  else resend(tcb, tcb.flight.next - 1, Math.max(tcb.sndNxt, tcb.sndUna + tcb.sndWnd), now);
  tcb.probeEnd = tcb.sndNxt;
  disarm(tcb, TIMER_RETRANSMIT);
  armRetransmit(tcb, now);
}

/** Section 7.4: an acknowledgement while a probe is out. */
export function endTailProbe(tcb: Tcb, ack: number, advanced: boolean, dsack: boolean, now: number): void {
  if (tcb.probeEnd < 0 || ack < tcb.probeEnd) return;
  const repaired = tcb.probeResent && advanced && !dsack && ack > tcb.probeEnd;
  if (!tcb.probeResent || dsack || repaired || !advanced) tcb.probeEnd = -1;
  if (!repaired) return;
  // The probe filled a hole that nothing else would have shown: one loss, one reduction.
  tcb.congestion.onLoss(tcb.flight.pipe, now, backlogOf(tcb));
  tcb.congestion.window = Math.min(tcb.congestion.window, tcb.congestion.threshold);
  tcb.congestion.onRepaired(tcb.mss);
}
