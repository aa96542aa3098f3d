import { expect } from "vitest";
import { ManualClock } from "../../electron/base/clock.ts";
import { type IpAddress, parseIp } from "../../electron/base/ip-address.ts";
import type { TcpConnection, TcpHandler, TcpOptions } from "../../electron/netstack/tcp/connection.ts";
import { TcpLayer } from "../../electron/netstack/tcp/tcp-layer.ts";
import { addBytes, finishChecksum, pseudoHeaderSum } from "../../electron/netstack/wire/checksum.ts";
import { fillTcpChecksum, TcpSegment, writeTcpHeader } from "../../electron/netstack/wire/tcp.ts";

const FLAG_BITS: Record<string, number> = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32, E: 64, C: 128 };
const FLAG_NAMES = "FSRPAUEC";

/** A segment as tests name it. Numbers are relative: `seq` to the sender's ISS, `ack` to the receiver's. */
export interface Segment {
  flags: string;
  seq: number;
  ack: number;
  wnd: number;
  length: number;
  data: Uint8Array;
  mss: number;
  ws: number;
  sackOk: boolean;
  ts: [number, number] | undefined;
  sack: [number, number][];
}

export interface Sent extends Partial<Omit<Segment, "length">> {
  /** Bytes of filler, when their content does not matter. */
  length?: number;
  port?: number;
  fromPort?: number;
  rawOptions?: number[];
  damage?: (bytes: Uint8Array) => Uint8Array;
}

/** The peer's side played by hand: raw segments in, and every segment that comes out looked at, on a clock that stands still. */
export class TcpPeer {
  readonly clock = new ManualClock(50_000);
  readonly layer: TcpLayer;
  readonly local: IpAddress;
  readonly remote: IpAddress;
  readonly drops = new Map<string, number>();
  readonly log: string[] = [];
  /** Everything the stack has sent and no test has looked at. */
  readonly out: Segment[] = [];
  mtu: number;
  pathMtu: number;
  hasSource = true;
  wakes = 0;
  /** The peer's ISS, the stack's (learnt from its SYN), and the ports. */
  iss = 5000;
  theirIss = 0;
  port = 80;
  theirPort = 0;
  /** Adds timestamps to everything sent: the clock, and the last one seen. */
  stamps = false;
  lastStamp = 0;
  /** Where the peer's stream stands: next sequence number and acknowledgment when a test names none. */
  nxt = 0;
  acked = 0;
  wnd = 65_535;

  /** `runs`: segments that are alike are made of the first, as the cipher's kernel does. */
  constructor(options: { mtu?: number; version?: 4 | 6; runs?: boolean } = {}) {
    this.mtu = options.mtu ?? 1420;
    this.pathMtu = this.mtu;
    this.local = parseIp(options.version === 4 ? "10.0.0.1" : "fdaa::1")!;
    this.remote = parseIp(options.version === 4 ? "10.0.0.2" : "fdaa::2")!;
    const room = new Uint8Array(4096);
    let randomAt = 1;
    let last = room;
    const payloads = new Uint8Array(64 << 10);
    const repeat = (count: number, headerBytes: number): void => {
      const length = last.length - headerBytes;
      for (let i = 0; i < count; i++) {
        const next = last.slice();
        const view = new DataView(next.buffer);
        view.setUint32(4, view.getUint32(4) + (i + 1) * length);
        next.fill(0, 16, 18);
        next.set(payloads.subarray(i * length, (i + 1) * length), headerBytes);
        fillTcpChecksum(next, next.length, pseudoHeaderSum(this.local.bytes, this.remote.bytes, 6, next.length));
        this.#catch(this.local, this.remote, next);
      }
    };
    this.layer = new TcpLayer({
      ...(options.runs === true ? { repeater: { room: 40, payloads, repeat } } : {}),
      mtu: this.mtu,
      random: (length) => Uint8Array.from({ length }, () => (randomAt = (randomAt * 73 + 41) & 0xff)),
      onWake: () => {
        this.wakes++;
      },
      beginSegment: (length) => room.subarray(0, length),
      flushSegments: () => undefined,
      addBytes,
      commitSegment: (local, remote, segment) => {
        last = segment.slice();
        this.#catch(local, remote, last);
      },
      sourceFor: () => (this.hasSource ? this.local : undefined),
      pathMtu: () => this.pathMtu,
      countDrop: (reason) => this.drops.set(reason, (this.drops.get(reason) ?? 0) + 1),
    });
  }

