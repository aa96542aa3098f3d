// RFC 8985 section 6.2: how long a hole is borne, step by step; and RFC 2883, whose reports lengthen that. The round trip is
// 50 ms, and a quarter of it is borne at first.
import { expect, test } from "vitest";
import type { TcpConnection } from "../../../electron/netstack/tcp/connection.ts";
import { at, MSS, opened } from "../../support/tcp-flight.ts";
import type { Sent, TcpPeer } from "../../support/tcp-peer.ts";

const RTT = 50;

class Flight {
  readonly peer: TcpPeer;
  readonly connection: TcpConnection;
  /** Segments acknowledged so far. */
  from = 0;

  constructor() {
    [this.peer, this.connection] = opened(RTT);
  }

  /** Sends so many full segments and lets a round trip pass. */
  send(count: number): this {
    this.peer.write(this.connection, count * MSS);
    expect(this.peer.flush().length).toBe(count);
    this.peer.advance(RTT);
    return this;
  }

  acknowledge(count: number): this {
    this.from += count;
    this.peer.acked = at(this.from);
    this.peer.send({});
    return this;
  }

  /** Four segments, of which the second is reported twice (RFC 2883) so often, and all acknowledged in the end. */
  duplicate(times = 1): this {
    this.send(4).acknowledge(2);
    for (let n = 0; n < times; n++) this.peer.send({ sack: [[at(this.from - 1), at(this.from)]] });
    return this.acknowledge(2);
  }

  /** How long the first of three is borne once the second has arrived; then all of them are acknowledged. */
  borne(): number {
    const { peer } = this;
    this.send(3);
    peer.send({ sack: [[at(this.from + 1), at(this.from + 2)]] });
    const since = peer.now;
    while (peer.out.length === 0) peer.advance(0.5);
    peer.expect({ seq: at(this.from), length: MSS });
    const borne = peer.now - since;
    peer.advance(RTT);
    this.acknowledge(3);
    expect(this.connection.stats.timeouts).toBe(0);
    this.#grow();
    return borne;
  }

  /** Twelve segments, for the window to be four again. */
  #grow(): void {
    const to = this.from + 12;
    this.peer.write(this.connection, 12 * MSS);
    while (this.from < to) {
      const count = this.peer.flush().length;
      this.peer.advance(RTT);
      this.acknowledge(count);
    }
  }
}

test("step 4: a quarter of the shortest round trip is borne, and a quarter more for each report of a duplicate", () => {
  const flight = new Flight();
  expect(flight.borne()).toBe(12.5);
  expect(flight.duplicate().borne()).toBe(25);
  expect(flight.duplicate().borne()).toBe(37.5);
});

test("step 4: reports of one round count once", () => {
  expect(new Flight().duplicate(3).borne()).toBe(25);
  // Those of the next round count again.
  expect(new Flight().duplicate(3).duplicate(3).borne()).toBe(37.5);
});

test("step 4: never more than the smoothed round trip", () => {
  const flight = new Flight();
  for (let n = 0; n < 6; n++) flight.duplicate();
  expect(flight.connection.stats.rttMs).toBe(RTT);
  expect(flight.borne()).toBe(RTT);
});

test("step 4: what was widened is kept for sixteen recoveries, and a further report starts them over", () => {
  const flight = new Flight().duplicate();
  for (let n = 0; n < 10; n++) expect(flight.borne()).toBe(25);
  flight.duplicate();
  for (let n = 0; n < 16; n++) expect([n, flight.borne()]).toEqual([n, 37.5]);
  expect(flight.borne()).toBe(12.5);
});

test("step 4: nothing is borne where three have arrived and nothing was ever out of order, and a quarter where it was", () => {
  const { peer } = new Flight().send(6);
  peer.send({ sack: [[at(1), at(3)]] });
  peer.expectNothing();
  peer.send({ sack: [[at(1), at(4)]] });
  peer.expect({ seq: at(0), length: MSS });

  const disordered = new Flight().send(6);
  disordered.peer.send({ sack: [[at(2), at(3)]] });
  disordered.peer.send({ sack: [[at(1), at(5)]] });
  disordered.peer.advance(12);
  disordered.peer.expectNothing();
  disordered.peer.advance(0.5);
  disordered.peer.expect({ seq: at(0), length: MSS });
});

