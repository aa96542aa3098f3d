import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  BATCH_LIMIT,
  PacketSlots,
  RECORDS_LENGTH,
  RUN_LENGTH,
  SLOT_LENGTH,
} from "../../../electron/crypto/kernel/packet-slots.ts";
import { bigPoly1305, bytesOf, createKernel, kernelPoly1305 } from "../../support/crypto-kernel.ts";

const KEY = new Uint8Array(32).fill(3);

describe("Poly1305 against integers of any size", () => {
  const kernel = createKernel();
  const all = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);
  const CLAMPED = 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  const RS = [0n, 1n, 2n, 3n, 4n, 5n, 1n << 28n, 0x0fffffffn, 0x0ffffffcn << 96n, CLAMPED - 1n, CLAMPED].map(bytesOf);
  const SS = [0n, 1n, (1n << 64n) - 1n, 1n << 64n, (1n << 128n) - 5n, (1n << 128n) - 1n].map(bytesOf);

  function check(r: Uint8Array, s: Uint8Array, message: Uint8Array): void {
    const key = Buffer.concat([r, s]);
    expect(kernelPoly1305(kernel, key, message)).toEqual(bigPoly1305(key, message));
  }

  test("extremes of r and s, over messages of every length to 64 and of many blocks, all zeros and all ones", () => {
    const lengths = [...Array(65).keys(), 160, 256, 1_600];
    for (const r of RS) {
      for (const s of SS) {
        for (const length of lengths) {
          check(r, s, new Uint8Array(length));
          check(r, s, new Uint8Array(length).fill(0xff));
        }
      }
    }
  });

  test("an accumulator around 2^129, p, 2^130 and 2p", () => {
    const p = (1n << 130n) - 5n;
    for (const around of [1n << 129n, p, 1n << 130n, 2n * p]) {
      for (let d = -12n; d <= 12n; d++) for (const s of SS) check(bytesOf(1n), s, blocksOfSum(around + d));
    }
  });

  /** With r = 1 the accumulator is the sum of the blocks, each with its bit 2^128. */
  function blocksOfSum(sum: bigint): Uint8Array {
    const [bit, most] = [1n << 128n, (1n << 128n) - 1n];
    const count = (sum + bit + most - 1n) / (bit + most);
    let left = sum - count * bit;
    const blocks = Array.from({ length: Number(count) }, () => {
      const block = left < most ? left : most;
      left -= block;
      return bytesOf(block);
    });
    expect(left).toBe(0n);
    return Buffer.concat(blocks);
  }

  test("limbs that carry through all others", () => {
    const words = [0n, 1n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_fffbn, 0xffff_ffffn];
    const limbs = words.flatMap((a) => words.flatMap((b) => [a | (b << 32n) | (a << 64n) | (b << 96n)])).map(bytesOf);
    for (const r of RS) {
      for (const first of limbs) {
        for (const second of limbs) check(r, SS[4]!, Buffer.concat([first, second, first, all(0xff), second]));
      }
    }
  });
});

describe("key table", () => {
  test("a key is copied, erased with all that was derived from it, and its place used again", () => {
    const kernel = createKernel(2);
    const first = kernel.addKey(KEY) ?? expect.fail("no place");
    const second = kernel.addKey(new Uint8Array(32).fill(4)) ?? expect.fail("no place");
    expect(kernel.addKey(KEY)).toBeUndefined();
    kernel.exports.open(first, 1, 0, kernel.bounce.byteOffset, 1_420);
    const everything = new Uint8Array(kernel.buffer);
    expect(everything.subarray(0, kernel.records).filter((byte) => byte !== 0).length).toBeGreaterThan(1_400);
    kernel.eraseKey(second);
    kernel.eraseKey(first);
    // Below the list of a batch lie the module's own data and the keys. Nothing of them is left.
    expect(everything.subarray(0, kernel.records).every((byte) => byte === 0)).toBe(true);
    expect(kernel.addKey(KEY)).toBe(first);
  });

  test("nothing overlaps", () => {
    const kernel = createKernel(5, 3);
    const parts = [
      [kernel.addKey(KEY) ?? 0, 5 * 32],
      [kernel.records, RECORDS_LENGTH],
      [kernel.bounce.byteOffset, kernel.bounce.length],
      [kernel.slots.memory.byteOffset, 3 * SLOT_LENGTH + RUN_LENGTH],
      [kernel.slots.payloads.byteOffset, RUN_LENGTH],
    ] as const;
    let end = kernel.exports.MEMORY_BASE.value;
    for (const [start, length] of parts) {
      expect(start).toBeGreaterThanOrEqual(end);
      expect(start % 64).toBe(0);
      end = start + length;
    }
    expect(end).toBeLessThanOrEqual(kernel.buffer.byteLength);
  });
});

