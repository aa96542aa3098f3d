import { createHash } from "node:crypto";
import { ManualClock } from "../../electron/base/clock.ts";
import { type IpPrefix, parsePrefix } from "../../electron/base/ip-address.ts";
import { Device, type DeviceEvent, type DeviceOptions, type Peer } from "../../electron/wireguard/device.ts";
import { DevicePeer } from "../../electron/wireguard/peer.ts";
import { type Endpoint, endpointOf, HEADROOM, TAILROOM } from "../../electron/wireguard/seam.ts";

/** Devices joined in memory on a clock that moves only when told to. Nothing arrives before `run` or `settle`. */

/** Random bytes that a seed repeats; not for keys that matter. */
export function seededRandom(seed: string): (length: number) => Uint8Array {
  let block = 0;
  let pool = new Uint8Array(0);
  return (length) => {
    while (pool.length < length) {
      const next = createHash("sha256").update(`${seed} ${block++}`).digest();
      pool = Uint8Array.from([...pool, ...next]);
    }
    const out = pool.slice(0, length);
    pool = pool.slice(length);
    return out;
  };
}

export function udp(address: string, port: number): Endpoint {
  const prefix = prefixOf(address);
  return endpointOf({ carrier: "udp", host: address, port, address: prefix.address.bytes });
}

export function prefixOf(text: string): IpPrefix {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw new Error(`not a prefix: ${text}`);
  return prefix;
}

/** An IPv4 packet (protocol 253, for experiments) of exactly `length` bytes; the payload counts up from `fill`. */
export function ipv4Packet(source: string, destination: string, length = 28, fill = 0): Uint8Array {
  const packet = new Uint8Array(length).map((_, i) => (i < 20 ? 0 : i + fill));
  packet.set([0x45, 0, length >>> 8, length & 0xff, 0, 0, 0, 0, 64, 253]);
  packet.set(prefixOf(source).address.bytes, 12);
  packet.set(prefixOf(destination).address.bytes, 16);
  return packet;
}

/** An IPv6 packet (no next header) of exactly `length` bytes. */
export function ipv6Packet(source: string, destination: string, length = 48, fill = 0): Uint8Array {
  const packet = new Uint8Array(length).map((_, i) => (i < 40 ? 0 : i + fill));
  packet.set([0x60, 0, 0, 0, (length - 40) >>> 8, (length - 40) & 0xff, 59, 64]);
  packet.set(prefixOf(source).address.bytes, 8);
  packet.set(prefixOf(destination).address.bytes, 24);
  return packet;
}

export interface Wired {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly datagram: Uint8Array;
}

export interface Delivered {
  readonly packet: Uint8Array;
  readonly peer: Peer;
}

/** One device with its place on the wire, and what came out of it. */
export class TestNode {
  readonly device: Device;
  readonly delivered: Delivered[] = [];
  readonly events: DeviceEvent[] = [];
  readonly sent: Wired[] = [];
  endpoint: Endpoint;

  constructor(net: TestNet, name: string, endpoint: Endpoint, options: Partial<DeviceOptions> = {}) {
    this.endpoint = endpoint;
    const random = seededRandom(`${net.seed} ${name}`);
    this.device = new Device({
      privateKey: random(32),
      mtu: 1420,
      random,
      wall: () => net.clock.wall(),
      sink: {
        sendDatagram: (datagram, to) => {
          const wired = { from: this.endpoint, to, datagram: Uint8Array.from(datagram) };
          this.sent.push(wired);
          net.wire.push(wired);
        },
      },
      deliver: (buffer, offset, length, peer) =>
        this.delivered.push({ packet: buffer.slice(offset, offset + length), peer }),
      onEvent: (event) => this.events.push(event),
      // The ids of the checklist speak of the paper's timers; tests of the first contact say "eager".
      firstContact: "by-the-book",
      ...options,
    });
  }

  /** The kinds of datagrams sent so far, by message type: 1 initiation, 2 response, 3 cookie, 4 data. */
  sentTypes(): number[] {
    return this.sent.map(({ datagram }) => datagram[0]!);
  }

  count(type: number): number {
    return this.sentTypes().filter((sent) => sent === type).length;
  }
}

/** Time passes between turns only. */
class TurnClock extends ManualClock {
  readonly #endTurn: () => void;

  constructor(now: number, endTurn: () => void) {
    super(now);
    this.#endTurn = endTurn;
  }

  override advance(ms: number): void {
    this.#endTurn();
    super.advance(ms);
  }
}

/** The wire: datagrams in order of sending, which a test may take out, hold, repeat or change. */
export class TestNet {
  readonly clock = new TurnClock(1_000, () => this.endTurn());
  readonly seed: string;
  readonly nodes: TestNode[] = [];
  wire: Wired[] = [];

  constructor(seed = "wireguard") {
    this.seed = seed;
  }

  get now(): number {
    return this.clock.now();
  }

