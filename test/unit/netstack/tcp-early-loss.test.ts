// What a loss of the first slow start comes to in CUBIC: its end, or, where no queue stands and few are lost, only a cut.
import { describe, expect, test } from "vitest";
import { Cubic } from "../../../electron/netstack/tcp/congestion/cubic.ts";
import type { TcpConnection } from "../../../electron/netstack/tcp/connection.ts";
import { at, MSS as FULL, opened } from "../../support/tcp-flight.ts";
import type { TcpPeer } from "../../support/tcp-peer.ts";

const MSS = 1000;
const QUEUE = 3 * MSS;
const FLIGHT = 64 * MSS;

function starting(): Cubic {
  const control = new Cubic(MSS, 10 * MSS);
  control.window = FLIGHT;
  return control;
}

/** A loss with so much in queues, repaired by so many bytes, as loss.ts tells of it. */
function loseOnce(control: Cubic, { flight = FLIGHT, backlog = 0, resent = MSS } = {}): void {
  control.onLoss(flight, 0, backlog);
  control.window = control.threshold;
  control.onRepaired(resent);
}

const isInSlowStart = (control: Cubic): boolean => {
  const before = control.window;
  control.onAck(MSS, 100, 100, 0, 1, 0);
  return control.window === before + MSS;
};

