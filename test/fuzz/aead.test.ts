import fc from "fast-check";
import { expect, test } from "vitest";
import { KernelCipher } from "../../electron/crypto/kernel/kernel-cipher.ts";
import { SLOT_LENGTH } from "../../electron/crypto/kernel/packet-slots.ts";
import { PlainCipher } from "../../electron/crypto/plain-cipher.ts";
import { TAG_LENGTH } from "../../electron/crypto/transport-cipher.ts";
import { createKernel } from "../support/crypto-kernel.ts";
import { seed as runSeed } from "../support/seed.ts";

const seed = runSeed();
const kernel = createKernel(1, 64);
const { slots } = kernel;

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
/** Random bytes, and runs of the bytes that make limbs overflow. */
const text = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }),
  fc
    .tuple(fc.constantFrom(0x00, 0x7f, 0x80, 0xfb, 0xff), fc.nat(2_000))
    .map(([byte, length]) => new Uint8Array(length).fill(byte)),
);
const packet = fc.record({
  low: u32,
  high: u32,
  text,
  align: fc.nat(15),
  flip: fc.option(fc.nat(), { nil: undefined }),
});
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });

test(`kernel and plain twin agree on batches of random packets, some of them forged (seed ${seed})`, () => {
  const property = fc.property(key, fc.array(packet, { minLength: 1, maxLength: 40 }), (keyBytes, packets) => {
    const cipher = new KernelCipher(kernel, kernel.addKey(keyBytes) ?? expect.fail("no place"));
    const twin = new PlainCipher(keyBytes);
    const offsets = packets.map(({ align }, i) => i * SLOT_LENGTH + align);
    for (const [i, { low, high, text }] of packets.entries()) {
      slots.memory.set(text, offsets[i]);
      slots.addText(low, high, offsets[i]!, text.length);
    }
    cipher.sealBatch(slots);
    const expected = packets.map(({ low, high, text, flip }, i) => {
      const sealed = slots.memory.subarray(offsets[i], offsets[i]! + text.length + TAG_LENGTH);
      const byTwin = new Uint8Array(sealed.length);
      byTwin.set(text);
      twin.seal(low, high, byTwin, 0, text.length);
      if (!Buffer.from(byTwin).equals(sealed)) expect.fail(`packet ${i} is sealed differently`);
      if (flip !== undefined) sealed[flip % sealed.length]! ^= 1 << (flip & 7);
      slots.addSealed(low, high, offsets[i]!, sealed.length);
      return flip === undefined ? Buffer.concat([text, sealed.subarray(text.length)]) : Buffer.from(sealed);
    });
    cipher.openBatch(slots);
    for (const [i, { flip }] of packets.entries()) {
      expect(slots.opened(i)).toBe(flip === undefined);
      const found = slots.memory.subarray(offsets[i], offsets[i]! + expected[i]!.length);
      if (!expected[i]!.equals(found)) expect.fail(`packet ${i} is opened wrongly`);
    }
    cipher.erase();
  });
  fc.assert(property, { seed, numRuns: 60 });
});

test(`kernel and plain twin agree on runs of packets (seed ${seed})`, () => {
  const run = fc.record({ low: u32, high: u32, text, count: fc.integer({ min: 1, max: 33 }), gap: fc.nat(40) });
  const property = fc.property(key, run, fc.nat(63), (keyBytes, { low, high, text, count, gap }, at) => {
    const cipher = new KernelCipher(kernel, kernel.addKey(keyBytes) ?? expect.fail("no place"));
    const twin = new PlainCipher(keyBytes);
    const spacing = text.length + TAG_LENGTH + gap;
    const wanted = slots.memory.slice();
    for (const buffer of [slots.memory, wanted]) for (let i = 0; i < count; i++) buffer.set(text, at + i * spacing);
    cipher.sealRun(low, high, slots.memory, at, text.length, spacing, count);
    twin.sealRun(low, high, wanted, at, text.length, spacing, count);
    expect(Buffer.from(wanted).equals(slots.memory)).toBe(true);
    cipher.erase();
  });
  fc.assert(property, { seed, numRuns: 60 });
});