test.each([
  // The round trip is 50 ms: what comes a millisecond sooner answers what was sent first.
  ["too soon for a retransmission is the first one's, and tells nothing of those behind", RTT - 1, [4]],
  // PRR lets four go for what has arrived by then; the last waits.
  ["a round trip after it is its own: what was sent before it and has not arrived is lost", RTT, [4, 6, 7, 8]],
])("step 2: an acknowledgement %s", (_, after, lost) => {
  const { peer } = new Flight().send(10);
  peer.send({ sack: [[at(1), at(4)]] });
  peer.expect({ seq: at(0) });
  peer.advance(after);
  peer.send({ ack: at(4), sack: [[at(5), at(6)]] });
  expect(peer.flush().map((s) => s.seq)).toEqual(lost.map(at));
});

test("step 2: an echo older than the retransmission says that the first one was meant, however late it comes", () => {
  const FULL = MSS - 12;
  const place = (n: number): number => 1 + n * FULL;
  const lostAfter = (echo: "first" | "repair"): number[][] => {
    const [peer, connection] = opened(RTT, undefined, { ts: [7, 0] });
    const tell = (told: Sent, ecr: number): void => peer.send({ ...told, ts: [8, ecr] });
    peer.write(connection, 10 * FULL);
    const [first] = peer.flush();
    peer.advance(RTT);
    tell({ sack: [[place(1), place(4)]] }, first!.ts![0]);
    const repair = peer.expect({ seq: 1 });
    peer.flush();
    peer.advance(RTT);
    tell({ ack: place(4), sack: [[place(5), place(6)]] }, (echo === "first" ? first : repair)!.ts![0]);
    const atOnce = peer.flush().map(({ seq }) => (seq - 1) / FULL);
    // What was sent along with the segment that told of two round trips is given these and the reordering time.
    peer.advance(RTT / 4);
    return [atOnce, peer.flush().map(({ seq }) => (seq - 1) / FULL)];
  };
  expect(lostAfter("repair")[0]).toEqual([4, 6, 7, 8]);
  expect(lostAfter("first")).toEqual([[], [4]]);
});

test("step 5: the acknowledgement of a repair shows what was lost with it, though nothing is SACKed any more", () => {
  const { peer, connection } = new Flight().send(10);
  peer.send({ sack: [[at(1), at(2)]] });
  peer.advance(12.5);
  peer.expect({ seq: at(0) });
  peer.advance(RTT);
  peer.send({ ack: at(2) });
  expect(peer.flush()[0]).toMatchObject({ seq: at(2), length: MSS });
  peer.advance(RTT);
  expect(connection.stats.timeouts).toBe(0);
});

test("step 4: a report that comes when nothing is in flight any more counts too", () => {
  const flight = new Flight().send(4).acknowledge(4);
  flight.peer.send({ sack: [[at(2), at(3)]] });
  expect(flight.borne()).toBe(25);
});

/** The first and third of ten are lost, as it seems, and both were sent again. */
function repaired(): [TcpPeer, TcpConnection] {
  const { peer, connection } = new Flight().send(10);
  peer.send({ sack: [[at(1), at(2)]] });
  peer.send({
    sack: [
      [at(3), at(10)],
      [at(1), at(2)],
    ],
  });
  expect(peer.flush().map((s) => s.seq)).toEqual([at(0), at(2)]);
  return [peer, connection];
}

test("RFC 2883 section 4.2: a first block inside of the second is a duplicate, though nothing before it has arrived", () => {
  const [peer, connection] = repaired();
  peer.send({
    sack: [
      [at(2), at(3)],
      [at(1), at(10)],
    ],
  });
  expect(connection.stats.slowStartThreshold).toBeLessThan(10 * MSS);
  // With the other's all that was sent again was sent for nothing (RFC 3708).
  peer.send({ ack: at(10), sack: [[at(0), at(1)]] });
  expect(connection.stats.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
});

test("RFC 2883 section 4.2: a first block that reaches beyond the second is none", () => {
  const [peer, connection] = repaired();
  const lowered = connection.stats.slowStartThreshold;
  peer.send({
    sack: [
      [at(2), at(3)],
      [at(3), at(10)],
    ],
  });
  peer.send({ ack: at(10), sack: [[at(0), at(1)]] });
  expect(connection.stats.slowStartThreshold).toBe(lowered);
});
