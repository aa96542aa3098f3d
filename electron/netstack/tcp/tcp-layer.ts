// All TCP of one stack: finds the connection of a segment (RFC 9293 section 3.10.7), opens and listens, runs the turns.

import { CulvertError } from "../../base/errors.ts";
import type { IpAddress } from "../../base/ip-address.ts";
import { type Timers, TimerWheel } from "../../base/timer-wheel.ts";
import type { ErrorCode } from "../error-code.ts";
import { finishChecksum, pseudoHeaderSum } from "../wire/checksum.ts";
import { TCP } from "../wire/protocols.ts";
import { ACK, RST, SYN, TcpSegment } from "../wire/tcp.ts";
import { BlockPool } from "./block-pool.ts";
import { finish, noteUnreachable, reset } from "./close.ts";
import type { TcpConnection, TcpListener, TcpOptions } from "./connection.ts";
import { ConnectionTable } from "./connection-table.ts";
import { expire, retryAtOnce } from "./expiry.ts";
import type { TcpHost } from "./host.ts";
import { receiveSegment } from "./input.ts";
import { SequenceSource } from "./isn.ts";
import { Listener } from "./listener.ts";
import { repairOversized } from "./loss.ts";
import { openActive, openPassive, receiveInSynSent } from "./open.ts";
import { transmit } from "./output.ts";
import { isStale, lowerPathMtu } from "./path-mtu.ts";
import { decideAcknowledgment } from "./payload.ts";
import { answerReset } from "./reset.ts";
import { unwrap } from "./seqnum.ts";
import { TcpSocket } from "./socket.ts";
import { isSynchronized } from "./state.ts";
import { EVENT_ESTABLISHED, Tcb, type TcbOwner } from "./tcb.ts";
import { earliestDeadline } from "./timers.ts";
import { DEFAULT_BACKLOG } from "./tuning.ts";
import { widenFields } from "./wide-fields.ts";

export type { TcpConnection, TcpListener, TcpOptions } from "./connection.ts";
export type { TcpHost } from "./host.ts";

/** Rounds of callbacks in one turn: connections that feed each other go on in the next turn. */
const MOST_ROUNDS = 8;

export class TcpLayer implements TcbOwner {
  readonly host: TcpHost;
  readonly blocks = new BlockPool();
  turn = 0;
  readonly timers: Timers<Tcb>;
  readonly #table = new ConnectionTable();
  readonly #listeners = new Map<number, Listener[]>();
  readonly #sequences: SequenceSource;
  readonly #segment = new TcpSegment();
  #scheduled: Tcb[] = [];
  #goOn: Tcb[] = [];
  #isEnding = false;

