import { ManualClock } from "../../electron/base/clock.ts";
import { type IpAddress, parseIp } from "../../electron/base/ip-address.ts";
import type { Tcb } from "../../electron/netstack/tcp/tcb.ts";
import { type TcpHost, TcpLayer } from "../../electron/netstack/tcp/tcp-layer.ts";
import { FIRST_EPHEMERAL_PORT } from "../../electron/netstack/tcp/tuning.ts";
import { addBytes } from "../../electron/netstack/wire/checksum.ts";
import { type Packet, Path, type PathOptions, seeded } from "./sim-path.ts";

export type Side = "a" | "b";

/** Both directions alike, but for what `back` (from B to A) says otherwise. */
export interface LinkOptions extends PathOptions {
  readonly seed: number;
  /** Of the two layers. */
  readonly mtu?: number;
  /** Datagrams that arrive within this time of each other belong to one turn. */
  readonly turnMs?: number;
  readonly back?: PathOptions;
}

/** So many the layer asks for when it chooses a port. */
const PORT_RANDOM_BYTES = 4;

/** More events at one moment than any sound stack needs. */
const MOST_EVENTS_AT_ONCE = 10_000;

/** A layer whose control blocks a test may look into. */
class OpenLayer extends TcpLayer {
  readonly tcbs = new Set<Tcb>();

  override schedule(tcb: Tcb): void {
    if (tcb.state !== "closed") this.tcbs.add(tcb);
    super.schedule(tcb);
  }

  override remove(tcb: Tcb): void {
    this.tcbs.delete(tcb);
    super.remove(tcb);
  }
}

/** Two TCP layers and a path between them, on a clock that jumps from event to event: no machine is too slow for it. */
export class TcpLink {
  readonly clock = new ManualClock(1000);
  readonly addressA: IpAddress;
  readonly addressB: IpAddress;
  readonly a: OpenLayer;
  readonly b: OpenLayer;
  /** By the sender of what they carry. */
  readonly paths: { readonly a: Path; readonly b: Path };
  readonly drops = new Map<string, number>();
  readonly random: () => number;
  readonly mtu: number;
  readonly turnMs: number;
  /** Sees every packet as it is sent, and every one that arrives, before its receiver does. */
  onSend: ((packet: Packet) => void) | undefined;
  onArrive: ((packet: Packet) => void) | undefined;
  /** After both sides have ended their turn. */
  onTurn: (() => void) | undefined;
  /** The ephemeral ports of the next connections, instead of random ones. */
  readonly nextPorts: number[] = [];
  /** Answers true to lose a packet. */
  filter: ((packet: Packet) => boolean) | undefined;

  constructor(options: LinkOptions) {
    const { seed, mtu, turnMs, back, ...path } = options;
    this.mtu = mtu ?? 1420;
    this.turnMs = turnMs ?? 0;
    this.random = seeded(seed);
    this.paths = { a: new Path(path, seed * 2 + 1), b: new Path({ ...path, ...back }, seed * 2 + 2) };
    this.addressA = parseIp("fdaa::1")!;
    this.addressB = parseIp("fdaa::2")!;
    this.a = new OpenLayer(this.#host("a", this.addressA));
    this.b = new OpenLayer(this.#host("b", this.addressB));
  }

  get now(): number {
    return this.clock.now();
  }

  get inFlight(): number {
    return this.paths.a.count + this.paths.b.count;
  }

  get sent(): number {
    return this.paths.a.sent + this.paths.b.sent;
  }

  /** The path is another one from now on, both ways; what is on the way arrives as it was sent. */
  change(options: PathOptions): void {
    this.paths.a.options = { ...this.paths.a.options, ...options };
    this.paths.b.options = { ...this.paths.b.options, ...options };
  }

  /** Runs until `done` answers true or nothing more will happen or `limitMs` have passed. Answers whether `done` held. */
  run(done: () => boolean, limitMs = Number.POSITIVE_INFINITY): boolean {
    const end = this.now + limitMs;
    let stuck = 0;
    for (;;) {
      this.a.endTurn(this.now);
      this.b.endTurn(this.now);
      this.onTurn?.();
      if (done()) return true;
      const { a, b } = this.paths;
      const next = Math.min(a.nextDue, b.nextDue, this.a.nextDeadline(), this.b.nextDeadline());
      if (next === Number.POSITIVE_INFINITY || next > end) {
        if (end !== Number.POSITIVE_INFINITY) this.clock.advance(Math.max(0, end - this.now));
        return false;
      }
      stuck = next > this.now ? 0 : stuck + 1;
      if (stuck > MOST_EVENTS_AT_ONCE) throw new Error("time stands still");
      this.clock.advance(Math.max(0, next - this.now));
      this.#deliver();
      this.a.tick(this.now);
      this.b.tick(this.now);
    }
  }

  /** Lets `ms` pass. */
  pass(ms: number): void {
    this.run(() => false, ms);
  }

  #deliver(): void {
    const until = this.now + this.turnMs;
    const { a, b } = this.paths;
    for (;;) {
      const path = a.nextDue <= b.nextDue ? a : b;
      const packet = path.take(until);
      if (packet === undefined) return;
      this.onArrive?.(packet);
      if (packet.from === "a")
        this.b.receive(this.addressB, this.addressA, packet.bytes, 0, packet.bytes.length, this.now);
      else this.a.receive(this.addressA, this.addressB, packet.bytes, 0, packet.bytes.length, this.now);
    }
  }

  #host(side: Side, address: IpAddress): TcpHost {
    const room = new Uint8Array(2048);
    return {
      mtu: this.mtu,
      random: (length) => (length === PORT_RANDOM_BYTES ? this.#nextPort() : this.#bytes(length)),
      onWake: () => undefined,
      beginSegment: (length) => {
        if (length > this.mtu - 40) throw new Error(`segment of ${length} bytes`);
        return room.subarray(0, length);
      },
      flushSegments: () => undefined,
      addBytes,
      commitSegment: (_local, _remote, segment) => this.#send({ from: side, at: this.now, bytes: segment.slice() }),
      sourceFor: () => address,
      pathMtu: () => this.mtu,
      countDrop: (reason) => this.drops.set(reason, (this.drops.get(reason) ?? 0) + 1),
    };
  }

  #bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => Math.floor(this.random() * 256));
  }

  #nextPort(): Uint8Array {
    const port = this.nextPorts.shift();
    if (port === undefined) return this.#bytes(PORT_RANDOM_BYTES);
    const offset = port - FIRST_EPHEMERAL_PORT;
    return Uint8Array.of(offset & 255, offset >> 8, 0, 0);
  }

  #send(packet: Packet): void {
    this.onSend?.(packet);
    if (this.filter?.(packet) !== true) this.paths[packet.from].send(packet, this.now);
  }
}
