import { describe, expect, test } from "vitest";
import { BLOCK_BYTES } from "../../../electron/netstack/tcp/block-pool.ts";
import type { TcpConnection } from "../../../electron/netstack/tcp/connection.ts";
import { TcpLink } from "../../support/tcp-link.ts";
import { TcpPeer } from "../../support/tcp-peer.ts";

const MSS = 1360;

describe("sending", () => {
  test("T57 PSH only on the last segment of a write", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.write(connection, 5 * MSS + 10);
    expect(peer.flush().map((s) => s.flags)).toEqual(["A", "A", "A", "A", "A", "PA"]);
  });

  test("T58 Nagle on: a tail in flight holds the next one, a full segment and closing do not wait", () => {
    const peer = new TcpPeer();
    const connection = peer.established({ nagle: true });
    peer.write(connection, 10);
    peer.expect({ length: 10 });
    peer.write(connection, 10);
    peer.expectNothing();
    peer.write(connection, MSS);
    peer.expect({ length: MSS });
    peer.expectNothing();
    peer.send({ ack: 11 + MSS });
    peer.expect({ length: 10 });
    peer.write(connection, 7);
    peer.expectNothing();
    connection.shutdown(peer.now);
    peer.turn();
    peer.expect({ flags: "FPA", length: 7 });
  });

  test("T58 Nagle off, the default: every write goes at once", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    for (let i = 0; i < 3; i++) {
      peer.write(connection, 1);
      peer.expect({ flags: "PA", seq: 1 + i, length: 1 });
    }
  });

  test("T59 a window smaller than a segment: no slivers while data is out, but something when nothing is", () => {
    const peer = new TcpPeer();
    peer.wnd = 2000;
    const connection = peer.established(undefined, { wnd: 2000 });
    peer.write(connection, 4000);
    peer.expect({ seq: 1, length: MSS });
    peer.expectNothing();
    peer.send({ ack: 1 + MSS, wnd: 500 });
    peer.expect({ seq: 1 + MSS, length: 500 });
    peer.expectNothing();
  });

  test("T60 never beyond UNA+WND; a window of 16 bits is unsigned", () => {
    const peer = new TcpPeer();
    const connection = peer.established(undefined, { wnd: 3 * MSS });
    peer.write(connection, 10 * MSS);
    expect(peer.flush().map((s) => s.seq)).toEqual([1, 1 + MSS, 1 + 2 * MSS]);
    peer.send({ ack: 1 + 3 * MSS, wnd: 0xffff });
    expect(connection.stats.sendWindow).toBe(0xffff);
    expect(peer.flush().length).toBe(7);
  });

  test("T61 the peer shrinks the window under data in flight: nothing new, probes later, no crash", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.write(connection, 10 * MSS);
    peer.flush();
    peer.write(connection, 100);
    peer.flush();
    peer.send({ ack: 1 + MSS, wnd: 0 });
    peer.expectNothing();
    peer.advance(3000);
    const probes = peer.flush();
    expect(probes.length).toBeGreaterThan(1);
    for (const probe of probes) expect([probe.seq, probe.length]).toEqual([MSS, 0]);
    peer.send({ ack: 1 + MSS, wnd: 65_535 });
    peer.advance(3000);
    expect(peer.flush().find((s) => s.seq === 1 + MSS)).toMatchObject({ length: MSS });
    expect(connection.state).toBe("established");
  });

  test("T61 an ACK of our own stays inside a window that shrank", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.write(connection, 3 * MSS);
    peer.flush();
    peer.send({ ack: 1, wnd: 1000, flags: "PA", seq: 1, length: 5 });
    peer.advance(40);
    const ack = peer.flush().find((s) => s.length === 0)!;
    expect(ack.seq).toBeLessThanOrEqual(1001);
  });

  test("T62 ten segments at first, then twice as many per round trip", () => {
    const peer = new TcpPeer();
    const connection = peer.established(undefined, { mss: MSS, ws: 7, wnd: 60_000 });
    peer.wnd = 60_000;
    connection.write(new Uint8Array(128 << 10), peer.now);
    peer.turn();
    let to = 1;
    for (const count of [10, 20, 40]) {
      const sent = peer.flush();
      expect(sent.length).toBe(count);
      peer.advance(20);
      for (const segment of sent) {
        to = segment.seq + segment.length;
        peer.inject({ ack: to });
      }
      peer.turn();
      connection.write(new Uint8Array(128 << 10), peer.now);
      peer.turn();
    }
  });

  test("T79 after silence no more than the initial window; an idle sender's window does not grow", () => {
    const peer = new TcpPeer();
    const connection = peer.established(undefined, { mss: MSS, ws: 7, wnd: 60_000 });
    peer.wnd = 60_000;
    let to = 1;
    for (let round = 0; round < 4; round++) {
      peer.write(connection, 40 * MSS);
      for (const segment of peer.flush()) to = Math.max(to, segment.seq + segment.length);
      peer.advance(20);
      peer.send({ ack: to });
    }
    for (let last = 0; last !== to; ) {
      last = to;
      for (const segment of peer.flush()) to = Math.max(to, segment.seq + segment.length);
      peer.advance(20);
      peer.send({ ack: to });
    }
    expect(connection.stats.congestionWindow).toBeGreaterThan(20 * MSS);
    peer.advance(5000);
    peer.write(connection, 60 * MSS);
    expect(peer.flush().length).toBe(10);

    const idle = new TcpPeer();
    const chatty = idle.established();
    const before = chatty.stats.congestionWindow;
    for (let i = 0; i < 200; i++) {
      idle.write(chatty, 1);
      idle.send({ ack: 2 + i });
    }
    expect(chatty.stats.congestionWindow).toBe(before);
  });

  test("T42 our own sequence numbers wrap", () => {
    const scout = new TcpPeer();
    scout.connect();
    const peer = new TcpPeer();
    // The ISN clock ticks every 4 microseconds: wait until it stands a little before the wrap.
    peer.clock.advance((2 ** 32 - 4000 - scout.theirIss) / 250);
    const connection = peer.established(undefined, { mss: MSS, sackOk: true });
    expect(peer.theirIss).toBeGreaterThan(2 ** 32 - 5000);
    peer.write(connection, 8 * MSS);
    expect(peer.flush().map((s) => s.seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((i) => 1 + i * MSS));
    peer.send({ ack: 1, sack: [[1 + 4 * MSS, 1 + 7 * MSS]] });
    peer.advance(5);
    const resent = peer.flush();
    expect(resent[0]).toMatchObject({ seq: 1, length: MSS });
    peer.send({ ack: 1 + 8 * MSS });
    expect(connection.stats.bytesInFlight).toBe(0);
    expect(connection.stats.bytesOut).toBe(8 * MSS);
  });

  test("write takes what fits, and onWritable comes once there is room", () => {
    const peer = new TcpPeer();
    const connection = peer.established({ sendBufferMax: 64 << 10 });
    const room = connection.writableLength;
    expect(room).toBe(64 << 10);
    expect(peer.write(connection, room + 1000)).toBe(room);
    expect(connection.writableLength).toBe(0);
    expect(peer.write(connection, 1)).toBe(0);
    expect(peer.log).toEqual(["established"]);
    let to = 1;
    while (!peer.log.includes("writable")) {
      const sent = peer.flush();
      expect(sent.length).toBeGreaterThan(0);
      for (const segment of sent) to = Math.max(to, segment.seq + segment.length);
      peer.advance(1);
      peer.send({ ack: to });
    }
    expect(connection.writableLength).toBeGreaterThan(0);
  });
});

