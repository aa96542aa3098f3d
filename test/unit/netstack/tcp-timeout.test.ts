import { describe, expect, test } from "vitest";
import type { TcpConnection } from "../../../electron/netstack/tcp/connection.ts";
import { type Sent, TcpPeer } from "../../support/tcp-peer.ts";

const KEYS = [36, 36, 144, 36, 36, 36, 36];
const TYPED = KEYS.reduce((total, length) => total + length, 0);

/** A connection with a round trip of 20 ms on which `lengths` were just written, each as a segment of its own. */
function typed(lengths: readonly number[], answer: Sent = { sackOk: true }): [TcpPeer, TcpConnection] {
  const peer = new TcpPeer();
  const connection = peer.connect({ nagle: false, maxRetransmits: Number.POSITIVE_INFINITY });
  peer.expect({ flags: "S" });
  peer.advance(20);
  peer.send({ flags: "SA", seq: 0, ack: 1, mss: 1360, ws: 7, ...answer });
  peer.expect({ flags: "A" });
  peer.nxt = peer.acked = 1;
  peer.send({});
  for (const length of lengths) {
    peer.write(connection, length);
    peer.expect({ length });
  }
  return [peer, connection];
}

/** What came out in the next `ms`, with the time of each. */
function sentWithin(peer: TcpPeer, ms: number): { at: number; seq: number; length: number }[] {
  const began = peer.now;
  const sent: { at: number; seq: number; length: number }[] = [];
  while (peer.now < began + ms) {
    peer.advance(1);
    for (const { seq, length } of peer.flush()) sent.push({ at: peer.now - began, seq, length });
  }
  return sent;
}

describe("small segments after a timeout", () => {
  test("T63 what fits one segment is sent again as one, and no timeout sends more (RFC 6298 section 5.4)", () => {
    const [peer, connection] = typed(KEYS);
    const [probe, ...timeouts] = sentWithin(peer, 3_000);
    // RFC 8985 section 7.3
    expect(probe).toMatchObject({ seq: 1 + TYPED - 36, length: 36 });
    expect(timeouts.length).toBe(connection.stats.timeouts);
    expect(timeouts.length).toBeGreaterThan(2);
    for (const { seq, length } of timeouts) expect([seq, length]).toEqual([1, TYPED]);
    const gaps = timeouts.slice(1).map(({ at }, i) => at - timeouts[i]!.at);
    for (const [i, gap] of gaps.slice(1).entries()) expect(gap / gaps[i]!).toBeCloseTo(2, 1);
    expect(connection.stats.retransmits).toBe(1 + timeouts.length);

    peer.send({ ack: 1 + TYPED });
    expect(connection.stats.bytesInFlight).toBe(0);
    peer.advance(100_000);
    peer.expectNothing();
  });

  test("T63 what is typed meanwhile goes along with the next timeout, and full segments stay as they are", () => {
    const [peer] = typed(KEYS);
    sentWithin(peer, 400);
    const connection = [...peer.layer.connections][0]!;
    peer.write(connection, 36);
    peer.flush();
    const next = sentWithin(peer, 1_000)[0]!;
    expect([next.seq, next.length]).toEqual([1, TYPED + 36]);

    const [bulk] = typed([1_360, 1_360, 100, 100], { sackOk: false });
    const resent = sentWithin(bulk, 300);
    expect(resent.map(({ seq, length }) => [seq, length])).toEqual([[1, 1_360]]);
    bulk.send({ ack: 1 + 2 * 1_360 });
    expect(bulk.flush().map(({ seq, length }) => [seq, length])).toEqual([[1 + 2 * 1_360, 200]]);
  });

  test("T65 FIN goes along with the last bytes, and an acknowledgement may lie between the old borders", () => {
    const [peer, connection] = typed([36, 36, 36]);
    connection.shutdown(peer.now);
    peer.turn();
    peer.expect({ flags: "FA", length: 0 });
    const resent = sentWithin(peer, 700).at(-1)!;
    expect([resent.seq, resent.length]).toEqual([1, 108]);
    peer.send({ ack: 1 + 36, sack: [[1 + 72, 1 + 108]] });
    expect(connection.stats.bytesInFlight).toBeGreaterThan(0);
    const rest = sentWithin(peer, 2_000);
    for (const { seq } of rest) expect(seq).toBe(1 + 36);
    peer.send({ ack: 1 + 108 + 1 });
    expect(connection.state).toBe("fin-wait-2");
    expect(connection.stats.bytesInFlight).toBe(0);
  });

  test("T63 what SACK names of a segment that held several is not sent again with the rest (RFC 2018 section 5)", () => {
    const [peer, connection] = typed(KEYS);
    const timedOut = (): boolean => connection.stats.timeouts > 0;
    while (!timedOut()) peer.advance(1);
    expect(peer.flush().at(-1)).toMatchObject({ seq: 1, length: TYPED });
    peer.advance(5);
    peer.write(connection, 36);
    peer.expect({ seq: 1 + TYPED, length: 36 });
    peer.advance(20);
    // The third segment as it first went out, and the newest: the rest of what was sent before it is lost (RFC 8985).
    const got = [1 + 72, 1 + 216] as const;
    peer.send({ ack: 1, sack: [[1 + TYPED, 1 + TYPED + 36], [...got]] });
    const resent = [...peer.flush(), ...sentWithin(peer, 50)];
    expect(connection.stats.timeouts).toBe(1);
    expect(resent.map(({ seq, length }) => [seq, length])).toEqual([
      [1, 72],
      [1 + 216, TYPED - 216],
    ]);
    peer.send({ ack: 1 + TYPED + 36 });
    expect(connection.stats.bytesInFlight).toBe(0);
  });

  test("T63 FIN takes no room for payload: a full segment with it, sent again beside a SACK block, is cut in two", () => {
    const [peer, connection] = typed([]);
    connection.write(new Uint8Array(1_360), peer.now);
    connection.shutdown(peer.now);
    peer.turn();
    peer.expect({ seq: 1, length: 1_360, flags: "FPA" });
    peer.send({ seq: peer.nxt + 10, length: 5 });
    peer.expect({ length: 0 });
    const resent = sentWithin(peer, 700);
    expect(resent.length).toBeGreaterThan(0);
    for (const { seq, length } of resent.filter((one) => one.length > 0))
      expect([seq, length]).toEqual(seq === 1 ? [1, 1_348] : [1_349, 12]);
  });
});

