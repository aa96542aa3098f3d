// RFC 9937 section 6: how much leaves for each acknowledgement while losses are repaired. Traces by Reno, whose ssthresh is
// half of the flight, on a path too short for pacing. Twenty segments are in flight and plenty waits; the first is lost.
import { describe, expect, test } from "vitest";
import type { TcpConnection } from "../../../electron/netstack/tcp/connection.ts";
import { at, MSS, opened } from "../../support/tcp-flight.ts";
import { type Segment, TcpPeer } from "../../support/tcp-peer.ts";

const RTT = 10;
/** Where the twenty begin: ten were acknowledged before. */
const FROM = 10;

function started(runs: boolean, waiting = 60): [TcpPeer, TcpConnection] {
  const [peer, connection] = opened(RTT, {}, {}, new TcpPeer({ runs }));
  peer.write(connection, 20 * MSS);
  expect(peer.flush().length).toBe(10);
  peer.advance(RTT);
  peer.acked = at(FROM);
  peer.send({});
  peer.write(connection, 10 * MSS);
  expect(peer.flush().length).toBe(20);
  peer.write(connection, waiting * MSS);
  peer.expectNothing();
  peer.advance(RTT);
  return [peer, connection];
}

const numbers = (segments: Segment[]): number[] => segments.map((s) => (s.seq - 1) / MSS - FROM);

/** SACKs everything from the second segment up to each of `ends`, and answers how many segments left for each. */
function sackUpTo(peer: TcpPeer, ends: number[]): number[] {
  return ends.map((end) => {
    peer.send({ sack: [[at(FROM + 1), at(FROM + end)]] });
    return peer.flush().length;
  });
}

const every = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe.each([
  ["each segment by itself", false],
  ["what is alike together", true],
])("PRR, %s", (_, runs) => {
  const twenty = (): [TcpPeer, TcpConnection] => started(runs);

  test("SACKs one by one: two by limited transmit, the repair, then one for two delivered, ten in all", () => {
    const [peer, connection] = twenty();
    const sent = sackUpTo(peer, every(2, 20));
    expect(sent).toEqual([1, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1]);
    expect(connection.stats.slowStartThreshold).toBe(10 * MSS);
    expect(connection.stats.retransmits).toBe(1);
  });

  test("the first repair goes whole, though half a segment is what one delivered allows: cwnd is the pipe and that", () => {
    const [peer, connection] = twenty();
    sackUpTo(peer, [2, 3]);
    peer.send({ sack: [[at(FROM + 1), at(FROM + 4)]] });
    expect(numbers(peer.flush())).toEqual([0]);
    // 22 were sent; three arrived and one was lost.
    expect(connection.stats.congestionWindow).toBe((22 - 3 - 1 + 1) * MSS);
  });

  test("what the first acknowledgement delivers counts in RecoverFS", () => {
    const [peer] = twenty();
    // Half of seven: the repair and two new ones, and half a segment is left for the next.
    expect(sackUpTo(peer, [8, 9, 10, 11, 12])).toEqual([3, 1, 0, 1, 0]);
  });

  test("several that leave at once are all counted", () => {
    const [peer] = twenty();
    // Half of what was delivered, until a segment less than the threshold is in flight; then up to it.
    expect(sackUpTo(peer, [5, 9, 13, 17, 20])).toEqual([2, 2, 2, 1, 3]);
  });

  test("below the threshold as much as was delivered; and a segment more where an advance shows no further loss", () => {
    const [peer, connection] = twenty();
    // The first twelve are lost, and eight arrived: eight leave.
    peer.send({ sack: [[at(FROM + 12), at(FROM + 20)]] });
    expect(numbers(peer.flush())).toEqual(every(0, 7));
    expect(connection.stats.slowStartThreshold).toBe(10 * MSS);
    peer.advance(RTT);
    const sent: number[][] = [];
    for (let n = 1; n <= 4; n++) {
      peer.send({ ack: at(FROM + n), sack: [[at(FROM + 12), at(FROM + 20)]] });
      sent.push(numbers(peer.flush()));
    }
    // Ten are in flight after two of them, which is the threshold.
    expect(sent).toEqual([[8, 9], [10, 11], [20], [21]]);
  });

  test("what was delivered while nothing waited may be sent later, up to the threshold", () => {
    const [peer, connection] = started(runs, 0);
    expect(sackUpTo(peer, every(2, 16)).reduce((sum, n) => sum + n)).toBe(1);
    // Four and the repair are in flight.
    peer.write(connection, 20 * MSS);
    expect(numbers(peer.flush())).toEqual(every(20, 24));
  });

  test("the window is the threshold when it is over, whatever was in flight", () => {
    const [peer, connection] = twenty();
    sackUpTo(peer, [2, 3, 4]);
    expect(connection.stats.congestionWindow).toBe(19 * MSS);
    peer.advance(RTT);
    peer.send({ ack: at(FROM + 22) });
    // And Reno's segment for the round that was acknowledged with it.
    expect(connection.stats.congestionWindow).toBe((10 + 1) * MSS);
  });
});