describe("a loss in CUBIC's first slow start", () => {
  test("without a queue it costs a fifth, and slow start goes on", () => {
    const control = starting();
    loseOnce(control);
    expect(control.window).toBe(0.8 * FLIGHT);
    expect(control.threshold).toBe(Number.POSITIVE_INFINITY);
    expect(isInSlowStart(control)).toBe(true);
  });

  test("until it is repaired the threshold is what recovery aims at", () => {
    const control = starting();
    control.onLoss(FLIGHT, 0, 0);
    expect(control.threshold).toBe(0.8 * FLIGHT);
  });

  test.each([
    ["with a queue of three segments", { backlog: QUEUE }],
    ["with nothing known of queues", { backlog: Number.POSITIVE_INFINITY }],
    ["when more than two segments were lost", { resent: 2 * MSS + 1 }],
    ["when more than a thirty-second of a large flight was lost", { flight: 640 * MSS, resent: 20 * MSS + 1 }],
  ])("%s slow start is over", (_, loss) => {
    const control = starting();
    loseOnce(control, loss);
    expect(control.threshold).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(isInSlowStart(control)).toBe(false);
  });

  test.each([
    ["two segments of a small flight", { resent: 2 * MSS }],
    ["a thirty-second of a large one", { flight: 640 * MSS, resent: 20 * MSS }],
    ["just under three segments in queues", { backlog: QUEUE - 1 }],
  ])("%s are few enough", (_, loss) => {
    const control = starting();
    loseOnce(control, loss);
    expect(isInSlowStart(control)).toBe(true);
  });

  test("the fifth ends it: what drops without a queue drops again", () => {
    const control = starting();
    for (let n = 0; n < 4; n++) {
      loseOnce(control);
      expect(isInSlowStart(control)).toBe(true);
    }
    loseOnce(control);
    expect(isInSlowStart(control)).toBe(false);
  });

  test("a timeout ends it, alone or after a loss that was being repaired", () => {
    const alone = starting();
    alone.onTimeout(FLIGHT, true, 0);
    alone.onRepaired(MSS);
    expect(alone.threshold).toBeLessThan(Number.POSITIVE_INFINITY);
    const after = starting();
    after.onLoss(FLIGHT, 0, 0);
    after.onTimeout(FLIGHT, false, 0);
    after.onRepaired(MSS);
    expect(after.threshold).toBe(0.8 * FLIGHT);
  });

  test("a loss outside of slow start does not bring it back", () => {
    const control = starting();
    loseOnce(control, { backlog: QUEUE });
    loseOnce(control);
    expect(control.threshold).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  /** A round of nine acknowledgements with this round trip; sequence numbers are the caller's. */
  function round(control: Cubic, rtt: number, from: number, to: number): void {
    for (let i = 0; i < 9; i++) control.onAck(1, rtt, rtt, from, to, 0);
  }

  test("HyStart++ in doubt (RFC 9406, conservative slow start): over", () => {
    const control = starting();
    round(control, 100, 0, 100);
    round(control, 130, 100, 200);
    loseOnce(control);
    expect(control.threshold).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  test("HyStart++ goes on watching where it was, after the repair and after an undo", () => {
    for (const end of ["repaired", "undone"] as const) {
      const control = starting();
      round(control, 100, 0, 100);
      control.onLoss(FLIGHT, 0, 0);
      if (end === "repaired") {
        control.window = control.threshold;
        control.onRepaired(MSS);
      } else control.undo(FLIGHT, Number.POSITIVE_INFINITY);
      round(control, 130, 100, 200);
      const before = control.window;
      control.onAck(MSS, 130, 130, 150, 200, 0);
      expect(control.window - before).toBe(MSS / 4);
    }
  });

  test("an undone loss is none of the four", () => {
    const control = starting();
    for (let n = 0; n < 5; n++) {
      control.onLoss(FLIGHT, 0, 0);
      control.undo(FLIGHT, Number.POSITIVE_INFINITY);
    }
    loseOnce(control);
    expect(isInSlowStart(control)).toBe(true);
  });
});

describe("a loss among the first ten segments of a connection by CUBIC", () => {
  const RTT = 50;

  function tenOut(sackOk: boolean): [TcpPeer, TcpConnection] {
    const [peer, connection] = opened(RTT, { congestion: "cubic" }, { sackOk });
    peer.write(connection, 10 * FULL);
    expect(peer.flush().length).toBe(10);
    peer.advance(RTT);
    return [peer, connection];
  }

  /** Of those from `from` on all are told of, the others are sent again, and then all is acknowledged. */
  function repairedFrom(from: number, [peer, connection]: [TcpPeer, TcpConnection]): TcpConnection {
    peer.send({ sack: [[at(from), at(10)]] });
    peer.advance(RTT);
    expect(peer.flush().length).toBe(from);
    peer.acked = at(10);
    peer.send({});
    return connection;
  }

  test.each([
    [1, Number.POSITIVE_INFINITY],
    [2, Number.POSITIVE_INFINITY],
    [3, 8 * FULL],
  ])("%i of them: the threshold is %d afterwards", (lost, threshold) => {
    expect(repairedFrom(lost, tenOut(true)).stats.slowStartThreshold).toBe(threshold);
  });

  test("a SYN that waited for the tunnel's handshake is no queue", () => {
    const [peer, connection] = opened(4 * RTT, { congestion: "cubic" });
    peer.write(connection, 30 * FULL);
    peer.flush();
    peer.advance(RTT);
    peer.acked = at(10);
    peer.send({});
    peer.flush();
    peer.advance(RTT);
    expect(connection.stats.rttMs).toBeGreaterThan(3 * RTT);
    peer.send({ sack: [[at(11), at(30)]] });
    peer.flush();
    peer.advance(RTT);
    peer.acked = at(30);
    peer.send({});
    expect(connection.stats.retransmits).toBe(1);
    expect(connection.stats.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
  });

  test("the next loss is counted by itself", () => {
    const [peer, connection] = tenOut(true);
    repairedFrom(2, [peer, connection]);
    peer.write(connection, 3 * FULL);
    peer.flush();
    peer.advance(RTT);
    peer.send({ sack: [[at(11), at(13)]] });
    peer.advance(RTT);
    peer.acked = at(13);
    peer.send({});
    expect(connection.stats.retransmits).toBe(3);
    expect(connection.stats.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
  });

  test("without SACK one ends slow start: each hole of what it would overshoot costs a round trip", () => {
    const [peer, connection] = tenOut(false);
    for (let i = 0; i < 9; i++) peer.send({});
    peer.flush();
    peer.advance(RTT);
    peer.acked = at(10);
    peer.send({});
    expect(connection.stats.retransmits).toBe(1);
    expect(connection.stats.slowStartThreshold).toBeLessThan(10 * FULL);
  });
});

test("RFC 6298 section 2.3: an acknowledgement of two is a long sample by the first, and the path's by the second", () => {
  const [peer, connection] = opened(200, { nagle: false });
  peer.write(connection, FULL);
  peer.flush();
  peer.advance(30);
  peer.write(connection, FULL);
  peer.flush();
  peer.advance(50);
  peer.send({ ack: at(2) });
  expect(connection.stats.minRttMs).toBe(50);
  expect(connection.stats.rttMs).toBe(200 + (80 - 200) / 8);
});
