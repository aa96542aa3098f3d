import { describe, expect, test } from "vitest";
import type { TcpConnection, TcpOptions } from "../../../electron/netstack/tcp/connection.ts";
import { at, MSS, opened } from "../../support/tcp-flight.ts";
import { type Sent, TcpPeer } from "../../support/tcp-peer.ts";

/** A connection with a round trip of 50 ms and `segments` full segments just sent. */
function flying(segments: number, answer: Sent = {}, options?: TcpOptions): [TcpPeer, TcpConnection] {
  const [peer, connection] = opened(50, options, answer);
  peer.write(connection, segments * MSS);
  expect(peer.flush().length).toBe(segments);
  return [peer, connection];
}

describe("the retransmission timer", () => {
  test("T63 resend from UNA, doubling to the cap, window of one, one threshold cut", () => {
    const [peer, connection] = flying(10, { sackOk: false });
    const started = peer.now;
    const times: number[] = [];
    let threshold = Number.POSITIVE_INFINITY;
    while (connection.state === "established") {
      peer.advance(10);
      for (const segment of peer.flush()) {
        expect(segment.seq).toBe(1);
        times.push(peer.now - started);
        expect(connection.stats.congestionWindow).toBe(connection.stats.mss);
        threshold = connection.stats.slowStartThreshold;
      }
    }
    expect(threshold).toBe(5 * MSS);
    expect(times.length).toBe(15);
    const gaps = times.slice(1).map((t, i) => t - times[i]!);
    expect(gaps[1]! / gaps[0]!).toBeCloseTo(2, 0);
    expect(Math.max(...gaps)).toBe(120_000);
    // T66
    expect(peer.log.at(-1)).toBe("closed connection-timeout");
    peer.send({ ack: 1 });
    peer.expect({ flags: "R", seq: 1 });
  });

  test("T66 the user timeout ends it earlier, or much later", () => {
    const [peer] = flying(1, { sackOk: true }, { userTimeoutMs: 3000 });
    peer.advance(2999);
    expect(peer.log.at(-1)).toBe("established");
    peer.advance(1);
    expect(peer.log.at(-1)).toBe("closed connection-timeout");

    const [patient, connection] = flying(1, { sackOk: true }, { maxRetransmits: Number.POSITIVE_INFINITY });
    patient.advance(24 * 3600 * 1000);
    expect(connection.state).toBe("established");
    patient.send({ ack: at(1) });
    expect(connection.stats.bytesInFlight).toBe(0);
  });

  test("T64 partial ACK restarts the timer, duplicates do not, a full ACK stops it", () => {
    const [peer] = flying(4, { sackOk: false });
    const rto = 250;
    peer.advance(rto - 100);
    peer.send({ ack: at(1) });
    peer.advance(rto - 60);
    peer.expectNothing();
    peer.send({ ack: at(1) });
    peer.advance(70);
    expect(peer.flush()[0]).toMatchObject({ seq: at(1) });
    peer.send({ ack: at(4) });
    expect(peer.layer.nextDeadline()).toBeGreaterThan(0);
    peer.advance(100_000);
    peer.expectNothing();
  });

  test("T65 what was SACKed is forgotten after a timeout, and may be acknowledged later all the same", () => {
    const [peer, connection] = flying(4);
    peer.send({ ack: 1, sack: [[at(1), at(2)]] });
    peer.flush();
    peer.advance(600);
    expect(peer.flush().every((s) => s.seq === 1)).toBe(true);
    peer.send({ ack: at(1) });
    expect(peer.flush()[0]).toMatchObject({ seq: at(1) });
    peer.send({ ack: at(4) });
    expect(connection.stats.bytesInFlight).toBe(0);
    peer.advance(100_000);
    peer.expectNothing();
  });

  test("after a timeout, slow start over what was lost", () => {
    const [peer] = flying(10, { sackOk: false });
    peer.advance(300);
    peer.expect({ seq: 1 });
    peer.advance(50);
    peer.send({ ack: at(1) });
    expect(peer.flush().map((s) => s.seq)).toEqual([at(1), at(2)]);
  });
});

