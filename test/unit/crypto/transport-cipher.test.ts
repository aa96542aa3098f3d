import { describe, expect, test } from "vitest";
import { KernelCipher } from "../../../electron/crypto/kernel/kernel-cipher.ts";
import { PacketSlots, RECORDS_LENGTH, SLOT_LENGTH } from "../../../electron/crypto/kernel/packet-slots.ts";
import { PlainCipher } from "../../../electron/crypto/plain-cipher.ts";
import { TAG_LENGTH, TEXT_LIMIT, type TransportCipher } from "../../../electron/crypto/transport-cipher.ts";
import { createKernel } from "../../support/crypto-kernel.ts";

/** One suite for the kernel and its plain twin, in the kernel's memory and elsewhere. */

const KEY = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 1);
const kernel = createKernel(64, 16);

function kernelCipher(): TransportCipher {
  return new KernelCipher(kernel, kernel.addKey(KEY) ?? 0);
}

function plainSlots(): PacketSlots {
  return new PacketSlots(new Uint8Array(16 * SLOT_LENGTH), new Uint32Array(RECORDS_LENGTH / 4));
}

function textOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 0xff);
}

/** What the plain twin makes of it; the twin itself is held against OpenSSL in crypto.test.ts. */
function sealedByTwin(text: Uint8Array, low: number, high: number): Uint8Array {
  const sealed = new Uint8Array(text.length + TAG_LENGTH);
  sealed.set(text);
  new PlainCipher(KEY).seal(low, high, sealed, 0, text.length);
  return sealed;
}

const CASES: [string, () => TransportCipher, PacketSlots][] = [
  ["kernel, in its slots", kernelCipher, kernel.slots],
  ["kernel, in other memory", kernelCipher, plainSlots()],
  ["plain twin, in the kernel's slots", () => new PlainCipher(KEY), kernel.slots],
  ["plain twin, in other memory", () => new PlainCipher(KEY), plainSlots()],
];

