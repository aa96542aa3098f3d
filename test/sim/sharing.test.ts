import { describe, expect, test } from "vitest";
import { TcpLink } from "../support/tcp-link.ts";
import { TcpMonitor } from "../support/tcp-monitor.ts";
import { openPair, PATIENCE_MS, type Pair, statisticsSeedOf } from "../support/tcp-transfer.ts";

const GIB = 1 << 30;
/** `npm run sim` takes its time: 20 Mbit/s instead of 5. */
const RATE = process.env["CULVERT_SIM"] === undefined ? 625 : 2_500;
/** 40 ms, a queue of one bandwidth-delay product. A little jitter breaks the lockstep of a perfect drop-tail queue. */
const PATH = { delayMs: 20, jitterMs: 1, bytesPerMs: RATE, queueBytes: RATE * 40 };

/** Bytes that a path alone carries in 80 ms. */
const SHORT = RATE * 80;

type Name = "cubic" | "new-reno";

function start(link: TcpLink, port: number, congestion: Name, bytes = GIB): Pair {
  return openPair(link, bytes, 0, { client: { congestion }, port });
}

/** Bytes per millisecond that each pair gets over the next `ms`. */
function rates(link: TcpLink, pairs: readonly Pair[], ms: number): number[] {
  const received = (): number[] => pairs.map((pair) => pair.server()?.received ?? 0);
  const before = received();
  link.pass(ms);
  return received().map((bytes, i) => (bytes - before[i]!) / ms);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Jain, Chiu and Hawe (1984): 1 when all are equal, 1/n when one has all. */
const jain = (values: readonly number[]): number =>
  sum(values) ** 2 / (values.length * sum(values.map((value) => value ** 2)));

describe("connections that share a bottleneck", { timeout: PATIENCE_MS }, () => {
  const seed = statisticsSeedOf("sharing");

  test.each([
    ["cubic", "cubic", 0.85],
    ["new-reno", "new-reno", 0.85],
    ["cubic", "new-reno", 0.7],
  ] as const)("%s beside %s: each gets its share, together the whole", (first, second, fair) => {
    const link = new TcpLink({ ...PATH, seed });
    new TcpMonitor(link);
    const pairs = [start(link, 81, first), start(link, 82, second)];
    link.pass(20_000);
    const got = rates(link, pairs, 40_000);
    process.stdout.write(`${first} ${second}: ${got.map((rate) => (rate / RATE).toFixed(2)).join(" + ")}\n`);
    expect(jain(got)).toBeGreaterThan(fair);
    expect(sum(got)).toBeGreaterThan(0.88 * RATE);
  });

  test.each(["cubic", "new-reno"] as const)("%s: a latecomer is let in", (name) => {
    const link = new TcpLink({ ...PATH, seed });
    new TcpMonitor(link);
    const first = start(link, 81, name);
    link.pass(15_000);
    const second = start(link, 82, name);
    link.pass(25_000);
    const got = rates(link, [first, second], 30_000);
    expect(jain(got)).toBeGreaterThan(0.8);
  });

  test("eight at once: nobody starves", () => {
    const link = new TcpLink({ ...PATH, seed });
    new TcpMonitor(link);
    const pairs = Array.from({ length: 8 }, (_, i) => start(link, 81 + i, "cubic"));
    link.pass(15_000);
    const got = rates(link, pairs, 45_000);
    expect(Math.min(...got)).toBeGreaterThan((0.25 * RATE) / 8);
    expect(jain(got)).toBeGreaterThan(0.75);
    expect(sum(got)).toBeGreaterThan(0.88 * RATE);
  });

  test("short transfers come and go beside a long one: they end soon, and it takes what they leave", () => {
    const link = new TcpLink({ ...PATH, seed });
    new TcpMonitor(link);
    const long = start(link, 81, "cubic");
    link.pass(10_000);
    const before = long.server()!.received;
    const began = link.now;
    const times: number[] = [];
    for (let i = 0; i < 20; i++) {
      const startedAt = link.now;
      const short = start(link, 100 + i, "cubic", SHORT);
      link.run(() => short.server()?.ended === true, 30_000);
      times.push(link.now - startedAt);
      link.pass(2_000);
    }
    // Five times what it would take alone at half of the rate.
    expect(times.sort((a, b) => a - b)[10]!).toBeLessThan((5 * SHORT) / (RATE / 2));
    const spare = RATE * (link.now - began) - 20 * SHORT * 1.06;
    expect(long.server()!.received - before).toBeGreaterThan(0.8 * spare);
  });
});
