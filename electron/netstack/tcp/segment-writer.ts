// Turns "send this range now" into bytes: header, options, payload, checksum (RFC 9293 section 3.1).
import {
  ACK,
  RST,
  SYN,
  sackBytes,
  synOptionBytes,
  TCP_HEADER_BYTES,
  TIMESTAMPS_BYTES,
  writeSack,
  writeSynOptions,
  writeTcpChecksum,
  writeTcpHeader,
  writeTimestamps,
} from "../wire/tcp.ts";
import { toWire } from "./seqnum.ts";
import type { Tcb } from "./tcb.ts";
import { disarm, TIMER_DELAYED_ACK } from "./timers.ts";
import { advertise, scaleFor, synWindow } from "./window.ts";

/** RFC 2018 section 3: four blocks fit the option space, three beside timestamps. */
const PADDED_KIND_BYTES = 4;
const SACK_BLOCK_BYTES = 8;
const edges = new Uint32Array(8);
const ranges = new Float64Array(8);

/** Payload bytes of a full segment now: SACK blocks take their room from it. */
export function segmentPayload(tcb: Tcb): number {
  return Math.max(1, tcb.mss - (optionBytes(tcb) - (tcb.timestamps ? TIMESTAMPS_BYTES : 0)));
}

/** Where our FIN ends in the sequence space; -1 before it is sent. */
export function finEnd(tcb: Tcb): number {
  return tcb.finSent ? tcb.sndNxt : -1;
}

/** Option bytes of the next segment: timestamps, and SACK blocks while there are holes or a duplicate to report. */
function optionBytes(tcb: Tcb): number {
  return (tcb.timestamps ? TIMESTAMPS_BYTES : 0) + sackBytes(sackBlockCount(tcb));
}

/**
 * Writes and sends one segment of a synchronized connection: `length` payload bytes at `sequence`. Every one acknowledges.
 * `isOfRun`: it may wait for others like it, until the host is told to flush.
 */
export function emit(tcb: Tcb, sequence: number, length: number, flags: number, now: number, isOfRun = false): void {
  const blocks = fillSackEdges(tcb);
  const headerBytes = TCP_HEADER_BYTES + (tcb.timestamps ? TIMESTAMPS_BYTES : 0) + sackBytes(blocks);
  const out = tcb.owner.host.beginSegment(headerBytes + length, isOfRun ? tcb.remote : undefined);
  const window = advertise(tcb);
  const ack = toWire(tcb.rcvNxt);
  writeTcpHeader(out, tcb.localPort, tcb.remotePort, toWire(sequence), ack, flags | ACK, window, headerBytes);
  let at = TCP_HEADER_BYTES;
  if (tcb.timestamps) at = writeTimestamps(out, at, tcb.tsNow(now), tcb.tsRecent);
  if (blocks > 0) writeSack(out, at, edges, blocks);
  if (length > 0) tcb.sendBuffer.copy(sequence - tcb.iss - 1, length, out, headerBytes);
  commit(tcb, out);
  tcb.ackNow = false;
  tcb.dsackStart = tcb.dsackEnd = -1;
  tcb.unackedBytes = tcb.unackedSegments = 0;
  tcb.lastAckSent = tcb.rcvNxt;
  disarm(tcb, TIMER_DELAYED_ACK);
}

/**
 * Sends up to `count` segments more, one behind the other from `sequence`, as the `emit` before this call would: with as much payload as
 * that segment had, `length` bytes. Answers how many: as many as its run has room for.
 */
export function emitAlike(tcb: Tcb, sequence: number, length: number, count: number): number {
  const { repeater } = tcb.owner.host;
  const some = repeater === undefined ? 0 : Math.min(count, repeater.room);
  if (repeater === undefined || some <= 0) return 0;
  tcb.sendBuffer.copy(sequence - tcb.iss - 1, some * length, repeater.payloads, 0);
  repeater.repeat(some, TCP_HEADER_BYTES + optionBytes(tcb));
  tcb.segmentsOut += some;
  return some;
}

/** SYN (in SYN-SENT) or SYN|ACK (in SYN-RECEIVED, with only what the peer offered). */
export function emitSyn(tcb: Tcb, now: number): void {
  const answer = tcb.state === "syn-received";
  const options = {
    mss: tcb.advertisedMss,
    windowScale: tcb.scaling ? scaleFor(tcb.options.receiveBufferMax) : undefined,
    sackPermitted: tcb.sack,
    timestamps: tcb.timestamps,
  };
  const headerBytes = TCP_HEADER_BYTES + synOptionBytes(options);
  const out = tcb.owner.host.beginSegment(headerBytes);
  const ack = answer ? toWire(tcb.rcvNxt) : 0;
  const flags = answer ? SYN | ACK : SYN;
  writeTcpHeader(out, tcb.localPort, tcb.remotePort, toWire(tcb.iss), ack, flags, synWindow(tcb), headerBytes);
  writeSynOptions(out, options, tcb.tsNow(now), answer ? tcb.tsRecent : 0);
  commit(tcb, out);
  tcb.lastAckSent = tcb.rcvNxt;
}

/** RST|ACK for a connection we end (RFC 9293 section 3.10.5). */
export function emitReset(tcb: Tcb): void {
  const out = tcb.owner.host.beginSegment(TCP_HEADER_BYTES);
  const sequence = toWire(Math.min(tcb.sndNxt, tcb.sndUna + Math.max(tcb.sndWnd, tcb.finSent ? 1 : 0)));
  const ack = toWire(tcb.rcvNxt);
  writeTcpHeader(out, tcb.localPort, tcb.remotePort, sequence, ack, RST | ACK, 0, TCP_HEADER_BYTES);
  commit(tcb, out);
}

function commit(tcb: Tcb, out: Uint8Array): void {
  const { host } = tcb.owner;
  writeTcpChecksum(out, host.addBytes(tcb.pseudoSum + out.length, out, 0, out.length));
  tcb.segmentsOut++;
  host.commitSegment(tcb.local, tcb.remote, out);
}

function sackBlockCount(tcb: Tcb): number {
  if (!tcb.sack) return 0;
  const wanted = tcb.receiveBuffer.beyondHoles.count + (tcb.dsackStart >= 0 ? 1 : 0);
  // Of a tiny segment they take no more than half: it would be cut into slivers, with a record for each.
  return Math.min(wanted, tcb.timestamps ? 3 : 4, Math.floor((tcb.mss / 2 - PADDED_KIND_BYTES) / SACK_BLOCK_BYTES));
}

/** RFC 2018 section 4 and, for a duplicate, RFC 2883 section 4: it comes first, then the block that holds it, if any. */
function fillSackEdges(tcb: Tcb): number {
  const blocks = sackBlockCount(tcb);
  if (blocks === 0) return 0;
  const base = tcb.irs + 1;
  let at = 0;
  if (tcb.dsackStart >= 0) {
    edges[0] = toWire(tcb.dsackStart);
    edges[1] = toWire(tcb.dsackEnd);
    at = 1;
  }
  const found = tcb.receiveBuffer.beyondHoles.newest(ranges, 0, blocks - at);
  for (let i = 0; i < found * 2; i++) edges[at * 2 + i] = toWire(base + ranges[i]!);
  // FIN takes a sequence number too (RFC 9293 section 3.4): a block without it would have the whole segment sent again.
  for (let i = at; i < at + found; i++)
    if (base + ranges[(i - at) * 2 + 1]! === tcb.peerFin) edges[i * 2 + 1] = toWire(tcb.peerFin + 1);
  return at + found;
}
