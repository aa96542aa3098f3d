/** A stack that fuzzers throw packets at, and the rules that hold for its answers whatever came. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "vitest";
import { HIGH_WATER_BYTES } from "../../electron/netstack/fragments.ts";
import type { Stack, StackOptions } from "../../electron/netstack/stack.ts";
import type { FuzzRandom } from "./fuzz-random.ts";
import { bytesOf, checksumsHold, naiveChecksum, probe, u16, u32 } from "./netstack-packets.ts";

/**
 * An answer is no longer than what it answers, but for one thing: an ICMP error is the offender with an IP and an ICMP
 * header in front, and there are at most fifty at once and a hundred a second. (Echoes that came in fragments leave in
 * fragments: those are held to the sum.)
 */
const ERROR_HEADERS = 48;
const ERROR_BURST = 50;
const ERRORS_PER_MS = 0.1;

export class HostileWire {
  readonly stack: Stack;
  readonly #sent: Uint8Array[];
  now = 0;
  bytesIn = 0;
  bytesOut = 0;

  constructor(options: Partial<StackOptions> = {}) {
    const { stack, sent } = probe(options);
    this.stack = stack;
    this.#sent = sent;
  }

  /** Packets that the stack sent of its own accord, before or between inputs. */
  take(): Uint8Array[] {
    return this.#sent.splice(0);
  }

  /** One packet as a turn of its own; what it was answered with, which has been checked. */
  receive(packet: Uint8Array): Uint8Array[] {
    const before = this.stack.stats.reassembled;
    this.bytesIn += packet.length;
    this.hand(packet);
    const answers = this.take();
    const together = this.stack.stats.reassembled > before;
    let length = 0;
    for (const answer of answers) {
      if (!checksumsHold(answer)) throw new Error(`a checksum is wrong: ${hex(answer)}`);
      if (answer.length > 1420) throw new Error(`above the MTU: ${answer.length}`);
      length += answer.length;
      if (isError(answer)) checkError(answer, together ? undefined : packet);
    }
    this.bytesOut += length;
    if (!together && length > packet.length + ERROR_HEADERS)
      throw new Error(`${packet.length} bytes brought ${length}: ${hex(packet)}`);
    if (!together && answers.length > 1) throw new Error(`one packet, ${answers.length} answers: ${hex(packet)}`);
    if (this.stack.stats.reassemblyBytes > HIGH_WATER_BYTES) throw new Error("fragments above the bound");
    return answers;
  }

  /** The packet amid other bytes, as in a slot that was used before, and the end of the turn. */
  hand(packet: Uint8Array): void {
    const before = this.bytesIn % 61;
    const slot = new Uint8Array(before + packet.length + 40).fill(this.bytesIn);
    slot.set(packet, before);
    this.stack.receive(slot, before, packet.length, this.now);
    this.stack.endTurn(this.now);
  }

  /** Lets time pass; what timers send is counted and returned. */
  advance(ms: number): Uint8Array[] {
    const end = this.now + ms;
    for (let next = this.stack.nextDeadline(); next <= end; next = this.stack.nextDeadline()) {
      this.now = Math.max(this.now, next);
      this.stack.tick(this.now);
      this.stack.endTurn(this.now);
    }
    this.now = end;
    const sent = this.take();
    for (const packet of sent) this.bytesOut += packet.length;
    return sent;
  }

  /** After everything: what was held is gone, and the whole was no amplifier. */
  finish(): void {
    const errors = this.stack.stats.icmpErrorsOut;
    expect(errors).toBeLessThanOrEqual(ERROR_BURST + this.now * ERRORS_PER_MS);
    expect(this.bytesOut).toBeLessThanOrEqual(this.bytesIn + errors * ERROR_HEADERS);
    this.advance(600_000);
    expect(this.stack.stats.reassemblyBytes).toBe(0);
    expect(Object.keys(this.stack.stats.drops).length).toBeLessThan(60);
  }
}

/** Bytes of the heap that are in use after garbage collection. */
export function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
  return process.memoryUsage().heapUsed;
}

