/** A small generator (mulberry32): the same numbers on every machine. */
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

/**
 * Gilbert-Elliott in time: the path is good and bad in turns, each for a time drawn from an exponential distribution with
 * the mean named here. Counted in packets instead, a bad path would stay bad for a sender that backs off.
 */
export interface BurstLoss {
  readonly goodMs: number;
  readonly badMs: number;
  /** Share of packets lost while bad, default all. */
  readonly loss?: number;
}

/** One direction of a link. Shares are per packet, 0 to 1; sizes count the IPv6 header. */
export interface PathOptions {
  readonly delayMs?: number;
  /** Up to so much more delay, new for each packet. */
  readonly jitterMs?: number;
  /** Jitter keeps the order, as a queue does; true lets a packet overtake. */
  readonly jitterReorders?: boolean;
  readonly loss?: number;
  readonly burst?: BurstLoss | undefined;
  /** Share of packets held back by `reorderMs`. */
  readonly reorder?: number;
  readonly reorderMs?: number;
  readonly duplicate?: number;
  /** Share of packets with one byte changed, anywhere in the segment. */
  readonly corrupt?: number;
  /** The bottleneck; 12.5 is 100 Mbit/s. */
  readonly bytesPerMs?: number;
  /** Bytes that wait in front of the bottleneck before the next one is dropped. */
  readonly queueBytes?: number;
  /** A token bucket: what comes faster is dropped at once, without a queue that would delay it first (RFC 2697's idea). */
  readonly policer?: { readonly bytesPerMs: number; readonly burstBytes: number } | undefined;
  /** Larger packets vanish without a word (RFC 2923 section 2.1). */
  readonly blackHoleMtu?: number;
  readonly dead?: boolean;
}

/** A packet as it left its sender; `damaged` once the path has changed it. */
export interface Packet {
  readonly from: "a" | "b";
  readonly at: number;
  readonly bytes: Uint8Array;
  damaged?: boolean;
}

interface Flying {
  readonly packet: Packet;
  readonly due: number;
}

const IP_HEADER_BYTES = 40;
const EFFECTS = ["jitter", "loss", "state", "burst", "reorder", "duplicate", "corrupt", "where"] as const;

/** What a direction does to packets. Each effect draws from a generator of its own: adding one leaves the others as they were. */
export class Path {
  options: PathOptions;
  readonly #random: Record<(typeof EFFECTS)[number], () => number>;
  readonly #flying: Flying[] = [];
  #freeAt = 0;
  #lastDue = 0;
  /** Of the policer; undefined until the first packet. */
  #tokens: number | undefined;
  #filledAt = 0;
  /** The first turn is to good. */
  #bad = true;
  #turnsAt = 0;
  /** Packets handed in, lost on the way, damaged, dropped by the full queue, and the most that ever waited there in bytes. */
  sent = 0;
  lost = 0;
  damaged = 0;
  dropped = 0;
  deepestQueue = 0;

  constructor(options: PathOptions, seed: number) {
    this.options = options;
    const of = (i: number): (() => number) => seeded(Math.imul(seed, 0x9e3779b1) + Math.imul(i + 1, 0x85ebca6b));
    this.#random = {
      jitter: of(0),
      loss: of(1),
      state: of(2),
      burst: of(3),
      reorder: of(4),
      duplicate: of(5),
      corrupt: of(6),
      where: of(7),
    };
  }

  get count(): number {
    return this.#flying.length;
  }

  /** When the next packet arrives; Infinity when none is on the way. */
  get nextDue(): number {
    return this.#flying[0]?.due ?? Number.POSITIVE_INFINITY;
  }

  take(until: number): Packet | undefined {
    return this.nextDue <= until ? this.#flying.shift()?.packet : undefined;
  }

  send(packet: Packet, now: number): void {
    const o = this.options;
    this.sent++;
    const size = packet.bytes.length + IP_HEADER_BYTES;
    if (o.dead === true || size > (o.blackHoleMtu ?? Number.POSITIVE_INFINITY)) return;
    if (o.policer !== undefined && !this.#conforms(o.policer, size, now)) {
      this.dropped++;
      return;
    }
    const rate = o.bytesPerMs ?? Number.POSITIVE_INFINITY;
    const begin = Math.max(now, this.#freeAt);
    const waiting = (begin - now) * (rate === Number.POSITIVE_INFINITY ? 0 : rate);
    if (waiting + size > (o.queueBytes ?? Number.POSITIVE_INFINITY) && waiting > 0) {
      this.dropped++;
      return;
    }
    this.deepestQueue = Math.max(this.deepestQueue, waiting);
    this.#freeAt = begin + size / rate;
    // Lost behind the bottleneck, as on the air: it has used its share of the rate.
    if (this.#isLost(now)) {
      this.lost++;
      return;
    }
    this.#fly(packet, this.#freeAt);
  }

  #fly(packet: Packet, leaves: number): void {
    const o = this.options;
    let due = leaves + (o.delayMs ?? 0) + this.#random.jitter() * (o.jitterMs ?? 0);
    if (o.jitterReorders !== true)
      due = Math.max(due, Math.min(this.#lastDue, leaves + (o.delayMs ?? 0) + (o.jitterMs ?? 0)));
    this.#lastDue = due;
    if (this.#random.reorder() < (o.reorder ?? 0)) due += o.reorderMs ?? 5;
    const twin = this.#random.duplicate() < (o.duplicate ?? 0) ? packet.bytes.slice() : undefined;
    if (this.#random.corrupt() < (o.corrupt ?? 0)) {
      const at = Math.floor(this.#random.where() * packet.bytes.length);
      // Any change within one byte shows in a sum of 16-bit words; more than that may cancel out.
      packet.bytes[at]! ^= 1 + Math.floor(this.#random.where() * 255);
      packet.damaged = true;
      this.damaged++;
    }
    this.#insert({ packet, due });
    if (twin !== undefined) this.#insert({ packet: { from: packet.from, at: packet.at, bytes: twin }, due: due + 1 });
  }

  #conforms({ bytesPerMs, burstBytes }: NonNullable<PathOptions["policer"]>, size: number, now: number): boolean {
    this.#tokens = Math.min(burstBytes, (this.#tokens ?? burstBytes) + (now - this.#filledAt) * bytesPerMs);
    this.#filledAt = now;
    if (this.#tokens < size) return false;
    this.#tokens -= size;
    return true;
  }

  #isLost(now: number): boolean {
    const { loss, burst } = this.options;
    const drawn = this.#random.loss() < (loss ?? 0);
    if (burst === undefined) return drawn;
    while (now >= this.#turnsAt) {
      this.#bad = !this.#bad;
      this.#turnsAt += -Math.log(1 - this.#random.state()) * (this.#bad ? burst.badMs : burst.goodMs);
    }
    return (this.#random.burst() < (burst.loss ?? 1) && this.#bad) || drawn;
  }

  #insert(flying: Flying): void {
    let at = this.#flying.length;
    while (at > 0 && this.#flying[at - 1]!.due > flying.due) at--;
    if (at === this.#flying.length) this.#flying.push(flying);
    else this.#flying.splice(at, 0, flying);
  }
}
