// RFC 8201 and RFC 1191 as TCP sees them; RFC 8899 in spirit for paths that swallow large packets without a word.
import { headerBytes, updateMss } from "./open.ts";
import type { Tcb } from "./tcb.ts";
import { MIN_MSS } from "./tuning.ts";

/** The path takes no packet above `mtu`: what was sent larger is sent again at once, in smaller pieces. */
export function shrinkPathMtu(tcb: Tcb, mtu: number, _now: number): void {
  if (mtu >= tcb.pathMtu || mtu < headerBytes(tcb) + MIN_MSS) return;
  tcb.pathMtu = mtu;
  updateMss(tcb);
  const flight = tcb.flight;
  for (let id = flight.first; id < flight.next; id++)
    if (flight.endOf(id) - flight.startOf(id) > tcb.mss) flight.markLost(id);
  tcb.owner.schedule(tcb);
}