describe("a new path", () => {
  test("retryNow sends at once what a backed-off timer holds, and starts the back-off over", () => {
    const [peer, connection] = flying(1, { sackOk: true }, { maxRetransmits: Number.POSITIVE_INFINITY });
    peer.advance(3600_000);
    peer.flush();
    peer.layer.retryNow(peer.now);
    peer.advance(0);
    peer.expect({ seq: 1 });
    expect(connection.stats.rtoMs).toBeLessThan(1000);
    peer.send({ ack: at(1) });
    expect(connection.stats.bytesInFlight).toBe(0);
    peer.layer.retryNow(peer.now);
    peer.advance(100_000);
    peer.expectNothing();
  });
});

describe("without SACK (RFC 6582)", () => {
  test("T67 three duplicates resend the first hole, once", () => {
    const [peer, connection] = flying(10, { sackOk: false });
    peer.advance(50);
    for (let i = 0; i < 2; i++) peer.send({ ack: 1 });
    peer.expectNothing();
    peer.send({ ack: 1 });
    peer.expect({ seq: 1, length: MSS });
    peer.expectNothing();
    for (let i = 0; i < 4; i++) peer.send({ ack: 1 });
    expect(peer.flush().filter((s) => s.seq === 1)).toEqual([]);
    expect(connection.stats.slowStartThreshold).toBe(5 * MSS);
    expect(connection.stats.duplicateAcks).toBe(7);
  });

  test("T67 not while the window is shut", () => {
    const [peer] = flying(10, { sackOk: false });
    peer.advance(50);
    peer.send({ ack: 1, wnd: 0 });
    for (let i = 0; i < 4; i++) peer.send({ ack: 1, wnd: 0 });
    peer.expectNothing();
  });

  test("T68 ACKs with data or with another window are no duplicates", () => {
    const [peer, connection] = flying(10, { sackOk: false });
    peer.advance(50);
    for (let i = 0; i < 5; i++) peer.send({ flags: "PA", seq: 1 + i, length: 1, ack: 1 });
    for (let i = 0; i < 5; i++) peer.send({ seq: 6, ack: 1, wnd: 50_000 + i });
    expect(peer.flush().filter((s) => s.length > 0)).toEqual([]);
    expect(connection.stats.duplicateAcks).toBe(0);
  });

  test("T69 a partial ACK in recovery resends the next hole; a full one ends it", () => {
    const [peer, connection] = flying(10, { sackOk: false });
    peer.advance(50);
    for (let i = 0; i < 3; i++) peer.send({ ack: 1 });
    peer.expect({ seq: 1 });
    peer.advance(50);
    peer.flush();
    peer.send({ ack: at(4) });
    expect(peer.flush()[0]).toMatchObject({ seq: at(4) });
    peer.advance(50);
    peer.send({ ack: at(10) });
    expect(connection.stats.congestionWindow).toBe(connection.stats.slowStartThreshold);
    expect(connection.stats.retransmits).toBe(2);
    expect(connection.stats.timeouts).toBe(0);
  });

  test("duplicates after a timeout do not start a fast retransmit (RFC 6582 section 4)", () => {
    const [peer, connection] = flying(10, { sackOk: false });
    peer.advance(300);
    peer.flush();
    const threshold = connection.stats.slowStartThreshold;
    for (let i = 0; i < 6; i++) peer.send({ ack: 1 });
    expect(peer.flush().filter((s) => s.seq === 1)).toEqual([]);
    expect(connection.stats.slowStartThreshold).toBe(threshold);
  });
});

