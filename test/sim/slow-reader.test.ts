import { describe, expect, test } from "vitest";
import { MAX_UNANSWERED_PROBES } from "../../electron/netstack/tcp/tuning.ts";
import { ACK, FIN, SYN, TcpSegment } from "../../electron/netstack/wire/tcp.ts";
import type { Packet } from "../support/sim-path.ts";
import { TcpLink } from "../support/tcp-link.ts";
import { TcpMonitor } from "../support/tcp-monitor.ts";
import { type Endpoint, openPair, PATIENCE_MS, type Pair, seedOf } from "../support/tcp-transfer.ts";

const MIB = 1 << 20;
const HOUR_MS = 3_600_000;
/** One block at each end of a buffer may be half full. */
const BLOCKS_SLACK = 128 << 10;

function serverOf(link: TcpLink, pair: Pair): Endpoint {
  expect(link.run(() => pair.server() !== undefined, HOUR_MS)).toBe(true);
  return pair.server()!;
}

function isBareAck(packet: Packet): boolean {
  const segment = new TcpSegment();
  segment.parse(packet.bytes);
  return segment.payloadStart === segment.payloadEnd && (segment.flags & (SYN | FIN | ACK)) === ACK;
}

describe("a reader that stops reading", { timeout: PATIENCE_MS }, () => {
  const seed = seedOf("slow-reader");

  test("stops its sender and nothing else: another connection of the same stacks is as fast as alone", () => {
    const time = (withStopped: boolean): number => {
      const link = new TcpLink({ delayMs: 20, bytesPerMs: 6_250, queueBytes: 250_000, seed });
      new TcpMonitor(link);
      if (withStopped) {
        serverOf(link, openPair(link, 64 * MIB, 0, { port: 81 })).paused = true;
        link.pass(20_000);
      }
      const started = link.now;
      const pair = openPair(link, 2 * MIB, 2 * MIB, { port: 82 });
      expect(link.run(() => pair.client.ended && pair.server()?.ended === true, HOUR_MS)).toBe(true);
      return link.now - started;
    };
    const alone = time(false);
    expect(time(true)).toBeLessThan(1.1 * alone);
  });

  test("memory is bounded by the buffers, the line is quiet, and every byte comes when it goes on", () => {
    const link = new TcpLink({ delayMs: 20, loss: 0.01, duplicate: 0.01, seed });
    new TcpMonitor(link);
    const receiveBufferMax = 2 * MIB;
    const sendBufferMax = MIB;
    const pair = openPair(link, 16 * MIB, 0, { client: { sendBufferMax }, server: { receiveBufferMax } });
    const server = serverOf(link, pair);
    link.run(() => server.received > 4 * MIB, HOUR_MS);
    server.paused = true;
    link.pass(60_000);
    expect(link.a.blocks.used).toBeLessThanOrEqual(sendBufferMax + BLOCKS_SLACK);
    expect(link.b.blocks.used).toBeLessThanOrEqual(receiveBufferMax + BLOCKS_SLACK);
    const held = [pair.client.written, server.connection.readableLength];
    const sent = link.sent;
    link.pass(HOUR_MS);
    // Probes at intervals that grow to two minutes, and their answers.
    expect(link.sent - sent).toBeLessThan(150);
    expect([pair.client.written, server.connection.readableLength]).toEqual(held);
    expect(server.closed).toBe(false);
    server.paused = false;
    server.drain(link.now);
    expect(link.run(() => server.ended, HOUR_MS)).toBe(true);
    expect(server.received).toBe(16 * MIB);
  });

  test("T82 every second acknowledgement without data is lost, window updates too: a stuttering reader gets every byte", () => {
    for (let i = 0; i < 10; i++) {
      const link = new TcpLink({ delayMs: 10, seed: seed + i });
      new TcpMonitor(link);
      // Never all the answers that make a sender give its peer up, which half of them being lost would do in one run of 200.
      let inARow = 0;
      link.filter = (packet) => {
        if (packet.from !== "b" || !isBareAck(packet)) return false;
        inARow = link.random() < 0.5 && inARow < MAX_UNANSWERED_PROBES - 1 ? inARow + 1 : 0;
        return inARow > 0;
      };
      const pair = openPair(link, MIB, 0, { server: { receiveBufferMax: 64 << 10 } });
      const server = serverOf(link, pair);
      while (!server.ended) {
        server.paused = true;
        link.pass(link.random() * 3000);
        server.paused = false;
        server.drain(link.now);
        expect(link.now).toBeLessThan(HOUR_MS);
        link.pass(link.random() * 300);
      }
      expect(server.received).toBe(MIB);
    }
  });

  test("T81 the one update that opens the window is lost: a probe finds out, within its interval", () => {
    const link = new TcpLink({ delayMs: 10, seed });
    new TcpMonitor(link);
    const pair = openPair(link, 4 * MIB, 0, { server: { receiveBufferMax: 256 << 10 } });
    const server = serverOf(link, pair);
    server.paused = true;
    link.pass(10_000);
    expect(server.connection.readableLength).toBe(256 << 10);
    let dark = true;
    link.filter = (packet) => dark && packet.from === "b";
    server.paused = false;
    server.drain(link.now);
    link.pass(100);
    dark = false;
    const opened = link.now;
    expect(link.run(() => server.ended, HOUR_MS)).toBe(true);
    // Ten seconds of a shut window have taken the interval to some seconds.
    expect(link.now - opened).toBeLessThan(15_000);
  });

  test("a slow reader, a little at a time: full segments go out, no silly ones", () => {
    const link = new TcpLink({ delayMs: 10, seed });
    const monitor = new TcpMonitor(link);
    const pair = openPair(link, 2 * MIB, 0, { server: { receiveBufferMax: 64 << 10 } });
    const server = serverOf(link, pair);
    server.paused = true;
    while (!server.ended) {
      link.pass(5);
      const data = server.connection.read(700, link.now);
      server.received += data?.length ?? 0;
      if (data === undefined && server.received >= 2 * MIB) link.pass(1000);
      expect(link.now).toBeLessThan(HOUR_MS);
    }
    const average = monitor.counts.a.payload / monitor.counts.a.data;
    expect(average).toBeGreaterThan(1200);
  });
});
