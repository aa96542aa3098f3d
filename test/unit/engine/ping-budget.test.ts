import { describe, expect, test } from "vitest";
import { PingBudget } from "../../../electron/engine/ping-budget.ts";
import { sentenceFor } from "../../../shared/errors.ts";
import { LIMITS } from "../../../shared/limits.ts";

const SMALL = { bytes: 56, intervalMs: 200 };
const LARGE = { bytes: LIMITS.pingBytes, intervalMs: 200 };
const TOO_MANY = expect.objectContaining({ code: "too-many-pings" });

describe("what a tunnel sends in pings", () => {
  test("runs at once, and whoever ends makes room", () => {
    const budget = new PingBudget();
    const ends = Array.from({ length: LIMITS.pingRuns }, () => budget.take(SMALL, 0));
    expect(() => budget.take(SMALL, 0)).toThrow(TOO_MANY);
    ends[1]?.(0);
    ends[1]?.(0);
    budget.take(SMALL, 0);
    expect(() => budget.take(SMALL, 0)).toThrow(TOO_MANY);
  });

  test("bytes in a second, over all runs", () => {
    const budget = new PingBudget();
    const ends = [budget.take(LARGE, 0), budget.take(LARGE, 0), budget.take(LARGE, 0)];
    expect(() => budget.take(LARGE, 0)).toThrow(TOO_MANY);
    budget.take(SMALL, 0);
    ends[0]?.(1_000);
    expect(() => budget.take(LARGE, 1_199)).toThrow(TOO_MANY);
    budget.take(LARGE, 1_200);
  });

  test.each([0, 56, LIMITS.pingBytes])("of %i bytes, one after the other, each ended at once", (bytes) => {
    const budget = new PingBudget();
    let sent = 0;
    for (let now = 0; now < 10_000; now++) {
      for (let i = 0; i < 20; i++) {
        try {
          budget.take({ bytes, intervalMs: 200 }, now)(now);
          sent++;
        } catch {}
      }
    }
    expect(sent).toBeGreaterThan(50);
    expect(sent * (bytes + 1_024)).toBeLessThanOrEqual(10.2 * LIMITS.pingBytesPerSecond);
  });

  test("one run alone may be too much, and no pause at all always is", () => {
    const budget = new PingBudget();
    expect(() => budget.take({ bytes: LIMITS.pingBytes, intervalMs: 10 }, 0)).toThrow(TOO_MANY);
    expect(() => budget.take({ bytes: 0, intervalMs: 0 }, 0)).toThrow(TOO_MANY);
    budget.take({ bytes: 9_000, intervalMs: 10 }, 0);
  });

  test("the user is told in words", () => {
    expect(sentenceFor("too-many-pings")).toMatch(/ping/i);
  });
});