describe.each(CASES)("%s", (_name, createCipher, slots) => {
  const { memory } = slots;

  test("every length from 0 to 2,100, and nothing beside it is touched", () => {
    const cipher = createCipher();
    for (let length = 0; length <= 2_100; length++) {
      const text = textOf(length);
      const sealed = sealedByTwin(text, length, 3);
      memory.fill(0xaa, 0, 2 * SLOT_LENGTH);
      memory.set(text, 32);
      cipher.seal(length, 3, memory, 32, length);
      const end = 32 + sealed.length;
      if (!Buffer.from(sealed).equals(memory.subarray(32, end))) expect.fail(`sealing ${length} bytes differs`);
      if (!cipher.open(length, 3, memory, 32, sealed.length)) expect.fail(`${length} bytes do not open`);
      if (!Buffer.from(text).equals(memory.subarray(32, 32 + length))) expect.fail(`opening ${length} bytes differs`);
      expect([memory[31], memory[end], memory[end + 1]]).toEqual([0xaa, 0xaa, 0xaa]);
    }
  });

  test("every alignment from 0 to 15", () => {
    const cipher = createCipher();
    for (let offset = 0; offset < 16; offset++) {
      for (const length of [0, 1, 15, 16, 63, 191, 192, 193, 448, 449, 1_419, 1_420]) {
        const text = textOf(length);
        memory.set(text, offset);
        cipher.seal(1, 2, memory, offset, length);
        expect(memory.slice(offset, offset + length + TAG_LENGTH)).toEqual(sealedByTwin(text, 1, 2));
        expect(cipher.open(1, 2, memory, offset, length + TAG_LENGTH)).toBe(true);
        expect(memory.slice(offset, offset + length)).toEqual(text);
      }
    }
  });

  test.each([
    [0, 0],
    [0xffff_ffff, 0],
    [0, 1],
    [0x8000_0000, 0x8000_0000],
    [0xffff_ffff, 0xffff_ffff],
  ])("both words of the counter: %i, %i", (low, high) => {
    const cipher = createCipher();
    memory.set(textOf(100), 16);
    cipher.seal(low, high, memory, 16, 100);
    expect(memory.slice(16, 132)).toEqual(sealedByTwin(textOf(100), low, high));
    expect(cipher.open(low ^ 1, high, memory, 16, 116)).toBe(false);
    expect(cipher.open(low, high ^ 1, memory, 16, 116)).toBe(false);
    expect(cipher.open(low, high, memory, 16, 116)).toBe(true);
  });

  test.each([0, 1, 64, 300])("a packet of %i bytes with one wrong byte does not open and stays as it is", (length) => {
    const cipher = createCipher();
    const sealed = sealedByTwin(textOf(length), 9, 0);
    for (let at = 0; at < sealed.length; at++) {
      for (const bit of [0x01, 0x80]) {
        const wrong = Uint8Array.from(sealed);
        wrong[at]! ^= bit;
        memory.set(wrong, 48);
        expect(cipher.open(9, 0, memory, 48, wrong.length)).toBe(false);
        expect(memory.slice(48, 48 + wrong.length)).toEqual(wrong);
      }
    }
  });

  test("what is cut short does not open and stays as it is", () => {
    const cipher = createCipher();
    const sealed = sealedByTwin(textOf(70), 9, 0);
    for (let length = 0; length < sealed.length; length++) {
      memory.set(sealed, 16);
      expect(cipher.open(9, 0, memory, 16, length)).toBe(false);
      expect(memory.slice(16, 16 + sealed.length)).toEqual(sealed);
    }
  });

  test("a batch equals single packets; each has its own outcome", () => {
    const cipher = createCipher();
    const starts = Array.from({ length: 12 }, () => slots.acquire() ?? expect.fail("no slot"));
    const texts = starts.map((_, i) => textOf(i * 123));
    for (const [i, text] of texts.entries()) {
      memory.set(text, starts[i]! + 16);
      expect(slots.addText(i, 5, starts[i]! + 16, text.length)).toBe(i);
    }
    cipher.sealBatch(slots);
    for (const [i, text] of texts.entries()) {
      const start = starts[i]! + 16;
      expect(memory.slice(start, start + text.length + TAG_LENGTH)).toEqual(sealedByTwin(text, i, 5));
      slots.addSealed(i === 7 ? 99 : i, 5, start, text.length + TAG_LENGTH);
    }
    slots.addSealed(0, 5, starts[0]! + 16, TAG_LENGTH - 1);
    cipher.openBatch(slots);
    for (const [i, text] of texts.entries()) {
      expect(slots.opened(i)).toBe(i !== 7);
      if (i !== 7) expect(memory.slice(starts[i]! + 16, starts[i]! + 16 + text.length)).toEqual(text);
    }
    expect(slots.opened(12)).toBe(false);
    for (const start of starts) slots.release(start);
  });

  test.each([0, 1, 16, 191, 200, 256, 448, 1_000, 1_420])(
    "a run of texts of %i bytes equals single packets",
    (length) => {
      const cipher = createCipher();
      // The counter goes on past 32 bits.
      const first = 0xffff_fffe;
      for (const [count, gap] of [
        [1, 0],
        [2, 16],
        [5, 33],
      ] as const) {
        const spacing = length + TAG_LENGTH + gap;
        for (const buffer of [memory, new Uint8Array(8_192)]) {
          const texts = Array.from({ length: count }, (_, i) => textOf(length).map((byte) => byte + i));
          for (const [i, text] of texts.entries()) buffer.set(text, 32 + i * spacing);
          const before = Uint8Array.from(buffer.subarray(0, 8_192));
          cipher.sealRun(first, 7, buffer, 32, length, spacing, count);
          const expected = before;
          for (const [i, text] of texts.entries())
            expected.set(sealedByTwin(text, (first + i) >>> 0, i < 2 ? 7 : 8), 32 + i * spacing);
          expect(Buffer.from(buffer.subarray(0, 8_192)).equals(expected)).toBe(true);
        }
      }
    },
  );

  test("a run without room for it is refused, and nothing is sealed", () => {
    const cipher = createCipher();
    const part = memory.subarray(100, 300);
    const before = Uint8Array.from(part);
    const refused = [
      [0, 50, 65, 2],
      [0, 50, 66, 0],
      [0, 50, 80, 3],
      [-1, 50, 66, 2],
      [60, 50, 80, 2],
    ] as const;
    for (const [offset, length, spacing, count] of refused)
      expect(() => cipher.sealRun(1, 0, part, offset, length, spacing, count)).toThrow("no room");
    cipher.erase();
    expect(() => cipher.sealRun(1, 0, part, 0, 50, 66, 2)).toThrow("erased");
    expect(Uint8Array.from(part)).toEqual(before);
  });

  test("with an erased key nothing opens and sealing throws", () => {
    const cipher = createCipher();
    cipher.erase();
    cipher.erase();
    const sealed = sealedByTwin(textOf(40), 1, 0);
    memory.set(sealed, 16);
    expect(cipher.open(1, 0, memory, 16, sealed.length)).toBe(false);
    slots.addSealed(1, 0, 16, sealed.length);
    cipher.openBatch(slots);
    expect(slots.opened(0)).toBe(false);
    expect(() => cipher.seal(2, 0, memory, 16, 40)).toThrow("erased");
    slots.addText(2, 0, 16, 40);
    expect(() => cipher.sealBatch(slots)).toThrow("erased");
    expect(memory.slice(16, 16 + sealed.length)).toEqual(sealed);
  });

  test("a place outside of the buffer is refused", () => {
    const cipher = createCipher();
    const part = memory.subarray(100, 200);
    for (const [offset, length] of [
      [85, 0],
      [-1, 10],
      [0, 85],
      [Number.NaN, 10],
    ] as const) {
      expect(() => cipher.seal(1, 0, part, offset, length)).toThrow("no room");
      expect(cipher.open(1, 0, part, offset, length + TAG_LENGTH)).toBe(false);
    }
    cipher.seal(1, 0, part, 4, 80);
    expect(cipher.open(1, 0, memory, 104, 96)).toBe(true);
  });

  test.each([-1, -100, 21, 37, 100])(
    "a right packet at %i, outside of the buffer of 100, or partly, is refused",
    (offset) => {
      const cipher = createCipher();
      const sealed = sealedByTwin(textOf(64), 1, 0);
      memory.fill(0xaa, 0, 600);
      // Where clamped bounds would look for it as well, and last of all seen by the cipher.
      memory.set(sealed, 200);
      memory.set(sealed, 200 + offset);
      memory.set(textOf(64), 500);
      cipher.seal(1, 0, memory, 500, 64);
      const before = memory.slice(0, 600);
      const part = memory.subarray(200, 300);
      expect(cipher.open(1, 0, part, offset, sealed.length)).toBe(false);
      expect(() => cipher.seal(1, 0, part, offset, 64)).toThrow("no room");
      expect(memory.slice(0, 600)).toEqual(before);
    },
  );
});

describe.each([
  ["kernel", kernelCipher],
  ["plain twin", () => new PlainCipher(KEY)],
])("%s", (_name, createCipher) => {
  test("the longest text, and nothing longer", () => {
    const cipher = createCipher();
    const buffer = new Uint8Array(TEXT_LIMIT + 100).fill(0x5c);
    cipher.seal(1, 0, buffer, 3, TEXT_LIMIT);
    const sealed = buffer.slice(3, 3 + TEXT_LIMIT + TAG_LENGTH);
    expect(Buffer.compare(sealed, sealedByTwin(new Uint8Array(TEXT_LIMIT).fill(0x5c), 1, 0))).toBe(0);
    expect(cipher.open(1, 0, buffer, 3, sealed.length)).toBe(true);
    expect(buffer.every((byte, i) => byte === 0x5c || (i >= 3 + TEXT_LIMIT && i < 3 + sealed.length))).toBe(true);
    expect(() => cipher.seal(2, 0, buffer, 3, TEXT_LIMIT + 1)).toThrow("no room");
    expect(cipher.open(2, 0, buffer, 3, TEXT_LIMIT + TAG_LENGTH + 1)).toBe(false);
  });
});
