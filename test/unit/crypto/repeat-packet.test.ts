import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PacketSlots, RECORDS_LENGTH, RUN_LENGTH, SLOT_LENGTH } from "../../../electron/crypto/kernel/packet-slots.ts";
import { plainInternetSum, type RepeatedPacket } from "../../../electron/crypto/kernel/plain-packet-work.ts";
import { createKernel } from "../../support/crypto-kernel.ts";
import { inputs, seed } from "../../support/seed.ts";

const twins = {
  kernel: createKernel(1, 40).slots,
  plain: new PacketSlots(
    new Uint8Array(40 * SLOT_LENGTH + RUN_LENGTH),
    new Uint32Array(RECORDS_LENGTH / 4),
    RUN_LENGTH,
  ),
};

interface Job {
  readonly start: number;
  readonly count: number;
  readonly packet: RepeatedPacket;
  readonly header: Uint8Array;
  readonly counter: number;
  readonly payloads: Uint8Array;
  /** Of what the checksum covers besides the packet. */
  readonly more: number;
}

const jobs: fc.Arbitrary<Job> = fc
  .record({
    start: fc.nat(40),
    count: fc.nat(6),
    headerWords: fc.integer({ min: 8, max: 60 }),
    payloadLength: fc.nat(1_500),
    gap: fc.nat(40),
    places: fc.tuple(fc.nat(), fc.nat()),
    counter: fc.oneof(fc.constantFrom(0, 0xffff_ffff, 0xffff_0000, 0xffff), fc.nat(0xffff_ffff)),
    byte: fc.constantFrom(undefined, 0, 0xff),
    more: fc.nat(0xffff),
    noise: fc.nat(255),
  })
  .map(({ start, count, headerWords, payloadLength, gap, places, counter, byte, more, noise }) => {
    const headerLength = 2 * headerWords;
    const counterAt = 2 * (places[0] % (headerWords - 2));
    // Anywhere else.
    const free = Array.from({ length: headerWords }, (_, i) => 2 * i).filter(
      (at) => at < counterAt || at > counterAt + 2,
    );
    const sumAt = free[places[1] % free.length] ?? 0;
    const bytes = (length: number, salt: number): Uint8Array =>
      Uint8Array.from({ length }, (_, i) => byte ?? (i * 31 + salt * 7 + (i >> 8) * noise) & 0xff);
    return {
      start,
      count,
      packet: { headerLength, payloadLength, spacing: headerLength + payloadLength + gap, counterAt, sumAt },
      header: bytes(headerLength, noise),
      counter,
      payloads: bytes((count + 1) * payloadLength, noise + 1),
      more,
    };
  });

/** Packet `index` of the job, made by itself. */
function packetAlone(job: Job, index: number): Uint8Array {
  const { headerLength, payloadLength, counterAt, sumAt } = job.packet;
  const packet = new Uint8Array(headerLength + payloadLength);
  packet.set(job.header);
  packet.set(job.payloads.subarray(index * payloadLength, (index + 1) * payloadLength), headerLength);
  const view = new DataView(packet.buffer);
  view.setUint32(counterAt, (job.counter + index * payloadLength) >>> 0);
  view.setUint16(sumAt, 0);
  let sum = plainInternetSum(packet, 0, packet.length) + job.more;
  sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(sumAt, ~sum & 0xffff);
  return packet;
}

describe.each(Object.entries(twins))("packets alike, %s", (_name, slots) => {
  test("each is what it would be alone, and nothing beside them is touched", () => {
    fc.assert(
      fc.property(jobs, (job) => {
        const { start, count, packet, payloads } = job;
        // Only zeros have a sum of zero; a real header never has (RFC 1624 section 3).
        fc.pre(job.header.some((byte) => byte !== 0) || job.more > 0);
        slots.memory.fill(0xee);
        slots.memory.set(packetAlone(job, 0), start);
        slots.payloads.set(payloads.subarray(packet.payloadLength));
        slots.repeatPacket(start, count, packet);
        const expected = new Uint8Array(start + (count + 2) * packet.spacing).fill(0xee);
        for (let i = 0; i <= count; i++) expected.set(packetAlone(job, i), start + i * packet.spacing);
        expect(Buffer.compare(slots.memory.subarray(0, expected.length), expected)).toBe(0);
      }),
      { seed: seed(), numRuns: inputs(400) },
    );
  });

  test("what has no room is refused", () => {
    const packet = { headerLength: 60, payloadLength: 100, spacing: 200, counterAt: 24, sumAt: 36 };
    const end = slots.memory.length;
    slots.repeatPacket(end - 360, 1, packet);
    for (const [start, count, change] of [
      [end - 359, 1, {}],
      [-1, 1, {}],
      [Number.NaN, 1, {}],
      [0, -1, {}],
      [0, 700, {}],
      [0, 1, { spacing: 159 }],
      [0, 1, { counterAt: 58 }],
      [0, 1, { counterAt: 25 }],
      [0, 1, { sumAt: 60 }],
      [0, 1, { headerLength: 14, counterAt: 0, sumAt: 4 }],
    ] as const)
      expect(() => slots.repeatPacket(start, count, { ...packet, ...change })).toThrow("no room for packets alike");
  });

  test("what is left of payloads is wiped", () => {
    slots.payloads.fill(7);
    slots.wipeFree();
    expect(slots.payloads.every((byte) => byte === 0)).toBe(true);
  });
});
