import { describe, expect, test } from "vitest";
import { measure, type Transfer } from "../support/sim-measure.ts";
import { PATIENCE_MS, statisticsSeedOf } from "../support/tcp-transfer.ts";

/** Payload of a full segment at MTU 1420 with timestamps. */
const SEGMENT = 1348;

/** Mathis et al. (1997), as RFC 9438 section 5.1 puts it for Reno: the average window in segments. */
const renoWindow = (loss: number): number => Math.sqrt(3 / 2) / Math.sqrt(loss);
/** RFC 9438 section 5, equation 6 with C = 0.4 and beta = 0.7; never below Reno's (section 4.3). */
const cubicWindow = (loss: number, rttMs: number): number =>
  Math.max(1.054 * (rttMs / 1000) ** 0.75 * loss ** -0.75, renoWindow(loss));

/** `npm run sim` takes its time. */
const THOROUGH = process.env["CULVERT_SIM"] !== undefined;
const SEEDS = THOROUGH ? [0, 1, 2, 3] : [0, 1];
/** In round trips, because losses and their repair come by those. */
const bulk = (rtt: number): { bytes: number; limitMs: number; warmUpMs: number } => ({
  bytes: 1 << 30,
  limitMs: (THOROUGH ? 1200 : 350) * rtt,
  warmUpMs: 100 * rtt,
});

interface Row {
  readonly congestion: "cubic" | "new-reno";
  readonly loss: number;
  readonly rtt: number;
}

const ROWS: Row[] = [
  { congestion: "new-reno", loss: 0.01, rtt: 50 },
  { congestion: "new-reno", loss: 0.002, rtt: 50 },
  { congestion: "cubic", loss: 0.01, rtt: 50 },
  { congestion: "cubic", loss: 0.01, rtt: 200 },
  { congestion: "cubic", loss: 0.002, rtt: 200 },
];

/**
 * Random loss, no bottleneck: the rate follows from loss and round trip alone, whatever the seed. A stack that is much
 * faster than its response function takes losses for reordering, or counts what is SACKed as in flight; one that is much
 * slower reduces twice for one loss or waits for timers.
 */
describe("the response to random loss is the RFC's, within a factor of two", { timeout: PATIENCE_MS }, () => {
  const seed = statisticsSeedOf("theory");
  for (const { congestion, loss, rtt } of ROWS)
    test(`${congestion}, ${loss * 100} % lost, ${rtt} ms`, () => {
      const window = congestion === "cubic" ? cubicWindow(loss, rtt) : renoWindow(loss);
      const expected = (window * SEGMENT) / rtt;
      const transfer: Transfer = {
        path: { delayMs: rtt / 2, loss, back: { loss: 0 } },
        ...bulk(rtt),
        client: { congestion },
      };
      const goodputs = SEEDS.map((i) => measure(transfer, seed + i).goodput / expected);
      for (const share of goodputs) {
        expect(share).toBeGreaterThan(0.5);
        expect(share).toBeLessThan(2);
      }
      const mean = goodputs.reduce((sum, share) => sum + share, 0) / goodputs.length;
      process.stdout.write(`${congestion} ${loss} ${rtt}: ${mean.toFixed(2)} of ${expected.toFixed(0)} kB/s\n`);
    });

  test("losses that the path undoes by damage or repeats by duplication do not speed it up", () => {
    const path = { delayMs: 25, loss: 0.01, duplicate: 0.05, corrupt: 0.005, reorder: 0.02, reorderMs: 3 };
    const shares = SEEDS.map((i) => {
      const transfer = { path, ...bulk(50) };
      return measure(transfer, seed + i).goodput / ((cubicWindow(0.015, 50) * SEGMENT) / 50);
    });
    for (const share of shares) {
      expect(share).toBeGreaterThan(0.4);
      expect(share).toBeLessThan(2);
    }
  });
});