  get now(): number {
    return this.clock.now();
  }

  /** Hands in one segment without ending the turn. */
  inject(sent: Sent): void {
    const flags = [...(sent.flags ?? "A")].reduce((bits, name) => bits | FLAG_BITS[name]!, 0);
    const data = sent.data ?? new Uint8Array(sent.length ?? 0).fill(0x78);
    const seq = sent.seq ?? this.nxt;
    const ack = sent.ack ?? this.acked;
    const options = sent.rawOptions ?? this.#options(sent);
    while (options.length % 4 !== 0) options.push(1);
    const header = 20 + options.length;
    let bytes = new Uint8Array(header + data.length);
    const port = sent.fromPort ?? this.port;
    const acknowledgment = (flags & 16) !== 0 ? this.theirIss + ack : 0;
    writeTcpHeader(
      bytes,
      port,
      sent.port ?? this.theirPort,
      this.iss + seq,
      acknowledgment,
      flags,
      sent.wnd ?? this.wnd,
      header,
    );
    bytes.set(options, 20);
    bytes.set(data, header);
    fillTcpChecksum(bytes, bytes.length, pseudoHeaderSum(this.local.bytes, this.remote.bytes, 6, bytes.length));
    if (sent.damage !== undefined) bytes = sent.damage(bytes) as Uint8Array<ArrayBuffer>;
    this.layer.receive(this.local, this.remote, bytes, 0, bytes.length, this.now);
  }

  /** Hands in one segment as a turn of its own. */
  send(sent: Sent): void {
    this.inject(sent);
    this.turn();
  }

  turn(): void {
    this.layer.endTurn(this.now);
  }

  /** Lets time pass, through every deadline on the way. */
  advance(ms: number): void {
    const end = this.now + ms;
    for (let steps = 0; ; steps++) {
      const next = this.layer.nextDeadline();
      if (next > end) break;
      if (steps > 100_000) throw new Error("time stands still");
      if (next > this.now) this.clock.advance(next - this.now);
      this.layer.tick(this.now);
      this.turn();
    }
    this.clock.advance(end - this.now);
  }

  /** The next segment that came out, with at least these fields. */
  expect(fields: Partial<Omit<Segment, "data">>): Segment {
    const segment = this.out.shift();
    expect(segment, `a segment was expected: ${JSON.stringify(fields)}`).toBeDefined();
    expect(segment).toMatchObject(fields);
    return segment!;
  }

  expectNothing(): void {
    expect(this.out.map((s) => `${s.flags} ${s.seq}:${s.length} ack ${s.ack}`)).toEqual([]);
  }

  /** Forgets what came out, and answers it. */
  flush(): Segment[] {
    return this.out.splice(0);
  }

  /** Bytes of filler, written by the application. */
  write(connection: TcpConnection, length: number): number {
    const count = connection.write(new Uint8Array(length).fill(0x61), this.now);
    this.turn();
    return count;
  }

  read(connection: TcpConnection, limit = 1 << 24): number {
    const data = connection.read(limit, this.now);
    this.turn();
    return data?.length ?? 0;
  }

  /** Starts an active open; the SYN is still in `out`. */
  connect(options?: TcpOptions): TcpConnection {
    const connection = this.layer.connect(
      { remote: this.remote, port: this.port, ...(options === undefined ? {} : { options }) },
      this.now,
    );
    connection.handler = this.handler("");
    this.turn();
    return connection;
  }