describe("packet slots", () => {
  const create = (count: number): PacketSlots =>
    new PacketSlots(new Uint8Array(count * SLOT_LENGTH), new Uint32Array(RECORDS_LENGTH / 4));

  test("each slot once, until they are used up; what comes back is handed out again", () => {
    const slots = create(3);
    expect([slots.acquire(), slots.acquire(), slots.acquire(), slots.acquire()]).toEqual([0, 2048, 4096, undefined]);
    slots.release(2048);
    expect(slots.freeCount).toBe(1);
    expect(slots.acquire()).toBe(2048);
    for (const start of [0, 2048, 4096]) slots.release(start);
    expect(slots.freeCount).toBe(3);
  });

  test("only a slot in use can be released", () => {
    const slots = create(2);
    expect(() => slots.release(0)).toThrow("slot");
    slots.acquire();
    for (const start of [-2048, 1, 4096, Number.NaN]) expect(() => slots.release(start)).toThrow("slot");
  });

  test("a slot that is held twice is free once both have released it, whichever packet in it was meant", () => {
    const slots = create(2);
    const start = slots.acquire() ?? expect.fail("no slot");
    slots.retain(start + 16);
    slots.release(start);
    expect(slots.freeCount).toBe(1);
    expect(slots.acquire()).not.toBe(start);
    slots.release(start);
    expect(slots.acquire()).toBe(start);
    slots.release(start);
    expect(() => slots.release(start)).toThrow("slot");
    for (const offset of [start, -1, 4_096, Number.NaN]) expect(() => slots.retain(offset)).toThrow("slot");
  });

  test("a slot is held by 255 at most: one more would make it free while somebody holds it", () => {
    const slots = create(2);
    const start = slots.acquire() ?? expect.fail("no slot");
    for (let holders = 1; holders < 255; holders++) slots.retain(start);
    expect(() => slots.retain(start)).toThrow("slot");
    for (let holders = 255; holders > 0; holders--) {
      expect(slots.freeCount).toBe(1);
      slots.release(start);
    }
    expect(slots.freeCount).toBe(2);
  });

  test("a batch takes packets that lie in one slot with their tag, of one kind, up to its limit", () => {
    const slots = create(2);
    for (const [offset, length] of [
      [-16, 20],
      [16, 2_017],
      [2_047, 1],
      [4_096, 0],
      [16, -1],
      [Number.NaN, 1],
    ] as const)
      expect(() => slots.addText(0, 0, offset, length)).toThrow("slot");
    expect(() => slots.addSealed(0, 0, 16, 2_033)).toThrow("slot");
    for (let i = 0; i < BATCH_LIMIT; i++) expect(slots.addSealed(0, 0, 2_048, 2_048)).toBe(i);
    expect(() => slots.addSealed(0, 0, 0, 16)).toThrow("full");
    expect(() => slots.takeBatch("text")).toThrow("other kind");
    expect(slots.takeBatch("sealed")).toBe(BATCH_LIMIT);
    slots.addText(0, 0, 16, 2_016);
    expect(() => slots.addSealed(0, 0, 16, 32)).toThrow("other kind");
  });
});

describe("the plain twin takes over", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  async function sealThroughTheDoor(): Promise<{ kind: string; sealed: Uint8Array }> {
    const { createTransportCipher, packetSlots } = await import("../../../electron/crypto/aead.ts");
    const cipher = createTransportCipher(KEY);
    const slots = packetSlots();
    const start = slots.acquire() ?? expect.fail("no slot");
    slots.memory.fill(1, start, start + 200);
    slots.addText(7, 0, start, 200);
    cipher.sealBatch(slots);
    return { kind: cipher.constructor.name, sealed: slots.memory.slice(start, start + 216) };
  }

  test.each([
    ["there is no WebAssembly", undefined],
    ["it has no SIMD", { ...descriptorsOf(WebAssembly), validate: () => false }],
    ["there is no address space", { ...descriptorsOf(WebAssembly), Memory: noMemory }],
  ])("where %s", async (_name, replacement) => {
    const byKernel = await sealThroughTheDoor();
    expect(byKernel.kind).toBe("KernelCipher");
    vi.resetModules();
    vi.stubGlobal("WebAssembly", replacement);
    const byTwin = await sealThroughTheDoor();
    expect(byTwin.kind).toBe("PlainCipher");
    expect(byTwin.sealed).toEqual(byKernel.sealed);
  });

  test("when the key table is full", async () => {
    const { createTransportCipher } = await import("../../../electron/crypto/aead.ts");
    const ciphers = Array.from({ length: 4_097 }, () => createTransportCipher(KEY));
    expect(ciphers.map((cipher) => cipher.constructor.name).filter((name) => name === "PlainCipher")).toHaveLength(1);
    const sealed = ciphers.slice(-2).map((cipher) => {
      const buffer = new Uint8Array(50);
      cipher.seal(1, 1, buffer, 0, 34);
      return buffer;
    });
    expect(sealed[0]).toEqual(sealed[1]);
    for (const cipher of ciphers) cipher.erase();
    expect(createTransportCipher(KEY).constructor.name).toBe("KernelCipher");
  });

  /** The members of WebAssembly are not enumerable. */
  function descriptorsOf(object: object): object {
    return Object.fromEntries(Object.getOwnPropertyNames(object).map((name) => [name, Reflect.get(object, name)]));
  }

  function noMemory(): never {
    throw new RangeError("could not allocate memory");
  }
});

describe("kernel/binary.ts", () => {
  test("is what its source compiles to", async () => {
    const script = fileURLToPath(new URL("../../../scripts/kernel.mjs", import.meta.url));
    await expect(promisify(execFile)(process.execPath, [script, "--check"])).resolves.toBeDefined();
  });
});
