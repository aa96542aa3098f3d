import { describe, expect, test } from "vitest";
import { type Measured, measure, type Transfer } from "../support/sim-measure.ts";
import { PATIENCE_MS, statisticsSeedOf } from "../support/tcp-transfer.ts";

/**
 * Losses in the first slow start (congestion/cubic.ts, `onRepaired`): chance ends it no more, while what drops because too
 * much is sent still does, with a queue or without one.
 */
const THOROUGH = process.env["CULVERT_SIM"] !== undefined;
const RUNS = THOROUGH ? 24 : 6;
const SEED = statisticsSeedOf("early-loss");
const MB = 1_000_000;
/** 20 and 100 Mbit/s, in bytes per millisecond. */
const SLOW = 2_500;
const FAST = 12_500;

function runs(path: Transfer["path"], bytes: number): Measured[] {
  return Array.from({ length: RUNS }, (_, i) => measure({ path, bytes, limitMs: 60_000 }, SEED + i));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const shareDropped = (of: readonly Measured[]): number => mean(of.map(({ dropped, segments }) => dropped / segments));

function tell(what: string, of: readonly Measured[]): void {
  const goodputs = of.map(({ goodput }) => goodput / 1000).sort((a, b) => a - b);
  const figures = [mean(goodputs), goodputs[0] ?? 0, goodputs.at(-1) ?? 0].map((value) => value.toFixed(2));
  process.stdout.write(
    `${what}: ${figures[0]} MB/s (${figures[1]} to ${figures[2]}), ${(100 * shareDropped(of)).toFixed(2)} % dropped\n`,
  );
}

describe("a loss in the first slow start", { timeout: PATIENCE_MS }, () => {
  test("0.1 % at random, 100 ms, 100 Mbit/s: 8 MB take seconds, whatever is lost when", () => {
    const path = { delayMs: 50, bytesPerMs: FAST, queueBytes: 100 * FAST, loss: 0.001, back: { loss: 0 } };
    const all = runs(path, 8 * MB);
    tell("0.1 % at random", all);
    // Where the first loss ended slow start, the mean of many was 2.7 and the least 0.9.
    for (const { goodput } of all) expect(goodput).toBeGreaterThan(1_800);
    expect(mean(all.map(({ goodput }) => goodput))).toBeGreaterThan(3_300);
  });

  const policer = (burstBytes: number) => ({ bytesPerMs: SLOW, burstBytes });

  test.each([
    ["a policer of 20 Mbit/s, 64 KiB at once, 0.1 % at random", { policer: policer(65_536), loss: 0.001 }, 0.06],
    ["a policer that lets 250 kB through at once, 0.1 % at random", { policer: policer(250_000), loss: 0.001 }, 0.16],
    ["a queue of four segments", { bytesPerMs: SLOW, queueBytes: 6_000, loss: 0 }, 0.01],
    ["a queue of a tenth of the path, 0.1 % at random", { bytesPerMs: SLOW, queueBytes: 25_000, loss: 0.001 }, 0.02],
  ])("%s: it ends, at little cost, without a timeout", (name, limits, most) => {
    const all = runs({ delayMs: 50, back: { loss: 0 }, ...limits }, 12 * MB);
    tell(name, all);
    expect(shareDropped(all)).toBeLessThan(most);
    expect(mean(all.map(({ timeouts }) => timeouts))).toBeLessThan(0.5);
  });
});
