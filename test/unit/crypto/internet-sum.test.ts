import fc from "fast-check";
import { expect, test } from "vitest";
import { packetSlots } from "../../../electron/crypto/aead.ts";
import { plainInternetSum } from "../../../electron/crypto/kernel/plain-packet-work.ts";
import { addBytePairs, addBytes, checksum, finishChecksum } from "../../../electron/netstack/wire/checksum.ts";
import { createKernel } from "../../support/crypto-kernel.ts";
import { inputs, seed } from "../../support/seed.ts";

const { slots } = createKernel(1, 40);

/** RFC 1071 section 4.1, word for word. */
function byTheBook(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum += i % 2 === 0 ? bytes[i]! << 8 : bytes[i]!;
  while (sum >>> 16 !== 0) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

test("the kernel's sum, its twin and the stack's agree on every length and alignment", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_100 }), fc.nat(17), (bytes, offset) => {
      const end = offset + bytes.length;
      slots.memory.fill(0xee, 0, 2_200);
      slots.memory.set(bytes, offset);
      const expected = byTheBook(bytes);
      expect(slots.internetSum(offset, end)).toBe(expected);
      expect(plainInternetSum(slots.memory, offset, end)).toBe(expected);
      for (const add of [addBytes, addBytePairs])
        expect(finishChecksum(add(0, slots.memory, offset, end))).toBe(finishChecksum(expected));
      expect(checksum(slots.memory, offset, end)).toBe(~expected & 0xffff);
    }),
    { seed: seed(), numRuns: inputs(500) },
  );
});

test("all zeros, all ones, and the largest packet do not overflow a lane", () => {
  for (const length of [0, 1, 2, 15, 16, 17, 2_048, 65_535, 65_536]) {
    for (const byte of [0, 0xff]) {
      slots.memory.fill(byte, 0, length);
      expect(slots.internetSum(0, length)).toBe(byTheBook(slots.memory.subarray(0, length)));
    }
  }
});

test("this thread's slots sum with the kernel, and nothing outside of them", () => {
  const shared = packetSlots();
  shared.memory.set([1, 2, 3]);
  expect(shared.internetSum(0, 3)).toBe(0x0402);
  for (const [start, end] of [
    [-1, 4],
    [4, 3],
    [0, shared.memory.length + 1],
    [Number.NaN, 4],
  ] as const)
    expect(() => shared.internetSum(start, end)).toThrow("sum");
});
