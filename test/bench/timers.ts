import { randomBytes } from "node:crypto";
import { type IpAddress, parseIp } from "../../electron/base/ip-address.ts";
import { type Timers, TimerWheel } from "../../electron/base/timer-wheel.ts";
import { expire } from "../../electron/netstack/tcp/expiry.ts";
import type { Tcb } from "../../electron/netstack/tcp/tcb.ts";
import { type TcpConnection, type TcpHost, TcpLayer } from "../../electron/netstack/tcp/tcp-layer.ts";
import { earliestDeadline } from "../../electron/netstack/tcp/timers.ts";
import { addBytes } from "../../electron/netstack/wire/checksum.ts";
import { TimerScan } from "../support/timer-scan.ts";
import { format, median, type Row } from "./row.ts";

const ROUNDS = 9;
/** Connections times seconds of a turn: so many echoes that a turn takes some tenths of a second. */
const CONNECTION_SECONDS = 2_000;
const ONE_WAY_MS = 20;
const MESSAGE = new Uint8Array(100);
const CASES = [
  { connections: 1, everyMs: 50 },
  { connections: 10, everyMs: 50 },
  { connections: 1_000, everyMs: 50 },
  { connections: 1_000, everyMs: 500 },
];

/**
 * Connections that echo a message every so often, between two TCP layers in virtual time, each driven as `CoreLoop` does:
 * with the wheel, and with a twin that asks every connection at each tick that fires. By turns, in processor time.
 */
export function benchTimers(): Row[] {
  return CASES.flatMap(({ connections, everyMs }) => {
    const [wheel, scan] = [TimerWheel, TimerScan].map((kind) => new World(kind, connections, everyMs)) as [
      World,
      World,
    ];
    const seconds = CONNECTION_SECONDS / connections;
    for (const world of [wheel, scan]) world.run(seconds);
    const rounds = Array.from({ length: ROUNDS }, (_, round) => {
      if (round % 2 === 0) return { wheel: wheel.run(seconds), scan: scan.run(seconds) };
      const second = scan.run(seconds);
      return { wheel: wheel.run(seconds), scan: second };
    });
    const what = `TCP, ${connections.toLocaleString("en")} × an echo each ${everyMs} ms`;
    const row = (name: string, unit: string, of: (cost: Cost) => number): Row => ({
      what: `${what}: ${name}`,
      value: median(rounds.map((round) => of(round.wheel) / seconds)),
      unit,
      against: `asking all ${format(median(rounds.map((round) => of(round.scan) / seconds)))} ${unit}`,
      ratio: median(rounds.map((round) => of(round.scan) / of(round.wheel))),
    });
    return [
      row("CPU of both ends", "ms a second", ({ cpuMs }) => cpuMs),
      row("of that timers", "ms a second", ({ tickMs }) => tickMs),
      row("ticks of both ends", "a second", ({ ticks }) => ticks),
    ];
  });
}

interface Cost {
  readonly cpuMs: number;
  /** By the wall clock: asking for processor time costs as much as a tick. */
  readonly tickMs: number;
  readonly ticks: number;
}

/** One end: its layer, the loop's timer, and what is on the way to it. */
class End {
  readonly layer: TcpLayer;
  /** Each with the time of its arrival. */
  readonly arriving: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  next = 0;
  isAwake = false;
  tickMs = 0;
  ticks = 0;
  readonly #address: IpAddress;
  readonly #remote: IpAddress;
  #timerAt = Number.POSITIVE_INFINITY;
  #firesAt = Number.POSITIVE_INFINITY;

