// RFC 8985 section 7: what the probe for a lost tail is made of, and when its loss counts. The round trip is 50 ms.
import { expect, test } from "vitest";
import type { TcpConnection, TcpOptions } from "../../../electron/netstack/tcp/connection.ts";
import { at, MSS, opened } from "../../support/tcp-flight.ts";
import type { TcpPeer } from "../../support/tcp-peer.ts";

/** Ten segments are in flight and fill the window; so many bytes wait. Nothing is answered for two round trips. */
function silent(waiting: number, wnd = 60_000, options: TcpOptions = {}): [TcpPeer, TcpConnection] {
  const [peer, connection] = opened(50, options, { ws: 0 });
  peer.wnd = wnd;
  peer.send({});
  peer.write(connection, 10 * MSS + waiting);
  expect(peer.flush().length).toBe(10);
  peer.advance(99.5);
  peer.expectNothing();
  peer.advance(0.5);
  return [peer, connection];
}

/** Four more segments, acknowledged a round trip later. */
function goOn(peer: TcpPeer, connection: TcpConnection, from: number): void {
  peer.write(connection, 4 * MSS);
  expect(peer.flush().map((s) => s.seq)).toEqual([0, 1, 2, 3].map((n) => from + n * MSS));
  peer.advance(50);
  peer.send({ ack: from + 4 * MSS });
}

test("T74 section 7.3: the probe is new data where some waits, one segment above the window, and costs nothing", () => {
  const [peer, connection] = silent(3 * MSS);
  peer.expect({ seq: at(10), length: MSS });
  peer.expectNothing();
  expect(connection.stats.congestionWindow).toBe(10 * MSS);
  peer.advance(50);
  peer.send({ ack: at(9) });
  expect(peer.flush().map((s) => s.seq)).toEqual([at(11), at(12)]);
  // The probe's own acknowledgement is lost: the next one covers more.
  peer.advance(50);
  peer.send({ ack: at(13) });
  goOn(peer, connection, at(13));
  expect([connection.stats.retransmits, connection.stats.slowStartThreshold]).toEqual([0, Number.POSITIVE_INFINITY]);
});

test("T74 section 7.3: new data may be less than a segment", () => {
  const [peer] = silent(100);
  peer.expect({ seq: at(10), length: 100 });
});

test.each([
  ["no new data waits", 0, 60_000],
  ["the peer's window has no room for it", 3 * MSS, 10 * MSS],
])("T74 section 7.3: the last segment again where %s", (_, waiting, wnd) => {
  const [peer, connection] = silent(waiting, wnd);
  peer.expect({ seq: at(9), length: MSS });
  peer.expectNothing();
  expect(connection.stats.retransmits).toBe(1);
});

test("T75 section 7.4: a probe that was the lost segment is one loss: the next acknowledgement without a duplicate says so", () => {
  const [peer, connection] = silent(0);
  peer.expect({ seq: at(9) });
  peer.advance(50);
  peer.send({ ack: at(10) });
  expect(connection.stats.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
  goOn(peer, connection, at(10));
  expect(connection.stats.slowStartThreshold).toBe(2 * MSS);
});

test("T75 by CUBIC such a loss of the first slow start, where no queue stands, lowers the window only", () => {
  const [peer, connection] = silent(0, 60_000, { congestion: "cubic" });
  peer.expect({ seq: at(9) });
  peer.advance(50);
  peer.send({ ack: at(10) });
  goOn(peer, connection, at(10));
  expect(connection.stats.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
  expect(connection.stats.congestionWindow).toBeLessThan(10 * MSS);
});