  add(name: string, endpoint: Endpoint, options?: Partial<DeviceOptions>): TestNode {
    const node = new TestNode(this, name, endpoint, options);
    this.nodes.push(node);
    return node;
  }

  /** Takes what is on the wire off it. */
  take(): Wired[] {
    const taken = this.wire;
    this.wire = [];
    return taken;
  }

  /** Puts a datagram into whoever sits at its destination; a copy, because receivers write to it. */
  put({ from, to, datagram }: Wired): void {
    const node = this.nodes.find(({ endpoint }) => endpoint.key === to.key);
    node?.device.receive(Uint8Array.from(datagram), from, this.now);
  }

  /** Delivers until the wire is silent, then ends the turn; again, if that sent something or left something to compute. */
  settle(): void {
    let rounds = 0;
    do {
      for (; this.wire.length > 0; rounds++) {
        if (rounds > 1_000) throw new Error("the wire does not fall silent");
        for (const wired of this.take()) this.put(wired);
      }
      this.endTurn();
    } while (this.wire.length > 0 || this.nodes.some(({ device }) => device.nextDeadline() < 0));
  }

  endTurn(): void {
    for (const { device } of this.nodes) device.endTurn(this.now);
  }

  /** Moves time in steps to each deadline, delivering what is sent (or not: a cut wire), for `ms` milliseconds. */
  run(ms: number, cut = false): void {
    const end = this.now + ms;
    for (;;) {
      const next = Math.min(...this.nodes.map(({ device }) => device.nextDeadline()));
      this.clock.advance(Math.max(0, Math.min(next, end) - this.now));
      for (const { device } of this.nodes) device.tick(this.now);
      if (cut) this.take();
      this.settle();
      if (next >= end) return;
    }
  }
}

export interface Pair {
  readonly net: TestNet;
  readonly a: TestNode;
  readonly b: TestNode;
  /** `b` as `a` knows it, and the other way round. */
  readonly peerB: DevicePeer;
  readonly peerA: DevicePeer;
}

export const A_INNER = "10.0.0.1";
export const B_INNER = "10.0.0.2";

export interface PairOptions {
  readonly seed?: string;
  readonly presharedKeys?: readonly [a: Uint8Array, b: Uint8Array];
  /** Whether `b` knows where `a` is from the start. */
  readonly bKnowsA?: boolean;
  readonly a?: Partial<DeviceOptions>;
  readonly b?: Partial<DeviceOptions>;
}

/** `a` at 192.0.2.1 with inner 10.0.0.1 and fd00::1, `b` at 192.0.2.2 with inner 10.0.0.2 and fd00::2. */
export function createPair(options: PairOptions = {}): Pair {
  const net = new TestNet(options.seed);
  const a = net.add("a", udp("192.0.2.1", 51820), options.a);
  const b = net.add("b", udp("192.0.2.2", 51820), options.b);
  const [pskA, pskB] = options.presharedKeys ?? [];
  const peerB = a.device.addPeer(
    {
      publicKey: b.device.publicKey,
      endpoint: b.endpoint,
      allowedIps: [prefixOf(B_INNER), prefixOf("fd00::2")],
      ...(pskA === undefined ? {} : { presharedKey: pskA }),
    },
    net.now,
  );
  const peerA = b.device.addPeer(
    {
      publicKey: a.device.publicKey,
      allowedIps: [prefixOf(A_INNER), prefixOf("fd00::1")],
      ...(options.bKnowsA === false ? {} : { endpoint: a.endpoint }),
      ...(pskB === undefined ? {} : { presharedKey: pskB }),
    },
    net.now,
  );
  return { net, a, b, peerB: innards(peerB), peerA: innards(peerA) };
}

/** A peer with its inner parts, which only tests touch. */
export function innards(peer: Peer): DevicePeer {
  if (!(peer instanceof DevicePeer)) throw new Error("not a peer of a device");
  return peer;
}

/** Sends an inner packet with the room around it that sealing needs. */
export function send(node: TestNode, packet: Uint8Array, now: number): "sent" | "staged" | "unreachable" {
  const buffer = new Uint8Array(HEADROOM + packet.length + TAILROOM);
  buffer.set(packet, HEADROOM);
  return node.device.encapsulate(buffer, HEADROOM, packet.length, now);
}

/** A session between the two, begun by `a` with one packet that `b` has confirmed and delivered. */
export function connect(pair: Pair): void {
  send(pair.a, ipv4Packet(A_INNER, B_INNER), pair.net.now);
  pair.net.settle();
  if (pair.b.delivered.length === 0) throw new Error("the pair did not connect");
  for (const node of [pair.a, pair.b]) {
    node.delivered.length = 0;
    node.sent.length = 0;
    node.events.length = 0;
  }
}

/** A changed copy of a datagram. */
export function mangled(wired: Wired, change: (datagram: Uint8Array) => void): Wired {
  const datagram = Uint8Array.from(wired.datagram);
  change(datagram);
  return { ...wired, datagram };
}
