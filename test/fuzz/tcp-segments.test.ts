import { describe, expect, test } from "vitest";
import type { TcpConnection } from "../../electron/netstack/tcp/connection.ts";
import { addBytes, finishChecksum, pseudoHeaderSum } from "../../electron/netstack/wire/checksum.ts";
import { fillTcpChecksum, TcpSegment } from "../../electron/netstack/wire/tcp.ts";
import { seeded } from "../support/sim-path.ts";
import { TcpPeer } from "../support/tcp-peer.ts";
import { seedOf } from "../support/tcp-transfer.ts";

const seed = seedOf("tcp-segments");
const ROUNDS = 300;

/** A memory that does not grow without end, and numbers that stay sane. */
function checkHealth(peer: TcpPeer): void {
  for (const connection of peer.layer.connections) {
    const { stats } = connection;
    expect(stats.congestionWindow).toBeGreaterThan(0);
    expect(stats.bytesInFlight).toBeGreaterThanOrEqual(0);
    expect(stats.mss).toBeGreaterThan(0);
    expect(connection.readableLength).toBeLessThanOrEqual(7 << 20);
    expect(Number.isFinite(stats.rtoMs)).toBe(true);
  }
}

/** Everything a user may do, at random. */
function act(peer: TcpPeer, connection: TcpConnection | undefined, random: () => number): void {
  const what = random();
  if (connection === undefined || what < 0.5) return;
  if (what < 0.7) peer.write(connection, Math.floor(random() * 20_000));
  else if (what < 0.9) peer.read(connection, Math.floor(random() * 20_000));
  else if (what < 0.93) connection.shutdown(peer.now);
  else if (what < 0.94) connection.close(peer.now);
  else if (what < 0.945) connection.abort(peer.now);
}

describe("whatever arrives, nothing is thrown and nothing hangs", () => {
  test("random bytes", () => {
    const random = seeded(seed);
    const peer = new TcpPeer();
    peer.listen();
    peer.established();
    for (let i = 0; i < 20_000; i++) {
      const bytes = Uint8Array.from({ length: Math.floor(random() * 80) }, () => Math.floor(random() * 256));
      const valid = random() < 0.8 && bytes.length >= 20;
      if (valid) {
        if (random() < 0.7) bytes.set([0, 80, peer.theirPort >> 8, peer.theirPort & 255]);
        bytes[12] = (5 + Math.floor(random() * 3)) << 4;
        fillTcpChecksum(bytes, bytes.length, pseudoHeaderSum(peer.local.bytes, peer.remote.bytes, 6, bytes.length));
      }
      peer.layer.receive(peer.local, peer.remote, bytes, 0, bytes.length, peer.now);
      if (i % 50 === 0) peer.advance(random() * 100);
      peer.flush();
    }
    checkHealth(peer);
  });

  test("a peer that sends any flags, numbers and options around the right ones, in every state", () => {
    const random = seeded(seed + 1);
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
    for (let round = 0; round < ROUNDS; round++) {
      const peer = new TcpPeer({ version: random() < 0.5 ? 4 : 6 });
      peer.stamps = random() < 0.5;
      let connection: TcpConnection | undefined;
      const answer = { sackOk: random() < 0.5, ...(random() < 0.5 ? { ws: Math.floor(random() * 16) } : {}) };
      if (random() < 0.2) connection = peer.connect();
      else if (random() < 0.3) {
        const accepted = peer.listen();
        peer.send({ flags: "S", seq: 0, mss: 1000, ...answer });
        peer.send({ flags: "A", seq: 1, ack: 1 });
        connection = accepted[0];
      } else connection = peer.established(undefined, answer);
      const near = (of: number): number => of + Math.floor((random() - 0.5) * pick([2, 10, 3000, 100_000, 2 ** 31]));
      for (let step = 0; step < 60; step++) {
        const { stats } = connection ?? {};
        const flags =
          random() < 0.7
            ? pick(["A", "A", "PA", "FA", "PA"])
            : pick(["S", "SA", "R", "RA", "F", "", "UPA", "FSRPAU", "SF"]);
        peer.send({
          flags,
          seq: near(1 + (stats?.bytesIn ?? 0)),
          ack: near(1 + (stats?.bytesOut ?? 0) + (random() < 0.5 ? (stats?.bytesInFlight ?? 0) : 0)),
          wnd: pick([0, 1, 100, 5000, 65_535]),
          length: pick([0, 0, 1, 10, 1000, 1360]),
          ...(random() < 0.3
            ? { sack: [[near(1 + (stats?.bytesOut ?? 0)), near(5000 + (stats?.bytesOut ?? 0))]] as [number, number][] }
            : {}),
          ...(random() < 0.1
            ? { rawOptions: Array.from({ length: 4 * Math.floor(random() * 10) }, () => Math.floor(random() * 256)) }
            : {}),
        });
        act(peer, connection, random);
        if (random() < 0.3) peer.advance(random() * pick([10, 300, 3000]));
        if (random() < 0.02)
          peer.layer.onPathMtu(
            peer.local,
            peer.remote,
            peer.theirPort,
            80,
            (peer.theirIss + 1 + (stats?.bytesOut ?? 0)) >>> 0,
            Math.floor(random() * 1500),
            peer.now,
          );
        checkHealth(peer);
        peer.flush();
      }
      connection?.abort(peer.now);
      peer.turn();
      peer.advance(300_000);
      expect(peer.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    }
  });

  test("the parser takes any bytes, and what it accepts lies inside them", () => {
    const random = seeded(seed + 2);
    const segment = new TcpSegment();
    for (let i = 0; i < 100_000; i++) {
      const bytes = Uint8Array.from({ length: Math.floor(random() * 90) }, () =>
        random() < 0.3 ? Math.floor(random() * 10) : Math.floor(random() * 256),
      );
      if (!segment.parse(bytes)) continue;
      expect(segment.payloadStart).toBeGreaterThanOrEqual(20);
      expect(segment.payloadEnd).toBe(bytes.length);
      expect(segment.payloadStart).toBeLessThanOrEqual(segment.payloadEnd);
      expect(segment.sackBlocks).toBeLessThanOrEqual(4);
    }
    expect(finishChecksum(addBytes(0, new Uint8Array(0)))).toBe(0xffff);
  });
});
