// A path that takes less than it did: RFC 8201, RFC 1191. What is sent again, how much of it at a time, and what it costs.
// Work is counted, not timed: segments of a turn, and which records of the flight are touched.
import { afterEach, describe, expect, test, vi } from "vitest";
import type { TcpConnection } from "../../../electron/netstack/tcp/connection.ts";
import { Delivery } from "../../../electron/netstack/tcp/delivery.ts";
import { InFlight } from "../../../electron/netstack/tcp/in-flight.ts";
import { LOST, RESENT, SACKED } from "../../../electron/netstack/tcp/segment-records.ts";
import { MOST_SEGMENTS_PER_TURN } from "../../../electron/netstack/tcp/tuning.ts";
import { type Segment, type Sent, TcpPeer } from "../../support/tcp-peer.ts";

const MSS = 1360;
/** Payload of a full segment through 1280 bytes of IPv6 without timestamps. */
const SMALLER = 1220;

/** About `segments` full segments in flight on a path of 1 ms, which is too short for pacing. */
function flying(segments: number, answer: Sent = {}, peer = new TcpPeer()): [TcpPeer, TcpConnection] {
  const connection = peer.established(undefined, { mss: MSS, ws: 14, sackOk: true, ...answer });
  let end = 1;
  peer.advance(1);
  while (connection.stats.bytesInFlight < segments * MSS) {
    peer.acked = end;
    peer.send({});
    write(peer, connection, 2 * segments * MSS);
    for (const { seq, length } of peer.flush()) end = Math.max(end, seq + length);
    peer.advance(1);
    for (const { seq, length } of peer.flush()) end = Math.max(end, seq + length);
  }
  return [peer, connection];
}

function write(peer: TcpPeer, connection: TcpConnection, length: number): void {
  const data = new Uint8Array(Math.min(length, 1 << 20)).fill(0x61);
  for (let left = length; left > 0; left -= data.length)
    if (connection.write(data.subarray(0, left), peer.now) === 0) break;
  peer.turn();
}

function tooBig(peer: TcpPeer, sequence: number, mtu: number, port = peer.theirPort): boolean {
  return peer.layer.onPathMtu(peer.local, peer.remote, port, 80, (peer.theirIss + sequence) >>> 0, mtu, peer.now);
}

