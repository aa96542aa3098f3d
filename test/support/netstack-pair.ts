import { ManualClock } from "../../electron/base/clock.ts";
import { type IpAddress, parseIp } from "../../electron/base/ip-address.ts";
import type { PacketSlots } from "../../electron/crypto/kernel/packet-slots.ts";
import type { Core } from "../../electron/engine/core-loop.ts";
import { Stack, type StackOptions } from "../../electron/netstack/stack.ts";
import { seededRandom } from "./netstack-random.ts";

export type Side = "a" | "b";

/** A packet on the link, as its sender made it. */
export interface Transit {
  readonly from: Side;
  readonly sentAt: number;
  /** Counts from 0 per sender. */
  readonly index: number;
  readonly packet: Uint8Array;
}

export interface PairOptions {
  readonly seed?: number;
  readonly mtu?: number;
  readonly addresses?: { readonly a: readonly string[]; readonly b: readonly string[] };
  /** Packets are built there, and those that may be sent in runs. */
  readonly slots?: PacketSlots;
  /** Told how many packets there were in each run. */
  readonly onRun?: (count: number) => void;
  /** True loses the packet. */
  readonly drop?: (transit: Transit) => boolean;
  /** One-way delay in ms, default 10. A shorter delay than an earlier packet's overtakes it. */
  readonly delay?: (transit: Transit) => number;
}

interface Arrival {
  readonly at: number;
  readonly transit: Transit;
}

const A = ["fd00::a", "10.0.0.1"];
const B = ["fd00::b", "10.0.0.2"];
const HEADROOM = 16;
const TAILROOM = 31;
/** More steps than any test needs within one call of `run`. */
const MOST_STEPS = 2_000_000;

/** Two stacks over an in-memory link, and a clock that jumps from event to event. */
export class StackPair {
  readonly clock = new ManualClock(1_000);
  readonly a: Stack;
  readonly b: Stack;
  /** Every packet that was sent, lost or not, oldest first. */
  readonly transits: Transit[] = [];
  readonly #options: PairOptions;
  readonly #cores: Core[];
  readonly #sent = { a: 0, b: 0 };
  #arrivals: Arrival[] = [];
  #woken = false;

  constructor(options: PairOptions = {}) {
    this.#options = options;
    const seed = options.seed ?? 1;
    this.a = this.#stack("a", options.addresses?.a ?? A, seed);
    this.b = this.#stack("b", options.addresses?.b ?? B, seed + 1);
    this.#cores = [this.a, this.b];
  }

  get now(): number {
    return this.clock.now();
  }

  /** Another core (a DNS client) that shares the clock and the turns. */
  attach(core: Core): void {
    this.#cores.push(core);
  }

  /** Runs everything that happens within the next `ms` milliseconds. */
  run(ms: number): void {
    const end = this.now + ms;
    for (let step = 0; step < MOST_STEPS; step++) {
      this.#turn();
      if (this.#woken) continue;
      const next = this.#nextEvent();
      if (next > end) {
        this.clock.advance(end - this.now);
        return;
      }
      this.clock.advance(Math.max(0, next - this.now));
    }
    throw new Error("the pair does not come to rest");
  }

  /** Runs until `done` is true; an error after `limitMs`. */
  runUntil(done: () => boolean, limitMs = 60_000): void {
    const end = this.now + limitMs;
    for (let step = 0; step < MOST_STEPS; step++) {
      this.#turn();
      if (done()) return;
      if (this.#woken) continue;
      const next = this.#nextEvent();
      if (next > end) throw new Error(`not done after ${limitMs} ms`);
      this.clock.advance(Math.max(0, next - this.now));
    }
    throw new Error("the pair does not come to rest");
  }

  #turn(): void {
    this.#woken = false;
    const due = this.#arrivals.filter((arrival) => arrival.at <= this.now);
    this.#arrivals = this.#arrivals.filter((arrival) => arrival.at > this.now);
    for (const { transit } of due) {
      const receiver = transit.from === "a" ? this.b : this.a;
      receiver.receive(transit.packet.slice(), 0, transit.packet.length, this.now);
    }
    for (const core of this.#cores) if (core.nextDeadline() <= this.now) core.tick(this.now);
    for (const core of this.#cores) core.endTurn(this.now);
  }

  #nextEvent(): number {
    const deadlines = this.#cores.map((core) => core.nextDeadline());
    const arrivals = this.#arrivals.map((arrival) => arrival.at);
    return arrivals.concat(deadlines).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  }

  #stack(side: Side, addresses: readonly string[], seed: number): Stack {
    return new Stack({
      addresses: addresses.map(ip),
      mtu: this.#options.mtu ?? 1420,
      headroom: HEADROOM,
      tailroom: TAILROOM,
      random: seededRandom(seed),
      sendPacket: (buffer, offset, length) => this.#send(side, buffer, offset, length),
      onWake: () => {
        this.#woken = true;
      },
      ...this.#runs(side),
    });
  }

  #runs(side: Side): Pick<StackOptions, "packets" | "runs"> {
    const { slots, onRun } = this.#options;
    if (slots === undefined) return {};
    const spacing = (length: number): number => HEADROOM + Math.ceil(length / 16) * 16 + 16;
    return {
      packets: slots,
      runs: {
        spacing,
        send: (buffer, offset, length, count) => {
          onRun?.(count);
          for (let i = 0; i < count; i++) this.#send(side, buffer, offset + i * spacing(length), length, 16);
        },
      },
    };
  }

  #send(from: Side, buffer: Uint8Array, offset: number, length: number, tail = TAILROOM): void {
    if (offset < HEADROOM || offset + length + TAILROOM > buffer.length) throw new Error("no room around the packet");
    const transit: Transit = {
      from,
      sentAt: this.now,
      index: this.#sent[from]++,
      packet: buffer.slice(offset, offset + length),
    };
    // The device seals in place: whoever counts on the slot's bytes afterwards must notice here.
    buffer.fill(0xa5, offset - HEADROOM, offset + length + tail);
    this.transits.push(transit);
    if (this.#options.drop?.(transit) === true) return;
    const arrival = { at: this.now + (this.#options.delay?.(transit) ?? 10), transit };
    let index = this.#arrivals.length;
    while (index > 0 && this.#arrivals[index - 1]!.at > arrival.at) index--;
    this.#arrivals.splice(index, 0, arrival);
  }
}

/** An address that is known to be right. */
export function ip(text: string): IpAddress {
  const address = parseIp(text);
  if (address === undefined) throw new Error(`no IP address: ${text}`);
  return address;
}