describe("a new path", () => {
  test("retryNow gives what has just been sent its round trip, instead of sending it twice", () => {
    const [peer, connection] = typed(KEYS);
    sentWithin(peer, 500);
    const { retransmits } = connection.stats;
    let sent = retransmits;
    while (sent === retransmits) {
      peer.advance(1);
      sent = connection.stats.retransmits;
    }
    peer.flush();
    peer.layer.retryNow(peer.now);
    const [next] = sentWithin(peer, 300);
    expect(next!.at).toBeGreaterThanOrEqual(20);
    expect(next!.at).toBeLessThan(120);
  });
});

describe("a user timeout and a shut window", () => {
  test("T81 T82 a user timeout counts from the first probe without an answer, not from the last answer", () => {
    for (const userTimeoutMs of [5000, 20_000, 300_000]) {
      // What waits was never sent, or was in flight when the window shut.
      for (const inFlight of [false, true]) {
        const peer = new TcpPeer();
        const connection = peer.established({ userTimeoutMs }, { wnd: inFlight ? 100 : 0 });
        peer.wnd = 0;
        peer.write(connection, 100);
        expect(peer.flush().length).toBe(inFlight ? 1 : 0);
        if (inFlight) peer.send({ ack: 1 });
        for (let i = 0; i < 40; i++) {
          while (peer.out.length === 0 && connection.state !== "closed") peer.advance(50);
          for (const probe of peer.flush()) {
            expect(probe).toMatchObject({ flags: "A", seq: 0, length: 0 });
            peer.send({ ack: 1 });
          }
        }
        expect([userTimeoutMs, inFlight, connection.state]).toEqual([userTimeoutMs, inFlight, "established"]);
        // Now it is gone: two probes at least, however far the back-off had come.
        while (peer.out.length === 0) peer.advance(50);
        const asked = peer.now;
        while (connection.state !== "closed") peer.advance(50);
        expect(peer.now - asked).toBeGreaterThanOrEqual(userTimeoutMs - 50);
        expect(peer.now - asked).toBeLessThanOrEqual(userTimeoutMs + 50);
        expect(peer.flush().length).toBeGreaterThanOrEqual(2);
        expect(peer.log.at(-1)).toBe("closed connection-timeout");
      }
    }
  });

  test("T82 a window that opens long after the last answer is no reason to give up", () => {
    const peer = new TcpPeer();
    const connection = peer.established({ userTimeoutMs: 5000 }, { wnd: 100 });
    peer.write(connection, 100);
    peer.flush();
    peer.send({ ack: 1, wnd: 0 });
    peer.advance(4990);
    peer.send({ ack: 1, wnd: 100 });
    peer.advance(1000);
    expect(connection.state).toBe("established");
    expect(peer.flush().at(-1)).toMatchObject({ seq: 1, length: 100 });
  });
});
