import { describe, expect, test } from "vitest";
import type { TcpOptions } from "../../electron/netstack/tcp/connection.ts";
import { type LinkOptions, TcpLink } from "../support/tcp-link.ts";
import { TcpMonitor } from "../support/tcp-monitor.ts";
import { openPair, seedOf } from "../support/tcp-transfer.ts";

const MIB = 1 << 20;
const BAD = { delayMs: 15, loss: 0.01, reorder: 0.02, duplicate: 0.01 };

interface Scenario extends Omit<LinkOptions, "seed"> {
  name: string;
  up: number;
  down: number;
  client?: TcpOptions;
  server?: TcpOptions;
  /** Virtual seconds it may take at most: a golden number with room for the seed. */
  seconds: number;
}

const SCENARIOS: Scenario[] = [
  { name: "a perfect path", delayMs: 30, up: 16 * MIB, down: 0, seconds: 1.5 },
  { name: "a perfect path, both ways", delayMs: 30, up: 8 * MIB, down: 8 * MIB, seconds: 1.5 },
  { name: "1 % loss", delayMs: 15, loss: 0.01, up: 4 * MIB, down: 0, seconds: 30 },
  { name: "loss, reordering, duplicates, both ways", ...BAD, up: 4 * MIB, down: 4 * MIB, seconds: 30 },
  { name: "the same without SACK", ...BAD, up: 2 * MIB, down: 2 * MIB, client: { sack: false }, seconds: 30 },
  {
    name: "the same without any option",
    ...BAD,
    up: 2 * MIB,
    down: 2 * MIB,
    client: { sack: false, timestamps: false, windowScaling: false },
    seconds: 40,
  },
  {
    name: "10 % of everything",
    delayMs: 15,
    loss: 0.1,
    reorder: 0.1,
    duplicate: 0.1,
    corrupt: 0.05,
    up: MIB / 2,
    down: MIB / 2,
    seconds: 120,
  },
  {
    name: "a narrow path with a short queue",
    delayMs: 15,
    bytesPerMs: 5000,
    queueBytes: 200_000,
    up: 16 * MIB,
    down: 0,
    seconds: 6,
  },
  { name: "reordering alone", delayMs: 30, reorder: 0.05, reorderMs: 3, up: 8 * MIB, down: 0, seconds: 1 },
  { name: "jitter", delayMs: 20, jitterMs: 4, jitterReorders: true, up: 8 * MIB, down: 0, seconds: 6 },
  { name: "many datagrams in one turn", delayMs: 10, turnMs: 5, loss: 0.005, up: 4 * MIB, down: 4 * MIB, seconds: 20 },
  {
    name: "small buffers",
    delayMs: 5,
    loss: 0.01,
    up: MIB,
    down: MIB,
    client: { receiveBufferMax: 8192, sendBufferMax: 8192 },
    server: { receiveBufferMax: 6000 },
    seconds: 60,
  },
  {
    name: "Nagle and new-reno",
    ...BAD,
    up: MIB,
    down: MIB,
    client: { nagle: true, congestion: "new-reno" },
    seconds: 20,
  },
];

describe("two layers over a bad path", () => {
  const seed = seedOf("tcp-lossy-link");
  for (const [i, scenario] of SCENARIOS.entries())
    test(scenario.name, () => {
      const { name: _name, up, down, client, server, seconds, ...path } = scenario;
      const link = new TcpLink({ ...path, seed: seed + i });
      new TcpMonitor(link);
      const started = link.now;
      const pair = openPair(link, up, down, { ...(client && { client }), ...(server && { server }) });
      const finished = link.run(() => pair.client.closed && pair.server()?.closed === true, 3600_000);
      expect(finished).toBe(true);
      expect([pair.client.error, pair.server()!.error]).toEqual([undefined, undefined]);
      expect([pair.client.received, pair.server()!.received]).toEqual([down, up]);
      expect([pair.client.ended, pair.server()!.ended]).toEqual([true, true]);
      expect((link.now - started) / 1000).toBeLessThan(seconds);
      // TIME-WAIT over, nothing is left: no connection, no timer.
      link.run(() => false, 200_000);
      expect([link.a.nextDeadline(), link.b.nextDeadline()]).toEqual([
        Number.POSITIVE_INFINITY,
        Number.POSITIVE_INFINITY,
      ]);
      expect([...link.a.connections, ...link.b.connections]).toEqual([]);
    });

  test("an outage of ten minutes is survived, and data flows again soon after it", () => {
    const link = new TcpLink({ delayMs: 20, seed });
    const pair = openPair(link, 4 * MIB, 0);
    link.run(() => (pair.server()?.received ?? 0) > 100_000, 60_000);
    let dark = true;
    link.filter = () => dark;
    link.run(() => false, 600_000);
    dark = false;
    const back = link.now;
    expect(link.run(() => pair.server()!.ended, 300_000)).toBe(true);
    expect(link.now - back).toBeLessThan(125_000);
  });

  test("a reader that stops: the window shuts, memory stays bounded, nothing is lost when it goes on", () => {
    const link = new TcpLink({ delayMs: 10, loss: 0.01, seed });
    new TcpMonitor(link);
    const pair = openPair(link, 8 * MIB, 0);
    link.run(() => pair.server() !== undefined, 60_000);
    const server = pair.server()!;
    server.paused = true;
    link.run(() => false, 120_000);
    expect(server.connection.readableLength).toBeGreaterThan(200_000);
    expect(server.connection.readableLength).toBeLessThan(400_000);
    // The sender holds at most twice what its window was when it last could send.
    expect(pair.client.written - server.connection.readableLength).toBeLessThan(1_000_000);
    server.paused = false;
    server.drain(link.now);
    // With one seed in a hundred the update that opens the window is lost, and the next probe, two minutes after the last
    // one, finds out (T81; how soon it does is asked in slow-reader).
    expect(link.run(() => server.ended, 3600_000)).toBe(true);
    expect(server.received).toBe(8 * MIB);
  });

  test("a hundred connections at once", () => {
    const link = new TcpLink({ delayMs: 5, loss: 0.01, reorder: 0.02, seed });
    let served = 0;
    link.b.listen({ port: 7 }, (connection) => {
      connection.handler = {
        onEstablished: () => undefined,
        onReadable: (now) => {
          for (let data = connection.read(65_536, now); data !== undefined; data = connection.read(65_536, now))
            connection.write(data, now);
        },
        onWritable: () => undefined,
        onEnd: (now) => {
          served++;
          connection.shutdown(now);
        },
        onClosed: () => undefined,
      };
    });
    let back = 0;
    for (let i = 0; i < 100; i++) {
      const connection = link.a.connect({ remote: link.addressB, port: 7 }, link.now);
      connection.handler = {
        onEstablished: (now) => {
          connection.write(new Uint8Array(5000), now);
          connection.shutdown(now);
        },
        onReadable: (now) => {
          back += connection.read(1 << 20, now)?.length ?? 0;
        },
        onWritable: () => undefined,
        onEnd: () => undefined,
        onClosed: () => undefined,
      };
    }
    link.run(() => false, 300_000);
    expect([served, back]).toEqual([100, 500_000]);
    expect([...link.a.connections, ...link.b.connections]).toEqual([]);
  });
});
