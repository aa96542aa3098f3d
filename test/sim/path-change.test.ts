import { describe, expect, test } from "vitest";
import type { TcpOptions } from "../../electron/netstack/tcp/connection.ts";
import { TcpLink } from "../support/tcp-link.ts";
import { TcpMonitor } from "../support/tcp-monitor.ts";
import { type Endpoint, openPair, PATIENCE_MS, statisticsSeedOf } from "../support/tcp-transfer.ts";

const GIB = 1 << 30;
/** `npm run sim` takes its time: 10 Mbit/s instead of 5. */
const THOROUGH = process.env["CULVERT_SIM"] !== undefined;
const RATE = THOROUGH ? 1_250 : 625;
const PATH = { delayMs: 20, bytesPerMs: RATE, queueBytes: RATE * 80 };
const MINUTE_MS = 60_000;

interface Running {
  readonly link: TcpLink;
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** Payload bytes per millisecond over the next `ms`. */
  readonly rate: (ms: number) => number;
}

/** A bulk transfer through a path of 40 ms that has run for `ms`. */
function running(seed: number, ms: number, client?: TcpOptions): Running {
  const link = new TcpLink({ ...PATH, seed });
  new TcpMonitor(link);
  const pair = openPair(link, GIB, 0, client === undefined ? undefined : { client });
  link.pass(ms);
  const server = pair.server()!;
  const rate = (span: number): number => {
    const before = server.received;
    link.pass(span);
    return (server.received - before) / span;
  };
  return { link, client: pair.client, server, rate };
}

/** Milliseconds until the next new byte arrives. */
function untilNews({ link, server }: Running): number {
  const began = link.now;
  const before = server.received;
  link.run(() => server.received > before, 10 * MINUTE_MS);
  return link.now - began;
}

describe("the path changes under a connection", { timeout: PATIENCE_MS }, () => {
  const seed = statisticsSeedOf("path-change");

  test("the delay jumps from 20 to 200 ms and back: a false timeout or two each time, and the rate comes back", () => {
    const run = running(seed, 10_000);
    const { link, client } = run;
    const full = run.rate(5_000);
    expect(full).toBeGreaterThan(0.85 * RATE);
    for (let round = 0; round < (THOROUGH ? 3 : 1); round++) {
      const { timeouts } = client.connection.stats;
      link.change({ delayMs: 200, queueBytes: RATE * 400 });
      link.pass(5_000);
      expect(run.rate(10_000)).toBeGreaterThan(0.5 * full);
      link.change({ delayMs: 20 });
      link.pass(2_000);
      expect(run.rate(10_000)).toBeGreaterThan(0.8 * full);
      expect(client.connection.stats.timeouts - timeouts).toBeLessThanOrEqual(2);
    }
    // Nothing was lost but in the queue: what is sent twice for nothing is a window or two each time.
    const { retransmits, segmentsOut } = client.connection.stats;
    expect(retransmits - link.paths.a.dropped).toBeLessThan(0.05 * segmentsOut);
  });

  test.each([5, 30, 90])("dead for %i s: new data after no longer than that, and the full rate after it", (seconds) => {
    const run = running(seed, 10_000);
    const full = run.rate(5_000);
    run.link.change({ dead: true });
    run.link.pass(seconds * 1000);
    run.link.change({ dead: false });
    const wait = untilNews(run);
    process.stdout.write(`dead for ${seconds} s: new data after ${(wait / 1000).toFixed(1)} s\n`);
    // Timeouts double from a quarter of a second: the next one comes before the outage has lasted as long again.
    expect(wait).toBeLessThan(seconds * 1000 + 500);
    run.link.pass(10_000);
    expect(run.rate(5_000)).toBeGreaterThan(0.8 * full);
  });

  test.each([5, 30, 90])("dead for %i s, then retryNow: new data after a few round trips", (seconds) => {
    const run = running(seed, 10_000);
    run.link.change({ dead: true });
    run.link.pass(seconds * 1000);
    run.link.change({ dead: false });
    run.link.a.retryNow(run.link.now);
    run.link.b.retryNow(run.link.now);
    const wait = untilNews(run);
    process.stdout.write(`dead for ${seconds} s, retryNow: new data after ${wait.toFixed(0)} ms\n`);
    expect(wait).toBeLessThan(250);
    run.link.pass(10_000);
    expect(run.rate(5_000)).toBeGreaterThan(0.8 * RATE);
  });

  test("dead longer than the user timeout: both ends are told, and nothing is left", () => {
    const { link, client, server } = running(seed, 5_000, { userTimeoutMs: 20_000 });
    link.change({ dead: true });
    link.pass(30_000);
    expect([client.closed, client.error]).toEqual([true, "connection-timeout"]);
    link.change({ dead: false });
    // The receiver has nothing to send and no keepalive: it learns it when it closes.
    server.connection.close(link.now);
    link.pass(5 * MINUTE_MS);
    expect([link.a.tcbs.size, link.b.tcbs.size]).toEqual([0, 0]);
    expect([link.a.nextDeadline(), link.b.nextDeadline()]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
  });

  test("a black hole above 1280 bytes from the start, and one that comes later: smaller segments get through", () => {
    for (const from of [0, 10_000]) {
      const run = running(seed, from === 0 ? 1 : from);
      run.link.change({ blackHoleMtu: 1280 });
      run.link.pass(MINUTE_MS);
      const server = [...run.link.b.tcbs][0]!;
      expect(server.receiveBuffer.inOrderTo).toBeGreaterThan(RATE * 20_000);
    }
  });

  test("a black hole that stays costs its timeouts once; one that goes is noticed", () => {
    const run = running(seed, 5_000);
    const { stats: before } = run.client.connection;
    run.link.change({ blackHoleMtu: 1280 });
    run.link.pass(MINUTE_MS / 2);
    const { timeouts } = run.client.connection.stats;
    run.link.pass((THOROUGH ? 4 : 2.5) * MINUTE_MS);
    expect(run.client.connection.stats.mss).toBeLessThan(before.mss);
    expect(run.client.connection.stats.timeouts).toBe(timeouts);
    expect(run.rate(10_000)).toBeGreaterThan(0.8 * RATE);
    run.link.change({ blackHoleMtu: Number.POSITIVE_INFINITY });
    // RFC 8899 section 5.1.1: ten minutes is the longest that it waits.
    run.link.run(() => run.client.connection.stats.mss === before.mss, 11 * MINUTE_MS);
    expect(run.client.connection.stats.mss).toBe(before.mss);
    expect(run.client.connection.stats.timeouts).toBe(timeouts);
  });

  test("the rate falls to a tenth and comes back: the queue fills, nothing times out for long, the rate follows", () => {
    const run = running(seed, 10_000);
    const full = run.rate(5_000);
    run.link.change({ bytesPerMs: RATE / 10, queueBytes: RATE * 8 });
    run.link.pass(10_000);
    expect(run.rate(10_000)).toBeGreaterThan((0.7 * full) / 10);
    run.link.change({ bytesPerMs: RATE, queueBytes: RATE * 80 });
    run.link.pass(20_000);
    expect(run.rate(10_000)).toBeGreaterThan(0.8 * full);
  });
});