test("T74 a shell's opening on a quick path: small messages that the peer answers late, and nothing is sent twice", () => {
  const link = new TcpLink({ seed: 4, delayMs: 0.2 });
  const nothing = (): void => undefined;
  const quiet = { onEstablished: nothing, onReadable: nothing, onWritable: nothing, onEnd: nothing, onClosed: nothing };
  let server: TcpConnection | undefined;
  link.b.listen({ port: 22 }, (connection) => {
    server = connection;
    connection.handler = quiet;
  });
  const client = link.a.connect({ remote: link.addressB, port: 22 }, link.now);
  client.handler = quiet;
  link.run(() => server !== undefined, 100);
  for (const lengths of [[21], [1200], [48, 44], [60, 500, 900], [64], [100, 100, 100, 100], [1348], [1348, 200]]) {
    for (const length of lengths) {
      client.write(new Uint8Array(length), link.now);
      link.run(() => false, 1);
    }
    // The server thinks; its TCP acknowledges after 40 ms.
    link.run(() => false, 300);
    while (server!.read(65_536, link.now) !== undefined);
    server!.write(new Uint8Array(80), link.now);
    link.run(() => false, 300);
  }
  for (const { stats } of [client, server!]) expect([stats.retransmits, stats.timeouts]).toEqual([0, 0]);
  expect([...link.drops]).toEqual([]);
  // Held back by 40 ms each: what is shown is the path.
  expect(client.stats.rttMs).toBeGreaterThan(10);
  expect(client.stats.pathRttMs).toBeLessThan(1);
});

