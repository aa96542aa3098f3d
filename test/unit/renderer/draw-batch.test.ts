import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DrawBatch } from "../../../renderer/features/terminal/draw-batch.ts";
import { ManualPageClock } from "../../support/renderer-page-clock.ts";
import { seed } from "../../support/seed.ts";

const KIB = 1024;
const MUCH = 1024 * KIB;

function batched() {
  const clock = new ManualPageClock();
  const writes: { at: number; bytes: number }[] = [];
  const batch = new DrawBatch((bytes) => writes.push({ at: clock.now(), bytes: bytes.length }), clock);
  const times = (): number[] => [...new Set(writes.map(({ at }) => at))];
  return { clock, batch, writes, times };
}

describe("output in batches", () => {
  test("#8 an echo is not held back, and neither is a program that paints its screen", () => {
    const { clock, batch, times } = batched();
    for (let i = 0; i < 60; i++) {
      batch.add(new Uint8Array(8 * KIB), MUCH);
      clock.advance(16);
    }
    expect(times()).toHaveLength(60);
  });

  test("#7 of fast output a batch is drawn each 32 ms", () => {
    const { clock, batch, writes, times } = batched();
    for (let i = 0; i < 320; i++) {
      batch.add(new Uint8Array(16 * KIB), MUCH);
      clock.advance(1);
    }
    clock.advance(100);
    expect(times()).toHaveLength(1 + 1 + 10);
    expect(writes.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(320 * 16 * KIB);
  });

  test("#7 a batch is two pieces, the first a third of it: xterm stops after that one where it took too long", () => {
    const { clock, batch, writes } = batched();
    batch.add(new Uint8Array(32 * KIB), MUCH);
    writes.length = 0;
    for (let i = 0; i < 12; i++) batch.add(new Uint8Array(10 * KIB), MUCH);
    clock.advance(32);
    expect(writes.map(({ bytes }) => bytes)).toEqual([40 * KIB, 80 * KIB]);
  });

  test("#7 a batch that is large enough waits for nothing, and what follows is measured from it", () => {
    const { clock, batch, times } = batched();
    for (let i = 0; i < 8; i++) {
      batch.add(new Uint8Array(32 * KIB), 100 * KIB);
      clock.advance(1);
    }
    expect(times()).toEqual([0, 4]);
    clock.advance(100);
    expect(times()).toEqual([0, 4, 36]);
  });

  test("where nothing is enough, nothing is held", () => {
    const { clock, batch, writes } = batched();
    for (let i = 0; i < 8; i++) batch.add(new Uint8Array(32 * KIB), 0);
    expect(writes).toHaveLength(8);
    expect(clock.waiting).toBe(0);
  });

  test("flushed before its time, no timer is left", () => {
    const { clock, batch, writes } = batched();
    batch.add(new Uint8Array(32 * KIB), MUCH);
    batch.add(new Uint8Array(32 * KIB), MUCH);
    expect(writes).toHaveLength(1);
    batch.flush();
    expect(writes).toHaveLength(2);
    expect(clock.waiting).toBe(0);
  });

  test("#7 all of it, in order, and none later than 32 ms", () => {
    const step = fc.record({ bytes: fc.integer({ min: 1, max: 40_000 }), ms: fc.nat(40), enough: fc.nat(100_000) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const clock = new ManualPageClock();
        const waiting: { bytes: Uint8Array; at: number }[] = [];
        const batch = new DrawBatch((piece) => {
          for (let at = 0; at < piece.length; ) {
            const first = waiting.shift();
            if (first === undefined) throw new Error("more came out than went in");
            expect(Buffer.compare(piece.subarray(at, at + first.bytes.length), first.bytes)).toBe(0);
            expect(clock.now() - first.at).toBeLessThanOrEqual(32);
            at += first.bytes.length;
          }
        }, clock);
        for (const [i, { bytes, ms, enough }] of steps.entries()) {
          const part = new Uint8Array(bytes).fill(i);
          waiting.push({ bytes: part, at: clock.now() });
          batch.add(part, enough);
          clock.advance(ms);
        }
        clock.advance(32);
        expect(waiting).toEqual([]);
      }),
      { seed: seed() },
    );
  });
});