  /** An active open up to ESTABLISHED; nothing is left in `out`. */
  established(options?: TcpOptions, answer: Sent = {}): TcpConnection {
    const connection = this.connect(options);
    this.expect({ flags: "S" });
    this.send({ flags: "SA", seq: 0, ack: 1, mss: 1360, ...answer });
    this.expect({ flags: "A", seq: 1, ack: 1, length: 0 });
    this.nxt = 1;
    this.acked = 1;
    return connection;
  }

  /** A listener whose connections note what happens in `log`. */
  listen(at: { port?: number; backlog?: number; options?: TcpOptions } = {}): TcpConnection[] {
    const accepted: TcpConnection[] = [];
    this.theirPort = at.port ?? 22;
    this.layer.listen({ ...at, port: this.theirPort }, (connection) => {
      this.log.push("accepted");
      connection.handler = this.handler("");
      accepted.push(connection);
    });
    return accepted;
  }

  handler(prefix: string): TcpHandler {
    return {
      onEstablished: () => this.log.push(`${prefix}established`),
      onReadable: () => this.log.push(`${prefix}readable`),
      onWritable: () => this.log.push(`${prefix}writable`),
      onEnd: () => this.log.push(`${prefix}end`),
      onClosed: (error) => this.log.push(`${prefix}closed${error === undefined ? "" : ` ${error.code}`}`),
    };
  }

  #catch(local: IpAddress, remote: IpAddress, bytes: Uint8Array): void {
    expect([local.text, remote.text]).toEqual([this.local.text, this.remote.text]);
    expect(bytes.length).toBeLessThanOrEqual(this.mtu - (local.version === 4 ? 20 : 40));
    const sum = addBytes(pseudoHeaderSum(local.bytes, remote.bytes, 6, bytes.length), bytes);
    expect(finishChecksum(sum)).toBe(0);
    const parsed = new TcpSegment();
    expect(parsed.parse(bytes)).toBe(true);
    const flags = [...FLAG_NAMES].filter((name) => (parsed.flags & FLAG_BITS[name]!) !== 0).join("");
    if (flags.includes("S")) {
      this.theirIss = parsed.sequence;
      this.theirPort = parsed.sourcePort;
    }
    if (parsed.hasTimestamps) this.lastStamp = parsed.tsVal;
    const relative = (wire: number, base: number): number => (wire - base) | 0;
    this.out.push({
      flags,
      seq: relative(parsed.sequence, this.theirIss),
      ack: (parsed.flags & 16) === 0 ? 0 : relative(parsed.acknowledgment, this.iss),
      wnd: parsed.window,
      length: parsed.payloadEnd - parsed.payloadStart,
      data: bytes.slice(parsed.payloadStart),
      mss: parsed.mss,
      ws: parsed.windowScale,
      sackOk: parsed.sackPermitted,
      ts: parsed.hasTimestamps ? [parsed.tsVal, parsed.tsEcr] : undefined,
      sack: Array.from({ length: parsed.sackBlocks }, (_, i) => [
        relative(parsed.sackEdges[i * 2]!, this.iss),
        relative(parsed.sackEdges[i * 2 + 1]!, this.iss),
      ]),
    });
  }

  #options(sent: Sent): number[] {
    const word = (n: number): number[] => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
    const options: number[] = [];
    if (sent.mss !== undefined) options.push(2, 4, sent.mss >> 8, sent.mss & 255);
    if (sent.ws !== undefined) options.push(1, 3, 3, sent.ws);
    if (sent.sackOk === true) options.push(1, 1, 4, 2);
    const ts = sent.ts ?? (this.stamps ? [Math.floor(this.now), this.lastStamp] : undefined);
    if (ts !== undefined) options.push(1, 1, 8, 10, ...word(ts[0]!), ...word(ts[1]!));
    if (sent.sack !== undefined && sent.sack.length > 0) {
      options.push(1, 1, 5, 2 + sent.sack.length * 8);
      for (const [from, to] of sent.sack) options.push(...word(this.theirIss + from), ...word(this.theirIss + to));
    }
    return options;
  }
}