test("the send buffer grows to two windows, and no further than it may", () => {
  for (const [sendBufferMax, most] of [
    [4 << 20, 4 << 20],
    [300_000, 300_000],
  ] as const) {
    const peer = new TcpPeer();
    const connection = peer.established({ sendBufferMax }, { mss: MSS, ws: 7, wnd: 65_535 });
    let to = 1;
    let held = 0;
    for (let round = 0; round < 10; round++) {
      for (let room = connection.writableLength; room > 0; room = connection.writableLength)
        peer.write(connection, room);
      for (const { seq, length } of peer.flush()) to = Math.max(to, seq + length);
      held = Math.max(held, peer.layer.blocks.used);
      const { congestionWindow } = connection.stats;
      expect(peer.layer.blocks.used).toBeLessThanOrEqual(Math.max(128 << 10, 2 * congestionWindow) + 2 * BLOCK_BYTES);
      peer.advance(5);
      peer.inject({ ack: to });
      peer.turn();
      for (const { seq, length } of peer.flush()) to = Math.max(to, seq + length);
    }
    expect(held).toBeLessThan(most + 2 * BLOCK_BYTES);
    expect(held).toBeGreaterThan(most / 2);
  }
});

describe("a shut window", () => {
  const shut = (options?: Parameters<TcpPeer["established"]>[0]): [TcpPeer, TcpConnection] => {
    const peer = new TcpPeer();
    const connection = peer.established(options, { mss: MSS, wnd: 0 });
    peer.wnd = 0;
    return [peer, connection];
  };

  test("T81 probes at UNA-1, doubling to a cap, for ever while they are answered", () => {
    const [peer, connection] = shut();
    peer.write(connection, 1);
    peer.expectNothing();
    const at: number[] = [];
    for (let i = 0; i < 60; i++) {
      const before = peer.now;
      while (peer.out.length === 0) peer.advance(10);
      expect(peer.flush()).toMatchObject([{ flags: "A", seq: 0, length: 0 }]);
      at.push(peer.now - before);
      peer.send({ ack: 1 });
    }
    expect(at[1]! / at[0]!).toBeCloseTo(2, 0);
    expect(at.at(-1)).toBe(120_000);
    expect(connection.state).toBe("established");
  });

  test("T81 no probes when nothing waits", () => {
    const [peer] = shut();
    peer.advance(100_000);
    peer.expectNothing();
    expect(peer.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test("T81 a FIN that waits is probed for too", () => {
    const [peer, connection] = shut();
    connection.shutdown(peer.now);
    peer.turn();
    peer.expectNothing();
    peer.advance(500);
    peer.expect({ flags: "A", seq: 0, length: 0 });
    peer.send({ ack: 1, wnd: 100 });
    peer.expect({ flags: "FA", seq: 1 });
  });

  test("T82 an open window lets data out at once; without answers the connection ends", () => {
    const [peer, connection] = shut();
    peer.write(connection, 3000);
    peer.advance(1000);
    peer.flush();
    peer.send({ ack: 1, wnd: 5000 });
    expect(peer.flush().map((s) => s.length)).toEqual([MSS, MSS, 280]);

    const [dead, gone] = shut();
    dead.write(gone, 1);
    dead.advance(3_000_000);
    expect(dead.log.at(-1)).toBe("closed connection-timeout");

    const [impatient, waiting] = shut({ userTimeoutMs: 5000 });
    impatient.write(waiting, 1);
    impatient.advance(20_000);
    expect(impatient.log.at(-1)).toBe("closed connection-timeout");
  });
});

describe("keepalive", () => {
  const keepAlive = { idleMs: 10_000, intervalMs: 1000, probes: 3 };

  test("T83 off by default", () => {
    const peer = new TcpPeer();
    peer.established();
    peer.advance(24 * 3600 * 1000);
    peer.expectNothing();
  });

  test("T83 seq NXT-1 after silence; an answer starts over; too many unanswered end it", () => {
    const peer = new TcpPeer();
    const connection = peer.established({ keepAlive });
    const probe = { flags: "A", seq: 0, ack: 1, length: 0 };
    // Answered more often than may go unanswered.
    for (let n = 0; n < keepAlive.probes + 2; n++) {
      peer.advance(9999);
      peer.expectNothing();
      peer.advance(1);
      peer.expect(probe);
      peer.expectNothing();
      peer.send({ ack: 1 });
    }
    peer.advance(12_999);
    for (let n = 0; n < keepAlive.probes; n++) peer.expect(probe);
    peer.expectNothing();
    expect(connection.state).toBe("established");
    peer.advance(1);
    expect([connection.state, peer.log.at(-1)]).toEqual(["closed", "closed connection-timeout"]);
  });

  test("T83 no probe while data is unacknowledged", () => {
    const peer = new TcpPeer();
    const connection = peer.established({ keepAlive });
    peer.write(connection, 10);
    peer.advance(11_000);
    for (const segment of peer.flush()) expect(segment.length).toBe(10);
    expect(connection.state).toBe("established");
  });
});
