import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DrawAhead } from "../../../renderer/features/terminal/draw-ahead.ts";
import { seed } from "../../support/seed.ts";

const KIB = 1024;

/** Draws blocks of 32 KiB one after the other, each in so many milliseconds; returns what is given early in the end. */
function givenAfter(blocks: number, msEach: number): number {
  const ahead = new DrawAhead();
  let now = 0;
  for (let i = 0; i < blocks; i++) {
    ahead.received(32 * KIB);
    ahead.begun(32 * KIB, now);
    now += msEach;
    ahead.drawn(32 * KIB, now);
  }
  return ahead.received(4096 * KIB);
}

describe("credit before drawing", () => {
  test("#7 none is given before drawing was timed", () => {
    expect(new DrawAhead().received(100 * KIB)).toBe(0);
  });

  test("#7 a terminal that draws 32 MiB/s gets credit for 1.25 MiB, and none for more than 2 MiB however fast it is", () => {
    expect(givenAfter(40, 1)).toBe(1280 * KIB);
    expect(givenAfter(400, 0.1)).toBe(2048 * KIB);
  });

  test("#7 Ctrl+C stays quick where drawing is slow: 40 ms of it, at any speed", () => {
    expect(givenAfter(40, 32)).toBe(40 * KIB);
    expect(givenAfter(40, 320)).toBeLessThan(5 * KIB);
  });

  test("short bursts are timed together", () => {
    const ahead = new DrawAhead();
    let early = 0;
    for (let now = 0; now < 300; now += 10) {
      early = ahead.received(32 * KIB);
      ahead.begun(32 * KIB, now);
      ahead.drawn(32 * KIB, now + 1);
    }
    expect(early).toBe(32 * KIB);
  });

  test("only the terminal's own time counts: not that in which bytes were held back", () => {
    const ahead = new DrawAhead();
    for (let now = 0; now < 1000; now += 20) {
      ahead.received(32 * KIB);
      ahead.begun(32 * KIB, now + 19);
      ahead.drawn(32 * KIB, now + 20);
    }
    expect(ahead.bytesIn(10)).toBe(320 * KIB);
  });

  test("a new channel gets no credit for what the old one sent", () => {
    const ahead = new DrawAhead();
    ahead.received(10);
    ahead.begun(10, 0);
    ahead.reset();
    expect(ahead.received(5)).toBe(0);
    ahead.begun(5, 1);
    expect(ahead.drawn(5, 2)).toBe(5);
  });

  test("#7 never more than was received, never less than was drawn, all of it in the end", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ receive: fc.boolean(), bytes: fc.integer({ min: 1, max: 70_000 }), ms: fc.nat(40) })),
        (steps) => {
          const ahead = new DrawAhead();
          let [now, received, drawn, given] = [0, 0, 0, 0];
          for (const { receive, bytes, ms } of steps) {
            now += ms;
            const count = receive ? bytes : Math.min(bytes, received - drawn);
            if (receive) {
              received += count;
              given += ahead.received(count);
              ahead.begun(count, now);
            } else {
              drawn += count;
              given += ahead.drawn(count, now);
            }
            expect(given).toBeLessThanOrEqual(received);
            expect(given).toBeGreaterThanOrEqual(drawn);
          }
          given += ahead.drawn(received - drawn, now + 1);
          expect(given).toBe(received);
        },
      ),
      { seed: seed() },
    );
  });
});
