import { MAX_RANGES } from "../../electron/netstack/tcp/reassembly.ts";
import { LOST, RESENT_OUT, SACKED } from "../../electron/netstack/tcp/segment-records.ts";
import { unwrap } from "../../electron/netstack/tcp/seqnum.ts";
import { isSynchronized, mayReceiveData, maySendData } from "../../electron/netstack/tcp/state.ts";
import type { Tcb } from "../../electron/netstack/tcp/tcb.ts";
import { earliestDeadline, isArmed, TIMER_PERSIST, TIMER_RETRANSMIT } from "../../electron/netstack/tcp/timers.ts";
import { WINDOW_ROUNDING_RESERVE } from "../../electron/netstack/tcp/tuning.ts";
import { FIN, type TcpSegment } from "../../electron/netstack/wire/tcp.ts";
import type { Packet } from "./sim-path.ts";
import type { Side, TcpLink } from "./tcp-link.ts";

/** A full walk through control blocks and scoreboards is dear: so many turns and segments apart. */
const TURNS_BETWEEN_LOOKS = 64;

/** Looks into the control blocks of a link: memory, timers, and that nothing beyond the congestion window is in flight. */
export class TcpInspector {
  readonly #link: TcpLink;
  #turns = 0;

  constructor(link: TcpLink) {
    this.#link = link;
  }

  /** Sequence number (32 bits) that the receiver of `segment` expects next; undefined when it has no such connection. */
  expected(to: Side, segment: TcpSegment): number | undefined {
    const tcb = this.#find(to, segment.destinationPort, segment.sourcePort);
    return tcb === undefined ? undefined : tcb.rcvNxt >>> 0;
  }

  takesData(to: Side, segment: TcpSegment): boolean {
    const tcb = this.#find(to, segment.destinationPort, segment.sourcePort);
    return tcb !== undefined && mayReceiveData(tcb.state) && !tcb.detached;
  }

  /** RFC 9293 section 3.10.7.4, first step, and RFC 7323 section 5: only such a segment tells its receiver anything. */
  accepts(to: Side, segment: TcpSegment): boolean {
    const tcb = this.#find(to, segment.destinationPort, segment.sourcePort);
    // Not looked at yet by its layer: in the handshake.
    if (tcb === undefined || !isSynchronized(tcb.state)) return true;
    if (tcb.timestamps && segment.hasTimestamps && ((segment.tsVal - tcb.tsRecent) | 0) < 0) return false;
    const start = unwrap(segment.sequence, tcb.rcvNxt);
    const end = start + segment.payloadEnd - segment.payloadStart + ((segment.flags & FIN) !== 0 ? 1 : 0);
    if (end === start) return start >= tcb.rcvNxt && start <= tcb.rcvAdv;
    return end > tcb.rcvNxt && (start < tcb.rcvAdv || start === tcb.rcvNxt);
  }

  timeouts(from: Side, segment: TcpSegment): number {
    return this.#find(from, segment.sourcePort, segment.destinationPort)?.timeouts ?? 0;
  }

  readonly #sentTo = new WeakMap<Tcb, number>();

  /** RFC 5681 section 3.1. Over the window only by the one segment that a probe (RFC 8985) or the first repair may take. */
  payloadSent(packet: Packet, segment: TcpSegment): void {
    const tcb = this.#find(packet.from, segment.sourcePort, segment.destinationPort);
    if (tcb === undefined) return;
    const last = this.#sentTo.get(tcb);
    this.#sentTo.set(tcb, tcb.sndNxt);
    // A probe that repeats the last segment adds nothing, and a loss that it repaired may have cut the window below the flight.
    if (tcb.recovery.kind === "open" && last === tcb.sndNxt) return;
    const over = tcb.pipe - tcb.congestion.window;
    if (over > tcb.mss + 1)
      fail(tcb, `${over} bytes more in flight than the congestion window of ${tcb.congestion.window}`);
  }

  turn(): void {
    if (this.#turns++ % TURNS_BETWEEN_LOOKS === 0) this.look();
  }

  look(): void {
    for (const tcb of this.#link.a.tcbs) check(tcb);
    for (const tcb of this.#link.b.tcbs) check(tcb);
  }

  #find(side: Side, localPort: number, remotePort: number): Tcb | undefined {
    const { tcbs } = this.#link[side];
    for (const tcb of tcbs) if (tcb.localPort === localPort && tcb.remotePort === remotePort) return tcb;
    return undefined;
  }
}

function check(tcb: Tcb): void {
  checkMemory(tcb);
  checkScoreboard(tcb);
  checkTimers(tcb);
}

function checkMemory(tcb: Tcb): void {
  const { sendBuffer, receiveBuffer, options } = tcb;
  if (sendBuffer.length > options.sendBufferMax) fail(tcb, `${sendBuffer.length} bytes wait to be sent`);
  const promised = tcb.rcvAdv - tcb.irs - 1 - receiveBuffer.readTo;
  if (isSynchronized(tcb.state) && promised > options.receiveBufferMax + WINDOW_ROUNDING_RESERVE + 1)
    fail(tcb, `${promised} bytes promised or held`);
  if (receiveBuffer.beyondHoles.count > MAX_RANGES) fail(tcb, "too many holes");
}

/** The counters of RFC 6675's scoreboard against a walk through its records. */
function checkScoreboard(tcb: Tcb): void {
  const { flight } = tcb;
  let lost = 0;
  let resent = 0;
  let sacked = 0;
  let pipe = 0;
  for (let id = flight.first; id < flight.next; id++) {
    const length = flight.endOf(id) - flight.startOf(id);
    if (length <= 0) fail(tcb, "an empty record in flight");
    if (id > flight.first && flight.startOf(id) !== flight.endOf(id - 1)) fail(tcb, "a gap between records");
    if (flight.has(id, SACKED)) sacked++;
    if (flight.has(id, LOST)) lost += length;
    if (flight.has(id, RESENT_OUT)) resent += length;
    if (!flight.has(id, SACKED) && (!flight.has(id, LOST) || flight.has(id, RESENT_OUT))) pipe += length;
  }
  const counted = [flight.lostBytes, flight.resentBytes, flight.sackedCount, flight.pipe].join();
  if (counted !== [lost, resent, sacked, pipe].join())
    fail(tcb, `counts ${counted} where the records say ${[lost, resent, sacked, pipe].join()}`);
  if (!flight.empty && (flight.startOf(flight.first) !== tcb.sndUna || flight.endOf(flight.next - 1) !== tcb.sndNxt))
    fail(tcb, "the records do not cover what is unacknowledged");
}

/** A connection with something to do has a timer, or it would wait for ever. */
function checkTimers(tcb: Tcb): void {
  if (!isSynchronized(tcb.state)) return;
  if (!tcb.flight.empty && !isArmed(tcb, TIMER_RETRANSMIT)) fail(tcb, "data in flight and no retransmission timer");
  if (!maySendData(tcb.state) || tcb.unsent === 0 || tcb.scheduled) return;
  if (tcb.flight.empty && tcb.sndWnd === 0 && !isArmed(tcb, TIMER_PERSIST)) fail(tcb, "a shut window and no probe");
  if (earliestDeadline(tcb) === Number.POSITIVE_INFINITY)
    fail(tcb, `${tcb.unsent} bytes wait and nothing will send them`);
}

function fail(tcb: Tcb, why: string): never {
  throw new Error(`connection ${tcb.localPort} to ${tcb.remotePort} (${tcb.state}): ${why}`);
}
