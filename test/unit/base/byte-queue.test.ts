import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteQueue } from "../../../electron/base/byte-queue.ts";
import { seed } from "../../support/seed.ts";

test("what goes in comes out, in order, however it is cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 50 })),
      fc.array(fc.integer({ min: 0, max: 60 })),
      (chunks, cuts) => {
        const queue = new ByteQueue();
        for (const chunk of chunks) queue.push(chunk);
        const all = Buffer.concat(chunks);
        const out: Uint8Array[] = [];
        for (const cut of cuts) {
          const taken = cut % 2 === 0 ? queue.take(cut) : queue.shift(cut);
          if (taken !== undefined) out.push(Uint8Array.from(taken));
        }
        for (let rest = queue.shift(); rest !== undefined; rest = queue.shift()) out.push(rest);
        expect(Buffer.concat(out)).toEqual(all);
        expect(queue.length).toBe(0);
      },
    ),
    { seed: seed() },
  );
});

test("take gives nothing when there is not enough, and keeps what there is", () => {
  const queue = new ByteQueue();
  queue.push(Uint8Array.of(1, 2));
  expect(queue.take(3)).toBeUndefined();
  expect(queue.take(2)).toEqual(Uint8Array.of(1, 2));
});
