import { ManualClock } from "../../electron/base/clock.ts";
import { type IpAddress, parseIp } from "../../electron/base/ip-address.ts";
import { TcpLayer } from "../../electron/netstack/tcp/tcp-layer.ts";

/** A small generator with a printed seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface LinkOptions {
  seed: number;
  mtu?: number;
  delayMs?: number;
  jitterMs?: number;
  loss?: number;
  reorder?: number;
  reorderMs?: number;
  duplicate?: number;
  corrupt?: number;
  /** Bits per millisecond of the bottleneck each way; unlimited without. */
  bytesPerMs?: number;
  queueBytes?: number;
  /** Datagrams handed over within this time belong to one turn. */
  turnMs?: number;
}

export interface Packet {
  readonly from: "a" | "b";
  readonly at: number;
  readonly bytes: Uint8Array;
}

interface Flying extends Packet {
  readonly due: number;
  readonly order: number;
}

/** Two TCP layers and a path between them that delays, loses, reorders, repeats and damages, on a clock of its own. */
export class TcpLink {
  readonly clock = new ManualClock(1000);
  readonly addressA: IpAddress;
  readonly addressB: IpAddress;
  readonly a: TcpLayer;
  readonly b: TcpLayer;
  readonly drops = new Map<string, number>();
  readonly #options: Required<LinkOptions>;
  readonly #random: () => number;
  #flying: Flying[] = [];
  #order = 0;
  readonly #freeAt = { a: 0, b: 0 };
  /** Sees every packet as it is sent. */
  onSend: ((packet: Packet) => void) | undefined;
  /** Answers true to lose a packet. */
  filter: ((packet: Packet) => boolean) | undefined;
  sent = 0;

  constructor(options: LinkOptions) {
    this.#options = {
      mtu: 1420,
      delayMs: 0,
      jitterMs: 0,
      loss: 0,
      reorder: 0,
      reorderMs: 5,
      duplicate: 0,
      corrupt: 0,
      bytesPerMs: Number.POSITIVE_INFINITY,
      queueBytes: Number.POSITIVE_INFINITY,
      turnMs: 0,
      ...options,
    };
    this.#random = seeded(options.seed);
    this.addressA = parseIp("fdaa::1")!;
    this.addressB = parseIp("fdaa::2")!;
    this.a = this.#layer("a", this.addressA);
    this.b = this.#layer("b", this.addressB);
  }

  get now(): number {
    return this.clock.now();
  }

  get random(): () => number {
    return this.#random;
  }

  get inFlight(): number {
    return this.#flying.length;
  }

  /** Runs until `done` answers true or nothing more will happen or `limitMs` have passed. Answers whether `done` held. */
  run(done: () => boolean, limitMs = Number.POSITIVE_INFINITY): boolean {
    const end = this.now + limitMs;
    let stuck = 0;
    for (;;) {
      this.a.endTurn(this.now);
      this.b.endTurn(this.now);
      if (done()) return true;
      const next = Math.min(
        this.#flying[0]?.due ?? Number.POSITIVE_INFINITY,
        this.a.nextDeadline(),
        this.b.nextDeadline(),
      );
      if (next === Number.POSITIVE_INFINITY || next > end) {
        if (next !== Number.POSITIVE_INFINITY) this.clock.advance(Math.max(0, end - this.now));
        return false;
      }
      stuck = next > this.now ? 0 : stuck + 1;
      if (stuck > 10_000) throw new Error("time stands still");
      this.clock.advance(Math.max(0, next - this.now));
      this.#deliver();
      this.a.tick(this.now);
      this.b.tick(this.now);
    }
  }

  #deliver(): void {
    const until = this.now + this.#options.turnMs;
    while (this.#flying.length > 0 && this.#flying[0]!.due <= until) {
      const packet = this.#flying.shift()!;
      if (packet.from === "a") this.b.receive(this.addressB, this.addressA, packet.bytes, this.now);
      else this.a.receive(this.addressA, this.addressB, packet.bytes, this.now);
    }
  }

  #layer(side: "a" | "b", address: IpAddress): TcpLayer {
    const room = new Uint8Array(2048);
    return new TcpLayer({
      mtu: this.#options.mtu,
      random: (length) => Uint8Array.from({ length }, () => Math.floor(this.#random() * 256)),
      onWake: () => undefined,
      beginSegment: (length) => {
        if (length > this.#options.mtu - 40) throw new Error(`segment of ${length} bytes`);
        return room.subarray(0, length);
      },
      commitSegment: (_local, _remote, length) => this.#send(side, room.slice(0, length)),
      sourceFor: () => address,
      pathMtu: () => this.#options.mtu,
      countDrop: (reason) => this.drops.set(reason, (this.drops.get(reason) ?? 0) + 1),
    });
  }

  #send(from: "a" | "b", bytes: Uint8Array): void {
    this.sent++;
    const packet: Packet = { from, at: this.now, bytes };
    this.onSend?.(packet);
    if (this.filter?.(packet) === true) return;
    const o = this.#options;
    if (this.#random() < o.loss) return;
    const begin = Math.max(this.now, this.#freeAt[from]);
    if ((begin - this.now) * o.bytesPerMs > o.queueBytes) return;
    this.#freeAt[from] = begin + (bytes.length + 40) / o.bytesPerMs;
    let due = this.#freeAt[from] + o.delayMs + this.#random() * o.jitterMs;
    if (this.#random() < o.reorder) due += o.reorderMs;
    if (this.#random() < o.corrupt)
      bytes[Math.floor(this.#random() * bytes.length)]! ^= 1 << Math.floor(this.#random() * 8);
    this.#enqueue({ ...packet, due, order: this.#order++ });
    if (this.#random() < o.duplicate)
      this.#enqueue({ ...packet, bytes: bytes.slice(), due: due + this.#random() * 3, order: this.#order++ });
  }

  #enqueue(flying: Flying): void {
    let at = this.#flying.length;
    while (at > 0 && this.#flying[at - 1]!.due > flying.due) at--;
    this.#flying.splice(at, 0, flying);
  }
}