  constructor(kind: new (...with_: TimersOf) => Timers<Tcb>, address: IpAddress, remote: IpAddress, send: Send) {
    this.#address = address;
    this.#remote = remote;
    this.layer = new TcpLayer(this.#host(send), new kind(earliestDeadline, expire));
  }

  nextEvent(now: number): number {
    return Math.min(
      this.isAwake ? now : Number.POSITIVE_INFINITY,
      this.arriving[this.next]?.at ?? Infinity,
      this.#firesAt,
    );
  }

  step(now: number): void {
    let isTurn = this.isAwake;
    this.isAwake = false;
    for (let one = this.arriving[this.next]; one !== undefined && one.at <= now; one = this.arriving[++this.next]) {
      this.layer.receive(this.#address, this.#remote, one.bytes, 0, one.bytes.length, now);
      isTurn = true;
    }
    if (this.next > 10_000) {
      this.arriving.splice(0, this.next);
      this.next = 0;
    }
    if (this.#firesAt <= now) {
      isTurn = true;
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#firesAt = Number.POSITIVE_INFINITY;
      this.ticks++;
      const startedAt = performance.now();
      this.layer.tick(now);
      this.tickMs += performance.now() - startedAt;
    }
    if (isTurn) this.#endTurn(now);
  }

  #endTurn(now: number): void {
    this.layer.endTurn(now);
    const earliest = this.layer.nextDeadline();
    if (earliest >= this.#timerAt) return;
    this.#timerAt = earliest;
    // A timer of Node's waits whole milliseconds, and at least one.
    this.#firesAt = now + Math.max(1, Math.ceil(earliest - now));
  }

  #host(send: Send): TcpHost {
    const room = new Uint8Array(2048);
    return {
      mtu: 1420,
      random: (length) => Uint8Array.from(randomBytes(length)),
      onWake: () => {
        this.isAwake = true;
      },
      beginSegment: (length) => room.subarray(0, length),
      flushSegments: () => undefined,
      addBytes,
      commitSegment: (_local, _remote, segment) => send(segment.slice()),
      sourceFor: () => this.#address,
      pathMtu: () => 1420,
      countDrop: (reason) => {
        throw new Error(`a segment was dropped: ${reason}`);
      },
    };
  }
}

type TimersOf = [deadlineOf: (tcb: Tcb) => number, fire: (tcb: Tcb, now: number) => void];
type Send = (segment: Uint8Array) => void;

class World {
  readonly #client: End;
  readonly #server: End;
  readonly #connections: TcpConnection[] = [];
  readonly #everyMs: number;
  readonly #sink = new Uint8Array(4_096);
  #now = 1_000;
  #echoed = 0;

  constructor(kind: new (...with_: TimersOf) => Timers<Tcb>, connections: number, everyMs: number) {
    const [a, b] = [parseIp("fdaa::1")!, parseIp("fdaa::2")!];
    this.#everyMs = everyMs;
    this.#client = new End(kind, a, b, (bytes) => this.#server.arriving.push({ at: this.#now + ONE_WAY_MS, bytes }));
    this.#server = new End(kind, b, a, (bytes) => this.#client.arriving.push({ at: this.#now + ONE_WAY_MS, bytes }));
    this.#server.layer.listen({ port: 80, backlog: connections }, (connection) => {
      connection.handler = { ...QUIET, onReadable: (now) => void connection.write(this.#read(connection, now), now) };
    });
    for (let i = 0; i < connections; i++) {
      const connection = this.#client.layer.connect({ remote: b, port: 80 }, this.#now);
      connection.handler = {
        ...QUIET,
        onReadable: (now) => {
          this.#echoed += this.#read(connection, now).length;
        },
      };
      this.#connections.push(connection);
      this.#advance(this.#now + 1);
    }
    this.#advance(this.#now + 1_000);
  }

  /** Virtual seconds of echoes, spread evenly. */
  run(seconds: number): Cost {
    const { length } = this.#connections;
    const [end, before] = [this.#now + seconds * 1_000, this.#echoed];
    this.#client.tickMs = this.#server.tickMs = this.#client.ticks = this.#server.ticks = 0;
    const from = process.cpuUsage();
    const startedAt = this.#now;
    for (let written = 0; this.#now < end; ) {
      // What is written at one moment belongs to one turn.
      for (; startedAt + (written * this.#everyMs) / length <= this.#now; written++)
        this.#connections[written % length]!.write(MESSAGE, this.#now);
      this.#advance(Math.min(end, Math.max(this.#now + 1, startedAt + (written * this.#everyMs) / length)));
    }
    const { user, system } = process.cpuUsage(from);
    if (this.#echoed === before) throw new Error("no echo came");
    const [a, b] = [this.#client, this.#server];
    return { cpuMs: (user + system) / 1_000, tickMs: a.tickMs + b.tickMs, ticks: a.ticks + b.ticks };
  }

  #read(connection: TcpConnection, now: number): Uint8Array {
    return this.#sink.subarray(0, connection.readInto(this.#sink, now));
  }

  /** Up to the moment before `to`. */
  #advance(to: number): void {
    const [a, b] = [this.#client, this.#server];
    for (;;) {
      const next = Math.max(this.#now, Math.min(a.nextEvent(this.#now), b.nextEvent(this.#now)));
      if (next >= to) break;
      this.#now = next;
      a.step(next);
      b.step(next);
    }
    this.#now = to;
  }
}

const QUIET = {
  onEstablished: () => undefined,
  onEnd: () => undefined,
  onClosed: () => undefined,
  onWritable: () => undefined,
};