/** Runs `step` so often, in two halves of which the second must not leave more behind than noise. */
export function withoutGrowth(count: number, step: (index: number) => void): void {
  const half = Math.ceil(count / 2);
  for (let i = 0; i < half; i++) step(i);
  const before = heapInUse();
  for (let i = half; i < count; i++) step(i);
  expect(heapInUse() - before).toBeLessThan(6 * 1024 * 1024);
}

/** A damaged packet, and three times out of four with checksums that are right again, so that it is read further. */
export function damaged(random: FuzzRandom, packet: Uint8Array): Uint8Array {
  const out = random.oneIn(8) ? packet.slice() : random.mutate(packet).subarray(0, 1_420);
  return random.oneIn(4) ? out : repaired(out);
}

/** Lengths and checksums of an IP packet made right, where it is one and no fragment. */
export function repaired(packet: Uint8Array): Uint8Array {
  const out = packet.slice();
  const v4 = out[0] === 0x45;
  if (!v4 && out[0] !== 0x60) return out;
  if (out.length < (v4 ? 20 : 40)) return out;
  if (v4) {
    out.set(u16(out.length), 2);
    out.set([0, 0], 10);
    out.set(u16(naiveChecksum(out.subarray(0, 20))), 10);
    if (((out[6]! & 0x3f) | out[7]!) !== 0) return out;
  } else out.set(u16(out.length - 40), 4);
  repairTransport(out, v4);
  return out;
}

function repairTransport(out: Uint8Array, v4: boolean): void {
  let protocol = out[v4 ? 9 : 6]!;
  let at = v4 ? 20 : 40;
  while (!v4 && (protocol === 0 || protocol === 60 || protocol === 43) && at + 8 <= out.length) {
    protocol = out[at]!;
    at += (out[at + 1]! + 1) * 8;
  }
  const sumAt = { 1: 2, 58: 2, 6: 16, 17: 6 }[protocol];
  if (sumAt === undefined || at + sumAt + 2 > out.length) return;
  const payload = out.subarray(at);
  payload.set([0, 0], sumAt);
  if (protocol === 17 && payload.length >= 8) payload.set(u16(payload.length), 4);
  const pseudo = bytesOf(out.subarray(v4 ? 12 : 8, v4 ? 20 : 40), u32(payload.length), u32(protocol));
  const sum = naiveChecksum(protocol === 1 ? payload : bytesOf(pseudo, payload));
  payload.set(u16(protocol === 17 && sum === 0 ? 0xffff : sum), sumAt);
}

function isError(packet: Uint8Array): boolean {
  if (packet[0]! >> 4 === 6) return packet[6] === 58 && packet[40]! < 128;
  return packet[9] === 1 && [3, 4, 5, 11, 12].includes(packet[20]!);
}

/** RFC 4443 section 2.4 (e) and RFC 1122 section 3.2.2: about whom no error may be sent. */
function checkError(answer: Uint8Array, offender: Uint8Array | undefined): void {
  const v6 = answer[0]! >> 4 === 6;
  const quote = answer.subarray(v6 ? 48 : 28);
  if (offender !== undefined && quote.some((byte, at) => byte !== offender[at]))
    throw new Error(`an error that quotes something else: ${hex(answer)}`);
  if (isPlainError(quote)) throw new Error(`an error about an error: ${hex(answer)}`);
  if (quote[v6 ? 8 : 12] === (v6 ? 0xff : 224)) throw new Error(`an error about a group's: ${hex(answer)}`);
  if (v6 && quote[24] === 0xff && !(answer[40] === 4 && answer[41] === 2))
    throw new Error(`an error about a multicast packet: ${hex(answer)}`);
}

function isPlainError(quote: Uint8Array): boolean {
  if (quote[0] === 0x60) return quote[6] === 58 && quote.length > 40 && quote[40]! < 128;
  const first = ((quote[6]! & 0x1f) | quote[7]!) === 0;
  return quote[0] === 0x45 && quote[9] === 1 && first && [3, 4, 5, 11, 12].includes(quote[20]!);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