describe("with SACK", () => {
  test("T70 three holes are all resent within the pipe, in one round trip", () => {
    const [peer, connection] = flying(10);
    peer.advance(50);
    const holes: [number, number][] = [
      [at(7), at(10)],
      [at(4), at(6)],
      [at(1), at(3)],
    ];
    for (let n = 1; n <= 3; n++) peer.send({ ack: 1, sack: holes.slice(3 - n) });
    peer.send({ ack: 1, sack: holes });
    const resent = peer.flush().map((s) => s.seq);
    expect(resent).toEqual([1, at(3), at(6)]);
    peer.advance(50);
    peer.send({ ack: at(10) });
    expect(connection.stats.timeouts).toBe(0);
    expect(connection.stats.retransmits).toBe(3);
    expect(connection.stats.congestionWindow).toBeLessThanOrEqual(5 * MSS);
  });

  test("T70 what a large SACK sets free goes out up to the new threshold, not beyond (RFC 9937)", () => {
    const [peer, connection] = flying(10);
    peer.write(connection, 20 * MSS);
    peer.flush();
    peer.advance(50);
    peer.send({ ack: 1, sack: [[at(1), at(10)]] });
    expect(connection.stats.slowStartThreshold).toBe(5 * MSS);
    expect(peer.flush().map((s) => s.seq)).toEqual([1, at(10), at(11), at(12), at(13)]);
  });

  test.each<[number, number]>([
    [at(2), at(1)],
    [at(1), at(1)],
    [at(5), at(6)],
    [-5000, -4000],
    [at(1), 0x7fff_ffff],
    [-0x7fff_ffff, at(2)],
  ])("T71 a senseless block is ignored: %i to %i", (...block) => {
    const [peer, connection] = flying(4);
    peer.advance(50);
    peer.send({ ack: 1, sack: [block] });
    // Were it believed, something before it would be lost by now.
    peer.advance(40);
    peer.expectNothing();
    expect([connection.stats.bytesInFlight, connection.stats.slowStartThreshold]).toEqual([
      4 * MSS,
      Number.POSITIVE_INFINITY,
    ]);
    peer.send({ ack: 1, sack: [[at(2), at(3)], block] });
    peer.expectNothing();
    peer.send({ ack: at(4) });
    expect([connection.stats.bytesInFlight, connection.state]).toEqual([0, "established"]);
    expect(connection.stats.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
  });

  test("T72 reordering within the tolerance costs nothing", () => {
    const [peer, connection] = flying(10);
    peer.advance(50);
    peer.send({ ack: 1, sack: [[at(1), at(3)]] });
    peer.advance(5);
    peer.send({ ack: at(3) });
    peer.send({ ack: at(10) });
    peer.advance(1000);
    peer.expectNothing();
    expect(connection.stats.retransmits).toBe(0);
    expect(connection.stats.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
  });

  test("T72 of a burst that the path draws out, the round trip of the segment that came last counts", () => {
    const [peer, connection] = flying(10);
    peer.advance(50);
    peer.send({ ack: at(2) });
    peer.advance(40);
    peer.send({ ack: at(2), sack: [[at(3), at(4)]] });
    // 90 ms are the round trip now: the hole is not late yet, for all that 50 were the round trip of the burst's first.
    peer.advance(5);
    peer.expectNothing();
    peer.send({ ack: at(10) });
    expect(connection.stats.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
  });

  test("T73 a hole older than a round trip and the tolerance is lost by time, without three duplicates", () => {
    const [peer, connection] = flying(3);
    peer.advance(50);
    peer.send({ ack: 1, sack: [[at(1), at(2)]] });
    peer.expectNothing();
    peer.advance(13);
    peer.expect({ seq: 1, length: MSS });
    expect(connection.stats.timeouts).toBe(0);
  });

  test("T74 a lost tail is probed after two round trips, and SACK then repairs without a timeout", () => {
    const [peer, connection] = flying(10);
    peer.advance(50);
    peer.send({ ack: at(6) });
    peer.advance(99);
    peer.expectNothing();
    peer.advance(1);
    peer.expect({ seq: at(9), length: MSS });
    peer.advance(50);
    peer.send({ ack: at(6), sack: [[at(9), at(10)]] });
    peer.advance(15);
    expect(peer.flush().map((s) => s.seq)).toEqual([at(6)]);
    peer.advance(50);
    peer.send({ ack: at(7), sack: [[at(9), at(10)]] });
    expect(peer.flush().map((s) => s.seq)).toEqual([at(7), at(8)]);
    peer.advance(50);
    peer.send({ ack: at(10) });
    expect(connection.stats.timeouts).toBe(0);
  });

  test("T75 a probe that was a duplicate costs nothing; a probe that is lost leaves it to the timer; none with holes SACKed", () => {
    const [peer, connection] = flying(4);
    peer.advance(50);
    peer.advance(60);
    peer.expect({ seq: at(3) });
    peer.send({ ack: at(4) });
    peer.send({ ack: at(4), sack: [[at(3), at(4)]] });
    // Nothing was out when the duplicate was reported; what is acknowledged next would else count as repaired by the probe.
    peer.write(connection, 4 * MSS);
    expect(peer.flush().length).toBe(4);
    peer.advance(50);
    peer.send({ ack: at(8) });
    expect(connection.stats.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);

    const [dead, gone] = flying(4);
    dead.advance(110);
    dead.expect({ seq: at(3) });
    dead.advance(300);
    dead.expect({ seq: 1 });
    expect(gone.stats.timeouts).toBe(1);

    const [holes] = flying(4);
    holes.advance(50);
    holes.send({ ack: 1, sack: [[at(3), at(4)]] });
    holes.advance(15);
    expect(holes.flush().every((s) => s.seq < at(3))).toBe(true);
  });

  test("T74 no probe while the peer may be holding back its ACK: one segment, or several small ones", () => {
    for (const writes of [[1000], [40, 40, 40], [700, 600]]) {
      const [peer, connection] = flying(1);
      peer.advance(50);
      peer.send({ ack: at(1) });
      for (const length of writes) peer.write(connection, length);
      expect(peer.flush().length).toBe(writes.length);
      // Two round trips are 100 ms; the peer's timer may take 200 more, and the timeout comes before that.
      peer.advance(249);
      peer.expectNothing();
      peer.advance(1);
      peer.expect({ length: writes.at(-1)! });
      // It took the timeout's place: no window was lost.
      expect([connection.stats.timeouts, connection.stats.congestionWindow]).toEqual([0, 10 * MSS]);
      peer.send({ ack: at(1) + writes.reduce((sum, length) => sum + length) });
      peer.advance(1000);
      peer.expectNothing();
    }
  });

  test("T74 more than a segment but less than two: the probe waits for a usual delayed ACK", () => {
    const [peer, connection] = flying(1);
    // A path of a millisecond, on which twice the round trip would be far too soon.
    for (let n = 1; n <= 60; n++) {
      peer.send({ ack: at(n) });
      peer.advance(20);
      peer.write(connection, MSS);
      peer.flush();
      peer.advance(1);
    }
    peer.send({ ack: at(61) });
    peer.write(connection, MSS + 100);
    expect(peer.flush().length).toBe(2);
    peer.advance(45);
    peer.expectNothing();
    peer.advance(10);
    peer.expect({ length: 100 });
  });

  test("T76 a retransmission that is lost again is found without a timeout", () => {
    const [peer, connection] = flying(10);
    peer.advance(50);
    peer.send({ ack: 1, sack: [[at(1), at(5)]] });
    expect(peer.flush()[0]).toMatchObject({ seq: 1 });
    // More is written; it is sent after the retransmission and arrives before it.
    peer.write(connection, 10 * MSS);
    for (let n = 6; n <= 10; n++) peer.send({ ack: 1, sack: [[at(1), at(n)]] });
    const later = peer.flush().filter((s) => s.seq >= at(10));
    expect(later.length).toBeGreaterThan(0);
    peer.advance(50);
    peer.send({ ack: 1, sack: [[at(1), later.at(-1)!.seq + later.at(-1)!.length]] });
    peer.advance(20);
    expect(peer.flush().some((s) => s.seq === 1)).toBe(true);
    expect(connection.stats.timeouts).toBe(0);
  });

  test("T77 a spurious timeout is undone when the echo is older than the resend", () => {
    const peer = new TcpPeer();
    peer.stamps = true;
    const connection = peer.established(undefined, { mss: MSS, ws: 7, sackOk: true, wnd: 60_000 });
    peer.wnd = 60_000;
    const before = connection.stats.congestionWindow;
    peer.write(connection, 10 * (MSS - 12));
    const stamp = peer.lastStamp;
    peer.flush();
    peer.advance(600);
    expect(connection.stats.timeouts).toBeGreaterThan(0);
    expect(connection.stats.congestionWindow).toBeLessThan(before);
    peer.send({ ack: 1 + MSS - 12, ts: [Math.floor(peer.now), stamp] });
    expect(connection.stats.congestionWindow).toBeGreaterThanOrEqual(before);
    expect(connection.stats.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
  });

  test("T77 a spurious fast recovery is undone by DSACK", () => {
    const [peer, connection] = flying(10);
    const before = connection.stats.congestionWindow;
    peer.advance(50);
    peer.send({ ack: 1, sack: [[at(1), at(4)]] });
    peer.expect({ seq: 1 });
    peer.flush();
    peer.send({ ack: at(4) });
    peer.advance(50);
    peer.send({ ack: at(6), sack: [[1, at(1)]] });
    expect(connection.stats.congestionWindow).toBeGreaterThanOrEqual(before);

    // The path has been seen to reorder: from now on three duplicates wait for the reordering time (RFC 8985 section 6.2).
    peer.send({ ack: at(6), sack: [[at(7), at(10)]] });
    peer.advance(5);
    peer.expectNothing();
    peer.send({ ack: at(10) });
    expect(connection.stats.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
  });

  test("T64 the repair of the oldest segment starts the timer again: it is given its round trip", () => {
    const [peer, connection] = flying(10);
    peer.advance(50);
    peer.send({ ack: 1, sack: [[at(1), at(4)]] });
    peer.expect({ seq: 1 });
    // RTO is 250 ms: it counts from the repair, not from the segments' first transmission.
    peer.advance(230);
    expect(connection.stats.timeouts).toBe(0);
    peer.advance(40);
    expect(connection.stats.timeouts).toBe(1);
  });

  test("T77 a duplicate that the path made of what was never resent undoes nothing", () => {
    const [peer, connection] = flying(10);
    peer.advance(50);
    peer.send({ ack: 1, sack: [[at(1), at(4)]] });
    peer.expect({ seq: 1 });
    const lowered = connection.stats.slowStartThreshold;
    peer.send({ ack: at(4) });
    peer.send({ ack: at(6), sack: [[at(4), at(5)]] });
    expect(connection.stats.slowStartThreshold).toBe(lowered);
    peer.send({ ack: at(6), sack: [[1, at(1)]] });
    expect(connection.stats.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
  });

  test("T80 late processing with the right time stamps leaves round trip and losses alone", () => {
    const [peer, connection] = flying(10);
    peer.advance(50);
    // Nine segments were acknowledged in time and the loop stood still: the timers run first, before the datagrams.
    const arrived = peer.now;
    peer.clock.advance(1000);
    peer.layer.tick(peer.now);
    peer.turn();
    expect(peer.flush()).toEqual([]);
    const late = peer.now;
    peer.clock.advance(arrived - late);
    for (let n = 1; n <= 10; n++) peer.inject({ ack: at(n) });
    peer.clock.advance(late - arrived);
    peer.turn();
    peer.advance(10_000);
    expect(peer.flush()).toEqual([]);
    expect(connection.stats.retransmits).toBe(0);
    expect(connection.stats.minRttMs).toBe(50);
    expect(connection.stats.rttMs).toBeLessThan(60);
  });
});

test("T80 a loop that is always late: each timer is put off once, and then fires", () => {
  const [peer, connection] = flying(4);
  for (let turns = 0; turns < 8; turns++) {
    peer.clock.advance(100);
    peer.layer.tick(peer.now);
    peer.turn();
  }
  // The probe, due after 100 ms, and the timeout 250 ms after it.
  expect(peer.flush().map((s) => s.seq)).toEqual([at(3), 1]);
  expect(connection.stats.timeouts).toBe(1);
});

describe("path MTU", () => {
  test("I14 Packet Too Big for data in flight: smaller segments at once; nonsense is not believed", () => {
    const [peer, connection] = flying(4);
    const big = (sequence: number, mtu: number, port = peer.theirPort): boolean =>
      peer.layer.onPathMtu(peer.local, peer.remote, port, 80, (peer.theirIss + sequence) >>> 0, mtu, peer.now);
    expect(big(at(100), 1300)).toBe(false);
    expect(big(1, 1300, 1)).toBe(false);
    expect(big(0, 1300)).toBe(false);
    // What comes next was not sent yet.
    expect(big(at(4), 1300)).toBe(false);
    peer.turn();
    peer.expectNothing();
    expect(big(1, 1300)).toBe(true);
    peer.turn();
    const resent = peer.flush();
    expect(resent[0]).toMatchObject({ seq: 1, length: 1240 });
    expect(connection.stats.mss).toBe(1240);
    expect(connection.stats.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
    expect(big(1, 600)).toBe(true);
  });

  test("I14 Packet Too Big for what has arrived since (SACK) brings nothing again; for what has not, it does", () => {
    const [peer, connection] = flying(4);
    const big = (sequence: number): boolean =>
      peer.layer.onPathMtu(
        peer.local,
        peer.remote,
        peer.theirPort,
        80,
        (peer.theirIss + sequence) >>> 0,
        1300,
        peer.now,
      );
    peer.advance(50);
    peer.send({ ack: 1, sack: [[at(2), at(3)]] });
    big(at(2));
    peer.turn();
    peer.expectNothing();
    expect(connection.stats.retransmits).toBe(0);
    big(at(1));
    peer.turn();
    peer.expect({ seq: 1, length: 1240 });
  });

  test("a path that swallows large packets is noticed after two timeouts", () => {
    const [peer, connection] = flying(4);
    peer.advance(1500);
    expect(peer.flush().at(-1)!.length).toBe(1220);
    expect(connection.stats.mss).toBe(1220);
    peer.send({ ack: at(4) });
    // Tried again later, but not with so little: tcp-path-mtu.test.ts.
    peer.advance(61_000);
    peer.write(connection, 2000);
    expect(peer.flush()[0]!.length).toBe(1220);
  });

  test("over IPv4 a path may carry even less: 576 after five timeouts; small segments prove nothing", () => {
    const peer = new TcpPeer({ version: 4 });
    const connection = peer.established(undefined, { mss: 1380, sackOk: true });
    peer.write(connection, 1380);
    const lengths: number[] = [];
    for (let seconds = 0; seconds < 120; seconds++) {
      peer.advance(1000);
      lengths.push(...peer.flush().map((s) => s.length));
    }
    expect([...new Set(lengths)]).toEqual([1380, 1240, 536]);
    expect(connection.stats.mss).toBe(536);

    const small = new TcpPeer({ version: 4 });
    const typed = small.established(undefined, { mss: 1380, sackOk: true });
    small.write(typed, 500);
    small.advance(120_000);
    expect(typed.stats.mss).toBe(1380);
  });
});