  /** `timers` is another than the wheel in benches and tests only. */
  constructor(host: TcpHost, timers: Timers<Tcb> = new TimerWheel(earliestDeadline, expire)) {
    this.host = host;
    this.timers = timers;
    this.#sequences = new SequenceSource(host.random(16));
    widenFields(this.#segment, ["sequence", "acknowledgment", "tsVal", "tsEcr"]);
  }

  /** The segment (header and payload) at bytes[start..end) from `remote` to `local`; read before the call returns, never kept. */
  receive(local: IpAddress, remote: IpAddress, bytes: Uint8Array, start: number, end: number, now: number): void {
    const segment = this.#segment;
    const isWellFormed = segment.parse(bytes, start, end);
    const tcb = isWellFormed ? this.#table.find(local, segment.destinationPort, remote, segment.sourcePort) : undefined;
    // A connection knows the sum of its addresses.
    const pseudoSum = tcb?.pseudoSum ?? pseudoHeaderSum(remote.bytes, local.bytes, TCP, 0);
    if (finishChecksum(this.host.addBytes(pseudoSum + end - start, bytes, start, end)) !== 0) {
      this.host.countDrop("tcp-checksum");
      return;
    }
    if (!isWellFormed) {
      this.host.countDrop("tcp-malformed");
      return;
    }
    if (tcb === undefined) this.#receiveUnknown(local, remote, segment, now);
    else if (tcb.state === "syn-sent") receiveInSynSent(tcb, segment, now);
    else if (!this.#reopens(tcb, segment, now)) receiveSegment(tcb, segment, now);
  }

  /** Throws host-unreachable when no address of ours can reach `remote`. */
  connect(to: { remote: IpAddress; port: number; options?: TcpOptions }, now: number): TcpConnection {
    const local = this.host.sourceFor(to.remote);
    if (local === undefined) throw new CulvertError("host-unreachable", to.remote.text);
    if (!Number.isInteger(to.port) || to.port < 1 || to.port > 65_535)
      throw new CulvertError("host-unreachable", `port ${to.port}`);
    const port = this.#table.freePort(local, to.remote, to.port, this.host);
    if (port === undefined) throw new CulvertError("port-in-use", to.remote.text);
    const tcb = new Tcb(this, local, port, to.remote, to.port, to.options ?? {}, now);
    this.#table.add(tcb);
    const socket = new TcpSocket(tcb);
    openActive(tcb, this.#isn(tcb, now), this.#sequences.timestampOffset(local, to.remote), now);
    this.host.onWake();
    return socket;
  }

  /** Throws port-in-use. `onConnection` gets each connection once it is established. */
  listen(
    at: { address?: IpAddress; port: number; backlog?: number; options?: TcpOptions },
    onConnection: (connection: TcpConnection, now: number) => void,
  ): TcpListener {
    const others = this.#listeners.get(at.port) ?? [];
    if (others.some((other) => other.address?.text === at.address?.text))
      throw new CulvertError("port-in-use", String(at.port));
    const listener = new Listener(at, at.backlog ?? DEFAULT_BACKLOG, onConnection, (closed) => this.#unlisten(closed));
    // The more specific one is asked first.
    this.#listeners.set(at.port, at.address === undefined ? [...others, listener] : [listener, ...others]);
    return listener;
  }

  /** Those that have a user, or had one and are in TIME-WAIT. */
  get connections(): Iterable<TcpConnection> {
    return [...this.#table].flatMap((tcb) => (tcb.socket === undefined ? [] : [tcb.socket]));
  }

  /** An ICMP error; only one that quotes a segment in flight is believed (RFC 5927 section 4.1). */
  onUnreachable(
    local: IpAddress,
    remote: IpAddress,
    localPort: number,
    remotePort: number,
    sequence: number,
    hard: boolean,
    code: ErrorCode,
  ): void {
    const tcb = this.#table.find(local, localPort, remote, remotePort);
    if (tcb === undefined || !isInFlight(tcb, sequence)) {
      this.host.countDrop("icmp-not-about-us");
      return;
    }
    noteUnreachable(tcb, hard, code);
    this.host.onWake();
  }

  /** A Packet Too Big quoting one of our segments. True when it names data in flight, so that the stack may believe it. */
  onPathMtu(
    local: IpAddress,
    remote: IpAddress,
    localPort: number,
    remotePort: number,
    sequence: number,
    mtu: number,
    now: number,
  ): boolean {
    const quoted = this.#table.find(local, localPort, remote, remotePort);
    if (quoted === undefined || !isInFlight(quoted, sequence)) return false;
    const about = unwrap(sequence, quoted.sndUna);
    if (isStale(quoted, about, mtu)) return false;
    for (const tcb of this.#table) if (tcb.remote.text === remote.text) lowerPathMtu(tcb, mtu, now);
    repairOversized(quoted, about, mtu, now);
    return true;
  }

  /** The path is new, or the computer woke up: what waits for a backed-off timer is tried at once. */
  retryNow(now: number): void {
    for (const tcb of this.#table) retryAtOnce(tcb, now);
  }

  /** Tells the users, then sends what is to be sent, once per connection. */
  endTurn(now: number): void {
    this.turn++;
    if (this.#goOn.length > 0) {
      for (const tcb of this.#goOn) this.schedule(tcb);
      this.#goOn = [];
    }
    this.#isEnding = true;
    try {
      for (let round = 0; this.#scheduled.length > 0 && round < MOST_ROUNDS; round++) this.#settleScheduled(now);
    } finally {
      this.#isEnding = false;
      if (this.#scheduled.length > 0) this.host.onWake();
    }
  }

  #settleScheduled(now: number): void {
    const batch = this.#scheduled;
    this.#scheduled = [];
    let settled = 0;
    try {
      for (const tcb of batch) {
        settled++;
        this.#settle(tcb, now);
      }
    } finally {
      // A user's callback threw: the others keep their turn.
      if (settled < batch.length) this.#scheduled.push(...batch.slice(settled));
    }
  }

  tick(now: number): void {
    this.timers.tick(now);
  }

  nextDeadline(): number {
    return this.#scheduled.length + this.#goOn.length > 0 ? Number.NEGATIVE_INFINITY : this.timers.earliest;
  }

  /** Resets every connection, which is told why, and forgets all. */
  dispose(why = new CulvertError("cancelled")): void {
    for (const listeners of [...this.#listeners.values()]) for (const listener of listeners) listener.close(0);
    for (const tcb of [...this.#table]) reset(tcb, why);
    const last = this.#scheduled;
    this.#scheduled = [];
    this.#goOn = [];
    for (const tcb of last) tcb.socket?.fire(0);
  }

  schedule(tcb: Tcb): void {
    if (tcb.scheduled) return;
    tcb.scheduled = true;
    this.#scheduled.push(tcb);
  }

  /** What a user does in a callback of `endTurn` is seen to by the same one, in its next round: one more would find nothing. */
  wake(tcb: Tcb): void {
    this.schedule(tcb);
    if (!this.#isEnding) this.host.onWake();
  }

  goOnNextTurn(tcb: Tcb): void {
    tcb.spentTurn = this.turn;
    this.#goOn.push(tcb);
    this.host.onWake();
  }

  remove(tcb: Tcb): void {
    this.#table.remove(tcb);
    this.timers.retire(tcb.timer);
  }

  #settle(tcb: Tcb, now: number): void {
    tcb.scheduled = false;
    try {
      this.#tellUser(tcb, now);
    } finally {
      // Whether the user threw is nothing to the peer.
      decideAcknowledgment(tcb, now);
      transmit(tcb, now);
    }
  }

  #tellUser(tcb: Tcb, now: number): void {
    if (tcb.listener !== undefined && (tcb.events & EVENT_ESTABLISHED) !== 0) {
      tcb.listener.accept(tcb, now);
      if (tcb.socket !== undefined) tcb.events &= ~EVENT_ESTABLISHED;
    }
    tcb.socket?.fire(now);
  }

  #receiveUnknown(local: IpAddress, remote: IpAddress, segment: TcpSegment, now: number): void {
    const listener = this.#listeners.get(segment.destinationPort)?.find((candidate) => candidate.matches(local));
    if (listener === undefined || (segment.flags & (ACK | RST)) !== 0) {
      this.host.countDrop("tcp-no-connection");
      answerReset(this.host, local, remote, segment);
    } else if ((segment.flags & SYN) === 0) this.host.countDrop("tcp-no-syn");
    else this.#open(listener, local, remote, segment, now);
  }

  #open(listener: Listener, local: IpAddress, remote: IpAddress, segment: TcpSegment, now: number): void {
    if (!listener.hasRoom) {
      this.host.countDrop("tcp-backlog-full");
      return;
    }
    const tcb = new Tcb(this, local, segment.destinationPort, remote, segment.sourcePort, listener.options, now);
    this.#table.add(tcb);
    listener.add(tcb);
    openPassive(tcb, segment, this.#isn(tcb, now), this.#sequences.timestampOffset(local, remote), now);
  }

  /** RFC 6191 and RFC 9293 section 3.10.7.4: a newer SYN in TIME-WAIT begins a new connection where somebody listens. */
  #reopens(tcb: Tcb, segment: TcpSegment, now: number): boolean {
    if (tcb.state !== "time-wait" || (segment.flags & (SYN | ACK | RST)) !== SYN) return false;
    const listener = this.#listeners.get(tcb.localPort)?.find((candidate) => candidate.matches(tcb.local));
    const newerStamp = segment.hasTimestamps && tcb.timestamps && ((segment.tsVal - tcb.tsRecent) | 0) > 0;
    const newer = newerStamp || unwrap(segment.sequence, tcb.rcvNxt) > tcb.rcvNxt;
    if (listener === undefined || !newer) return false;
    finish(tcb, undefined);
    this.#open(listener, tcb.local, tcb.remote, segment, now);
    return true;
  }

  #isn(tcb: Tcb, now: number): number {
    return this.#sequences.isn(tcb.local, tcb.localPort, tcb.remote, tcb.remotePort, now);
  }

  #unlisten(listener: Listener): void {
    const rest = (this.#listeners.get(listener.port) ?? []).filter((other) => other !== listener);
    if (rest.length === 0) this.#listeners.delete(listener.port);
    else this.#listeners.set(listener.port, rest);
  }
}

/** RFC 5927 section 4.1: only an error about something we have out is believed. */
function isInFlight(tcb: Tcb, sequence: number): boolean {
  const quoted = unwrap(sequence, tcb.sndUna);
  return quoted >= tcb.sndUna && quoted < tcb.sndNxt && (isSynchronized(tcb.state) || !tcb.flight.empty);
}
