import { describe, expect, test } from "vitest";
import type { TcpConnection } from "../../../electron/netstack/tcp/connection.ts";
import { TcpPeer } from "../../support/tcp-peer.ts";

const MSS = 1360;

/** A connection with a round trip of `rttMs` whose window has grown by `segments`, to at least half as many; nothing is in flight. */
function warm(rttMs: number, segments = 310): [TcpPeer, TcpConnection, number] {
  const peer = new TcpPeer();
  const connection = peer.connect();
  peer.expect({ flags: "S" });
  peer.advance(rttMs);
  peer.send({ flags: "SA", seq: 0, ack: 1, mss: MSS, ws: 7 });
  peer.flush();
  peer.nxt = peer.acked = 1;
  let to = 1;
  let left = segments * MSS;
  // Each segment is acknowledged a round trip after it left.
  const acks: { due: number; ack: number }[] = [];
  for (let ms = 0; left > 0 || connection.stats.bytesInFlight > 0; ms++) {
    left -= connection.write(new Uint8Array(left), peer.now);
    peer.turn();
    for (const { seq, length } of peer.flush()) {
      to = seq + length;
      acks.push({ due: ms + rttMs, ack: to });
    }
    for (; acks[0]?.due === ms; acks.shift()) peer.inject({ ack: acks[0]!.ack });
    peer.turn();
    peer.advance(1);
  }
  expect(connection.stats.congestionWindow).toBeGreaterThanOrEqual((segments / 2 + 5) * MSS);
  expect(connection.stats.congestionWindow).toBeLessThanOrEqual((segments + 10) * MSS);
  return [peer, connection, to];
}

describe("pacing", () => {
  test("a burst on a long path is spread: some at once, the rest over less than a round trip, none late", () => {
    const [peer, connection] = warm(100);
    peer.advance(100);
    peer.write(connection, 160 * MSS);
    const first = peer.flush().length;
    // Twice a window per round trip in slow start: ten milliseconds yield a fifth of it.
    expect(first).toBeGreaterThanOrEqual(10);
    expect(first).toBeLessThanOrEqual(connection.stats.congestionWindow / MSS / 5 + 1);
    let sent = first;
    let busiest = 0;
    for (let ms = 0; ms < 50; ms++) {
      peer.advance(1);
      const { length } = peer.flush();
      busiest = Math.max(busiest, length);
      sent += length;
    }
    expect(sent).toBe(160);
    expect(busiest).toBeLessThanOrEqual(8);
    expect(connection.stats.retransmits).toBe(0);
  });

  test("ten segments are no burst, and on a short path nothing waits", () => {
    const fresh = new TcpPeer();
    const connection = fresh.established(undefined, { mss: MSS, ws: 7 });
    fresh.write(connection, 20 * MSS);
    expect(fresh.flush().length).toBe(10);

    const [near, short] = warm(8);
    near.write(short, 160 * MSS);
    expect(near.flush().length).toBe(160);
  });

  test("where ten milliseconds yield less than ten segments, ten leave at once, and no more", () => {
    const [peer, connection] = warm(100, 30);
    peer.advance(100);
    // At two windows a round trip it is about five.
    expect(connection.stats.congestionWindow).toBeLessThan(40 * MSS);
    peer.write(connection, 20 * MSS);
    expect(peer.flush().length).toBe(10);
    peer.advance(1);
    expect(peer.flush().length).toBeLessThanOrEqual(1);
    peer.advance(30);
    expect(peer.flush().length).toBeGreaterThanOrEqual(8);
  });

  test("behind a timeout the pace is that of the window to come, which is the threshold", () => {
    const [peer, connection, from] = warm(100);
    peer.advance(100);
    peer.write(connection, 160 * MSS);
    peer.advance(60);
    expect(peer.flush().length).toBe(160);
    while (connection.stats.timeouts === 0) peer.advance(10);
    expect(connection.stats.slowStartThreshold).toBeCloseTo(112 * MSS, 6);
    peer.flush();
    peer.advance(50);
    peer.send({ ack: from + 30 * MSS });
    // The window has room for 31; at 224 a round trip ten milliseconds yield 22.4.
    expect(connection.stats.congestionWindow).toBe(31 * MSS);
    expect(peer.flush().length).toBe(23);
  });

  test("a timer that comes late costs nothing: what it missed leaves at once", () => {
    const [peer, connection] = warm(100);
    peer.advance(100);
    peer.write(connection, 160 * MSS);
    const first = peer.flush().length;
    peer.clock.advance(25);
    peer.layer.tick(peer.now);
    peer.turn();
    // A quarter of a round trip, at 1.2 windows of at least 160 segments per round trip or more.
    const late = peer.flush().length;
    expect(late).toBeGreaterThanOrEqual(40);
    expect(first + late).toBeLessThan(160);
    peer.advance(50);
    expect(first + late + peer.flush().length).toBe(160);
  });

  test("closing with a burst that still waits: every byte, then FIN, and no timer stays", () => {
    const [peer, connection, from] = warm(100);
    peer.advance(100);
    connection.write(new Uint8Array(160 * MSS), peer.now);
    connection.close(peer.now);
    peer.turn();
    peer.advance(60);
    const last = peer.flush().at(-1)!;
    expect(last).toMatchObject({ flags: "FPA", seq: from + 159 * MSS });
    peer.send({ flags: "FA", ack: last.seq + last.length + 1 });
    peer.advance(70_000);
    expect(peer.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });
});