/** Every turn at this very moment, and what each sent. */
function turns(peer: TcpPeer): Segment[][] {
  const all: Segment[][] = [];
  peer.turn();
  do {
    all.push(peer.flush());
    peer.clock.advance(1);
    peer.layer.tick(peer.now);
    peer.turn();
  } while (peer.out.length > 0);
  return all;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("I14 Packet Too Big over a large window", () => {
  test("a bounded number of segments each turn, every byte once, and no record is cut alone", () => {
    const [peer, connection] = flying(2600);
    const { bytesInFlight } = connection.stats;
    expect(bytesInFlight).toBeGreaterThan(3_500_000);
    const una = peer.acked;
    const split = vi.spyOn(InFlight.prototype, "split");
    const recut = vi.spyOn(InFlight.prototype, "recut");
    expect(tooBig(peer, una + 100_000, 1280)).toBe(true);
    const sent = turns(peer).filter((turn) => turn.length > 0);
    expect(Math.max(...sent.map((turn) => turn.length))).toBeLessThanOrEqual(MOST_SEGMENTS_PER_TURN);
    const resent = sent.flat().filter(({ seq }) => seq < una + bytesInFlight);
    let next = una;
    let short = 0;
    for (const { seq, length } of resent) {
      // What was short enough before is not lost: the ends of what was written at once.
      if (seq > next) short++;
      expect(seq - next).toBeLessThan(SMALLER);
      expect(seq).toBeGreaterThanOrEqual(next);
      expect(length).toBeLessThanOrEqual(SMALLER);
      next = seq + length;
    }
    expect(una + bytesInFlight - next).toBeLessThan(SMALLER);
    expect(short).toBeLessThan(5);
    // Borders of what was sent before are forgotten: full segments, but for the last before each of those.
    expect(resent.length).toBeLessThan(bytesInFlight / SMALLER + 7);
    expect([split.mock.calls.length, recut.mock.calls.length]).toEqual([0, 1]);
  });

  test("a window full of new data is spread over turns too", () => {
    const [peer, connection] = flying(1200);
    peer.acked += connection.stats.bytesInFlight;
    peer.inject({});
    write(peer, connection, 1200 * MSS);
    const first = peer.flush().length;
    expect(first).toBe(MOST_SEGMENTS_PER_TURN);
    expect(first + turns(peer).flat().length).toBeGreaterThan(1100);
  });

  test("what is left goes in the turns that follow at once: no timer waits, though others are served between", () => {
    const [peer, connection] = flying(1200);
    peer.acked += connection.stats.bytesInFlight;
    peer.inject({});
    const { wakes } = peer;
    write(peer, connection, 1200 * MSS);
    const sent = [peer.flush().length];
    while (sent.at(-1) === MOST_SEGMENTS_PER_TURN) {
      expect(peer.wakes - wakes).toBeGreaterThanOrEqual(sent.length);
      expect(peer.layer.nextDeadline()).toBeLessThanOrEqual(peer.now);
      peer.turn();
      sent.push(peer.flush().length);
    }
    expect(sent.reduce((a, b) => a + b)).toBeGreaterThan(1100);
    expect(peer.layer.nextDeadline()).toBeGreaterThan(peer.now);
  });

  test("RFC 8201 section 5.4: a loss by size is no congestion, however long the repair takes", () => {
    const [peer, connection] = flying(600);
    const una = peer.acked;
    const end = una + connection.stats.bytesInFlight;
    const { congestionWindow, slowStartThreshold } = connection.stats;
    expect(tooBig(peer, una, 1280)).toBe(true);
    peer.turn();
    // Acknowledgements arrive while most of it still waits for its turn.
    for (let n = 1; n <= 3; n++) {
      peer.acked = una + n * SMALLER;
      peer.inject({});
      peer.turn();
    }
    expect(connection.stats.congestionWindow).toBeGreaterThanOrEqual(congestionWindow);
    turns(peer);
    peer.acked = end;
    peer.send({});
    expect(connection.stats.congestionWindow).toBeGreaterThanOrEqual(congestionWindow);
    expect(connection.stats.slowStartThreshold).toBe(slowStartThreshold);
    expect(connection.stats.timeouts).toBe(0);
  });

  test("RFC 5681: what is lost once it fits is congestion again", () => {
    const [peer, connection] = flying(60);
    const una = peer.acked;
    tooBig(peer, una, 1280);
    const resent = turns(peer).flat();
    expect(connection.stats.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
    peer.advance(1);
    peer.send({ sack: [[resent[4]!.seq, resent[9]!.seq]] });
    peer.advance(5);
    expect(connection.stats.slowStartThreshold).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(peer.flush()[0]).toMatchObject({ seq: una, length: SMALLER });
  });

  test("and the timer that fires meanwhile cuts the window as it ever does", () => {
    const [peer, connection] = flying(60);
    tooBig(peer, peer.acked, 1280);
    turns(peer);
    const { congestionWindow } = connection.stats;
    peer.advance(2000);
    expect(connection.stats.timeouts).toBeGreaterThan(0);
    expect(connection.stats.slowStartThreshold).toBeLessThan(congestionWindow);
    expect(connection.stats.congestionWindow).toBe(connection.stats.mss);
  });

  test("RFC 8201 section 5.4: one message, one repair: further ones about smaller segments bring nothing", () => {
    const [peer] = flying(30);
    const una = peer.acked;
    tooBig(peer, una, 1280);
    expect(turns(peer).flat().length).toBeGreaterThan(30);
    // The router answers each of the segments that did not fit.
    for (let n = 0; n < 30; n++) tooBig(peer, una + n * MSS, 1280);
    expect(turns(peer).flat()).toEqual([]);
  });

  test("a smaller size still is believed of what was sent since the last repair only", () => {
    const [peer, connection] = flying(30);
    const una = peer.acked;
    expect([tooBig(peer, una, 1400), tooBig(peer, una, 1380)]).toEqual([true, false]);
    const again = turns(peer).flat();
    expect(again.length).toBeGreaterThan(30);
    expect(tooBig(peer, una, 1300)).toBe(true);
    expect(turns(peer).flat().length).toBeGreaterThan(30);
    expect(connection.stats.mss).toBe(1240);
  });

  test("a gateway that asks for a little less again and again has the window cut: what is sent again has a bound", () => {
    const [peer, connection] = flying(300);
    const una = peer.acked;
    const { congestionWindow } = connection.stats;
    let sent = 0;
    for (let mtu = 1419; mtu >= 1280; mtu--) {
      tooBig(peer, una, mtu);
      const repair = turns(peer).flat();
      if (mtu > 1416) expect(connection.stats.congestionWindow).toBe(congestionWindow);
      sent += repair.length;
      peer.clock.advance(20);
    }
    expect(connection.stats.congestionWindow).toBeLessThan(congestionWindow);
    expect(sent).toBeLessThan(4 * 400 + 140 * 12);
  });

  test("RFC 8201 section 5.4: others to that host learn the size, and repair when it is said of theirs", () => {
    const [peer] = flying(20);
    const firstPort = peer.theirPort;
    const firstIss = peer.theirIss;
    const una = peer.acked;
    const other = peer.established(undefined, { mss: MSS, sackOk: true });
    peer.write(other, 4 * MSS);
    peer.flush();
    const believed = peer.layer.onPathMtu(peer.local, peer.remote, firstPort, 80, firstIss + una, 1280, peer.now);
    expect(believed).toBe(true);
    peer.turn();
    expect(other.stats.mss).toBe(SMALLER);
    expect(other.stats.retransmits).toBe(0);
    peer.flush();
    expect(tooBig(peer, 1, 1280)).toBe(true);
    peer.turn();
    expect(peer.flush()[0]).toMatchObject({ seq: 1, length: SMALLER });
  });

  test("FIN rides on what fits, and is no byte that makes a segment too large", () => {
    const peer = new TcpPeer();
    const connection = peer.established(undefined, { mss: MSS, ws: 7, sackOk: true });
    connection.write(new Uint8Array(2 * MSS + SMALLER), peer.now);
    connection.shutdown(peer.now);
    peer.turn();
    expect(peer.flush().map((s) => s.length)).toEqual([MSS, MSS, SMALLER]);
    tooBig(peer, 1, 1280);
    const resent = turns(peer).flat();
    expect(resent.map(({ seq, length }) => [seq - 1, length])).toEqual([
      [0, SMALLER],
      [SMALLER, SMALLER],
      [2 * SMALLER, 2 * MSS - 2 * SMALLER],
    ]);
    expect(resent.some(({ flags }) => flags.includes("F"))).toBe(false);
    peer.send({ ack: 1 + 2 * MSS });
    peer.advance(1000);
    expect(peer.flush().at(-1)!.flags).toContain("F");
  });
});

describe("RFC 4821 section 7: the larger size is tried again by one segment", () => {
  /** A connection whose full segments vanished until it took smaller ones; a minute later it goes at full speed with those. */
  function suspicious(answer: Sent = {}): [TcpPeer, TcpConnection] {
    const [peer, connection] = flying(10, answer);
    for (let i = 0; connection.stats.mss > SMALLER && i < 20; i++) peer.advance(200);
    expect(connection.stats.mss).toBe(SMALLER);
    settle(peer, connection);
    return [peer, connection];
  }

  /** The peer acknowledges whatever comes until all is delivered. */
  function settle(peer: TcpPeer, connection: TcpConnection): void {
    for (let i = 0; connection.stats.bytesInFlight > 0 && i < 1000; i++) {
      for (const { seq, length } of peer.flush()) peer.acked = Math.max(peer.acked, seq + length);
      peer.send({});
      peer.advance(1);
    }
    peer.flush();
  }

  describe("RFC 8201 section 4: ten minutes after a Packet Too Big", () => {
    const TEN_MINUTES = 600_000;
    const TOLD = 1240;

    /** What the stack's cache says, as it does: the router's size for ten minutes, then the link's. */
    function told(peer: TcpPeer, sequence: number): void {
      expect(tooBig(peer, sequence, 1300)).toBe(true);
      peer.pathMtu = 1300;
      peer.turn();
    }

    function lowered(): [TcpPeer, TcpConnection] {
      const [peer, connection] = flying(10);
      told(peer, peer.acked);
      expect(connection.stats.mss).toBe(TOLD);
      settle(peer, connection);
      return [peer, connection];
    }

    /** What is sent after so long, by size. All of it arrives. */
    function sizesAfter(peer: TcpPeer, connection: TcpConnection, ms: number): number[] {
      peer.advance(ms);
      write(peer, connection, 12 * MSS);
      const sent = peer.flush();
      arrive(peer, connection, sent);
      return sent.map(({ length }) => length);
    }

    function arrive(peer: TcpPeer, connection: TcpConnection, sent: readonly Segment[]): void {
      peer.acked = Math.max(...sent.map(({ seq, length }) => seq + length));
      peer.send({});
      settle(peer, connection);
    }

    test("one segment is of the old size, and no sooner; where it passes all are", () => {
      const [peer, connection] = lowered();
      expect(Math.max(...sizesAfter(peer, connection, TEN_MINUTES - 1_000))).toBe(TOLD);
      peer.pathMtu = peer.mtu;
      const [probe, ...rest] = sizesAfter(peer, connection, 1_000);
      expect([probe, Math.max(...rest)]).toEqual([MSS, TOLD]);
      expect(connection.stats.mss).toBe(MSS);
    });

    test("a router that says it again puts it off as long again, and that was no congestion", () => {
      const [peer, connection] = lowered();
      const { slowStartThreshold, timeouts } = connection.stats;
      peer.advance(TEN_MINUTES);
      peer.pathMtu = peer.mtu;
      for (let round = 0; round < 3; round++) {
        write(peer, connection, 12 * MSS);
        const [probe, ...rest] = peer.flush();
        expect(probe!.length).toBe(MSS);
        told(peer, probe!.seq);
        const resent = peer.flush();
        expect(resent.map(({ seq, length }) => [seq - probe!.seq, length])).toEqual([
          [0, TOLD],
          [TOLD, MSS - TOLD],
        ]);
        arrive(peer, connection, rest);
        expect(connection.stats).toMatchObject({ mss: TOLD, slowStartThreshold, timeouts });
        expect(Math.max(...sizesAfter(peer, connection, TEN_MINUTES - 1_000))).toBe(TOLD);
        peer.pathMtu = peer.mtu;
        peer.advance(1_000);
      }
    });

    test("and what is lost of it once it fits is congestion", () => {
      const [peer, connection] = lowered();
      peer.pathMtu = peer.mtu;
      peer.advance(TEN_MINUTES);
      write(peer, connection, 6 * MSS);
      const [probe] = peer.flush();
      told(peer, probe!.seq);
      peer.flush();
      expect(connection.stats.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
      peer.advance(1);
      write(peer, connection, 2 * MSS);
      const later = peer.flush();
      const end = Math.max(...later.map(({ seq, length }) => seq + length));
      peer.acked = probe!.seq + TOLD;
      peer.advance(1);
      peer.send({ sack: [[probe!.seq + MSS, end]] });
      peer.advance(5);
      expect(connection.stats.slowStartThreshold).toBeLessThan(Number.POSITIVE_INFINITY);
    });

    test("what other connections were told since then puts it off too, but not for ever", () => {
      const [peer, connection] = lowered();
      expect(Math.max(...sizesAfter(peer, connection, TEN_MINUTES))).toBe(TOLD);
      peer.pathMtu = peer.mtu;
      expect(sizesAfter(peer, connection, TEN_MINUTES)[0]).toBe(MSS);
    });
  });

  /** A minute later: the probe, and what followed it. */
  function probed(answer?: Sent): { peer: TcpPeer; connection: TcpConnection; probe: Segment; rest: Segment[] } {
    const [peer, connection] = suspicious(answer);
    peer.advance(60_000);
    write(peer, connection, 12 * MSS);
    const [probe, ...rest] = turns(peer).flat();
    expect(probe!.length).toBe(MSS);
    expect(rest.map(({ length }) => length).filter((length) => length > SMALLER)).toEqual([]);
    expect(rest.length).toBeGreaterThan(3);
    return { peer, connection, probe: probe!, rest };
  }

  test("one segment is larger, and once it is acknowledged they all are", () => {
    const { peer, connection, probe, rest } = probed();
    peer.acked = probe.seq + MSS;
    peer.send({});
    expect(connection.stats.mss).toBe(MSS);
    peer.acked = rest.at(-1)!.seq + rest.at(-1)!.length;
    peer.send({});
    settle(peer, connection);
    write(peer, connection, 8 * MSS);
    expect(peer.flush().map(({ length }) => length)).toContain(MSS);
  });

  test.each([
    ["with SACK", true],
    ["without SACK", false],
  ])("lost %s: section 7.5, it alone is sent again, smaller, and that was no congestion", (_, sackOk) => {
    const { peer, connection, probe, rest } = probed({ sackOk });
    const { congestionWindow, slowStartThreshold, timeouts, retransmits } = connection.stats;
    const una = probe.seq;
    for (const { seq, length } of rest) {
      peer.acked = una;
      peer.inject(sackOk ? { sack: [[una + MSS, seq + length]] } : {});
      peer.turn();
    }
    const sent = peer.flush();
    const again = sent.filter(({ seq }) => seq < una + MSS);
    expect(again.map(({ seq, length }) => [seq - una, length])).toEqual([
      [0, SMALLER],
      [SMALLER, MSS - SMALLER],
    ]);
    peer.acked = Math.max(...[...rest, ...sent].map(({ seq, length }) => seq + length));
    peer.send({});
    settle(peer, connection);
    expect(connection.stats).toMatchObject({ mss: SMALLER, timeouts, slowStartThreshold });
    expect(connection.stats.retransmits - retransmits).toBe(2);
    expect(connection.stats.congestionWindow).toBeGreaterThanOrEqual(congestionWindow);
    // The next one waits twice as long.
    peer.advance(100_000);
    write(peer, connection, 12 * MSS);
    expect(Math.max(...peer.flush().map(({ length }) => length))).toBe(SMALLER);
    settle(peer, connection);
    peer.advance(30_000);
    write(peer, connection, 12 * MSS);
    expect(peer.flush()[0]!.length).toBe(MSS);
  });

  test("others lost beside it are congestion as ever", () => {
    const { peer, connection, probe, rest } = probed();
    peer.acked = probe.seq;
    peer.send({ sack: [[rest[3]!.seq, rest.at(-1)!.seq + rest.at(-1)!.length]] });
    peer.advance(5);
    expect(connection.stats.slowStartThreshold).toBeLessThan(Number.POSITIVE_INFINITY);
    settle(peer, connection);
    expect(connection.stats.mss).toBe(SMALLER);
  });

  test("nothing is tried while less waits than shows the loss, or the window has no room for it", () => {
    const [peer, connection] = suspicious({ ws: 0 });
    peer.advance(60_000);
    write(peer, connection, 2 * MSS);
    expect(peer.flush().map(({ length }) => length)).toEqual([SMALLER, SMALLER, 2 * MSS - 2 * SMALLER]);
    settle(peer, connection);
    peer.send({ wnd: 3 * MSS });
    write(peer, connection, 12 * MSS);
    expect(Math.max(...peer.flush().map(({ length }) => length))).toBe(SMALLER);
  });
});

describe("records of the flight", () => {
  const RECORDS = 1000;
  const full = (): InFlight => {
    const flight = new InFlight();
    for (let i = 0; i < RECORDS; i++) flight.push(i * 10, i * 10 + 10, i);
    return flight;
  };

  test("a cut moves the records of the shorter side only", () => {
    const flight = full();
    const { first, next } = flight;
    expect(flight.split(first, 4)).toBe(first - 1);
    expect([flight.first, flight.next]).toEqual([first - 1, next]);
    expect(flight.split(next - 1, RECORDS * 10 - 3)).toBe(next - 1);
    expect([flight.first, flight.next]).toEqual([first - 1, next + 1]);
    let at = 0;
    for (let id = flight.first; id < flight.next; id++) {
      expect(flight.startOf(id)).toBe(at);
      at = flight.endOf(id);
    }
    expect(at).toBe(RECORDS * 10);
  });

  test("thousands of cuts of the first record move nothing behind it", () => {
    const flight = full();
    flight.acknowledge(5, 0, 1, new Delivery());
    const { next } = flight;
    for (let i = 0; i < 4; i++) flight.split(flight.first + i, 6 + i);
    expect(flight.next).toBe(next);
    expect([flight.startOf(flight.first), flight.endOf(flight.next - 1), flight.pipe]).toEqual([
      5,
      RECORDS * 10,
      RECORDS * 10 - 5,
    ]);
  });

  test("recut: runs of what is lost and too large get new borders; the rest keeps its own", () => {
    const flight = new InFlight();
    const lengths = [10, 10, 10, 3, 10, 10, 11];
    let at = 100;
    for (const [i, length] of lengths.entries()) {
      flight.push(at, at + length, i);
      at += length;
    }
    flight.sack(133, 143, 0, 50, new Delivery());
    for (const i of [0, 1, 2, 3, 5, 6]) flight.markLost(flight.first + i);
    flight.markResent(flight.first + 1, 60);
    flight.markLost(flight.first + 1);
    flight.recut(7, 164, true);
    const records: [number, number, number][] = [];
    for (let id = flight.first; id < flight.next; id++)
      records.push([flight.startOf(id), flight.endOf(id), flight.sentAt(id)]);
    expect(records).toEqual([
      // The newest transmission that any byte of it was part of.
      [100, 107, 0],
      [107, 114, 60],
      [114, 121, 60],
      [121, 128, 2],
      [128, 130, 2],
      [130, 133, 3],
      [133, 143, 4],
      [143, 150, 5],
      [150, 157, 6],
      // FIN takes no room.
      [157, 164, 6],
    ]);
    const flags = (flag: number): boolean[] => records.map((_, i) => flight.has(flight.first + i, flag));
    expect(flags(SACKED).indexOf(true)).toBe(6);
    expect(flags(LOST).filter(Boolean).length).toBe(9);
    expect(flags(RESENT)).toEqual([false, true, true, false, false, false, false, false, false, false]);
    expect([flight.nextLost(), flight.sackedCount, flight.lostBytes]).toEqual([flight.first, 1, 54]);
    flight.sack(133, 164, 0, 70, new Delivery());
    expect(flight.sackedCount).toBe(4);
  });
});

test("without merging each record keeps its borders, so that SACK still names it; and none that fits is touched", () => {
  const flight = new InFlight();
  for (let i = 0; i < 3; i++) flight.push(i * 10, i * 10 + 10, i);
  flight.markAllLost();
  flight.recut(8, -1, false);
  expect(Array.from({ length: flight.count }, (_, i) => flight.startOf(flight.first + i))).toEqual([
    0, 8, 10, 18, 20, 28,
  ]);
  flight.sack(10, 20, 0, 5, new Delivery());
  expect([flight.sackedCount, flight.lostBytes]).toEqual([2, 20]);
  flight.recut(8, -1, true);
  expect(flight.count).toBe(6);
});

describe("a peer whose window goes to and fro", () => {
  test("RFC 9293 section 3.8.6.2.1: repairs are not cut into slivers for a window of a byte; the timer still gets through", () => {
    const [peer, connection] = flying(200);
    const una = peer.acked;
    const end = una + connection.stats.bytesInFlight;
    tooBig(peer, una, 1280);
    const split = vi.spyOn(InFlight.prototype, "split");
    for (let i = 0; i < 500; i++) peer.send({ wnd: i % 2 });
    turns(peer);
    for (let i = 0; i < 500; i++) peer.send({ wnd: i % 2, sack: [[end - 10, end]] });
    expect(split.mock.calls.length).toBeLessThan(4);
    peer.flush();
    peer.send({ wnd: 0, ack: una });
    peer.flush();
    peer.advance(60_000);
    expect(connection.state).toBe("established");
    peer.wnd = 65_535;
    peer.acked = una;
    let to = una;
    for (let i = 0; to < end && i < 2000; i++) {
      peer.send({});
      for (const { seq, length } of peer.flush()) if (seq <= to) to = Math.max(to, seq + length);
      peer.acked = to;
      peer.advance(100);
    }
    expect(to).toBeGreaterThanOrEqual(end);
  });
});
