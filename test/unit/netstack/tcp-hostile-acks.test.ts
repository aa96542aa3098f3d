// What one acknowledgement may cost. A peer chooses how small our segments are and what its SACK blocks say, so work is
// counted here: how many records of the flight are looked at.
import { afterEach, describe, expect, test, vi } from "vitest";
import { Delivery } from "../../../electron/netstack/tcp/delivery.ts";
import { InFlight } from "../../../electron/netstack/tcp/in-flight.ts";
import { ResentStarts } from "../../../electron/netstack/tcp/resent-starts.ts";
import { SegmentRecords } from "../../../electron/netstack/tcp/segment-records.ts";
import { type Sent, TcpPeer } from "../../support/tcp-peer.ts";

/** How many records `work` looks at. */
function looks(work: () => void): number {
  const { startOf, endOf, sentAt, has } = SegmentRecords.prototype;
  let count = 0;
  Object.assign(SegmentRecords.prototype, {
    startOf(this: SegmentRecords, id: number): number {
      count++;
      return startOf.call(this, id);
    },
    endOf(this: SegmentRecords, id: number): number {
      count++;
      return endOf.call(this, id);
    },
    sentAt(this: SegmentRecords, id: number): number {
      count++;
      return sentAt.call(this, id);
    },
    has(this: SegmentRecords, id: number, flag: number): boolean {
      count++;
      return has.call(this, id, flag);
    },
  });
  try {
    work();
  } finally {
    Object.assign(SegmentRecords.prototype, { startOf, endOf, sentAt, has });
  }
  return count;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the scoreboard", () => {
  const RECORDS = 8192;
  const full = (): InFlight => {
    const flight = new InFlight();
    for (let i = 0; i < RECORDS; i++) flight.push(i * 10, i * 10 + 10, 0);
    return flight;
  };

  test("blocks that tell nothing new are stepped over, whatever their edges", () => {
    const flight = full();
    const delivery = new Delivery();
    flight.sack(10, RECORDS * 10, 0, 1, delivery);
    expect(flight.sackedCount).toBe(RECORDS - 1);
    const count = looks(() => {
      for (let i = 0; i < 300; i++) flight.sack(10 + i * 10, (RECORDS - i) * 10, 0, 1, delivery);
    });
    expect(count / 300).toBeLessThan(50);
    expect([flight.sackedCount, delivery.delivered]).toEqual([RECORDS - 1, (RECORDS - 1) * 10]);
  });

  test("a block that grows by a record at a time costs what it adds, from either end", () => {
    for (const upward of [true, false]) {
      const flight = full();
      const delivery = new Delivery();
      const count = looks(() => {
        for (let i = 1; i < RECORDS; i++)
          if (upward) flight.sack(10, 10 + i * 10, 0, 1, delivery);
          else flight.sack((RECORDS - i) * 10, RECORDS * 10, 0, 1, delivery);
      });
      expect(flight.sackedCount).toBe(RECORDS - 1);
      expect(count / RECORDS).toBeLessThan(60);
    }
  });
});

describe("a connection", () => {
  /** `segments` of 1000 bytes in flight, all but the first or only the last SACKed, and an answer to send again and again. */
  const sacked = (segments: number, which: "most" | "last"): [TcpPeer, Sent] => {
    const peer = new TcpPeer();
    const connection = peer.established(undefined, { mss: 1000, ws: 14, sackOk: true });
    let end = 1;
    do {
      peer.acked = end;
      peer.inject({});
      peer.write(connection, segments * 1000);
      // A turn sends its share: more turns at this moment send the rest.
      peer.advance(0);
      end = Math.max(end, ...peer.flush().map((s) => s.seq + s.length));
    } while (connection.stats.bytesInFlight < segments * 1000);
    peer.advance(1);
    const answer: Sent = { sack: [[which === "most" ? peer.acked + 1000 : end - 1000, end]] };
    peer.send(answer);
    peer.flush();
    return [peer, answer];
  };

  test("RFC 8985: the flight is not walked again for an acknowledgement that tells nothing new", () => {
    const [peer, again] = sacked(600, "last");
    const count = looks(() => {
      for (let i = 0; i < 100; i++) peer.send({ ...again, wnd: 60_000 + i });
    });
    expect(count / 100).toBeLessThan(100);
  });

  test("RFC 8985: what is SACKed is stepped over when losses are looked for", () => {
    const [peer, again] = sacked(600, "most");
    const [start, end] = again.sack![0]!;
    peer.write([...peer.layer.connections][0]!, 100_000);
    const next = peer.flush();
    expect(next.length).toBeGreaterThan(20);
    const count = looks(() => {
      for (let i = 1; i <= 20; i++) peer.send({ sack: [[start, end + i * 1000]] });
    });
    expect(count / 20).toBeLessThan(400);
  });

  const SEGMENTS = 1024;
  /** So many segments of 36 bytes in flight, each turn's later than the last one's, on a path of 1 ms; nothing of them acknowledged. */
  const tiny = (): [TcpPeer, first: number] => {
    const peer = new TcpPeer();
    peer.stamps = true;
    const connection = peer.established(undefined, { mss: 48, ws: 14, sackOk: true });
    for (let end = 1; ; ) {
      for (let i = 0; i < 40; i++) {
        peer.write(connection, 1 << 14);
        peer.clock.advance(1 / 16);
        for (const { seq, length } of peer.flush()) end = Math.max(end, seq + length);
      }
      if (connection.stats.bytesInFlight >= SEGMENTS * 36) break;
      peer.acked = end;
      peer.inject({});
    }
    return [peer, peer.acked];
  };
  const segment = (first: number, at: number): [number, number] => [first + at * 36, first + (at + 1) * 36];

  test("RFC 8985: the flight is not walked for each acknowledgement that tells of one segment more", () => {
    for (const mayReorder of [false, true]) {
      const [peer, first] = tiny();
      // Long enough after for all to be lost at once, or so soon that reordering is waited for.
      peer.clock.advance(mayReorder ? 0.1 : 10);
      if (mayReorder)
        for (const at of [SEGMENTS - 5, SEGMENTS - 7]) {
          peer.send({ sack: [segment(first, at)] });
          peer.flush();
        }
      const count = looks(() => {
        for (let i = 0; i < 300; i++) peer.inject({ sack: [segment(first, SEGMENTS - 9 - 2 * i)] });
      });
      expect(count / 300).toBeLessThan(100);
    }
  });

  test("RFC 3708: a proof with every acknowledgement that nothing was lost does not have the flight walked each time", () => {
    const [peer, first] = tiny();
    peer.clock.advance(50);
    peer.send({ sack: [segment(first, SEGMENTS - 1)] });
    const marked = vi.spyOn(InFlight.prototype, "markLost");
    const forgotten = vi.spyOn(InFlight.prototype, "forgetLosses");
    for (let i = 0; i < 200; i++) {
      const again = peer.flush();
      if (again.length === 0) peer.advance(1);
      for (const { seq, length } of again) {
        const twice: [number, number] = [seq, seq + length];
        peer.send({ sack: [twice, twice] });
      }
    }
    expect(forgotten.mock.calls.length).toBeGreaterThan(0);
    expect(forgotten.mock.calls.length).toBeLessThan(4);
    expect(marked.mock.calls.length).toBeLessThan(4 * SEGMENTS);
  });

  test("our SACK blocks leave half of a tiny segment to its payload, so that no flight is cut into slivers", () => {
    const [peer] = tiny();
    for (let i = 0; i < 4; i++) peer.send({ seq: peer.nxt + 100 + i * 10, length: 2 });
    peer.flush();
    const lengths: number[] = [];
    for (let i = 0; i < 6; i++) {
      peer.advance(1500);
      lengths.push(...peer.flush().map((s) => s.length));
    }
    expect(lengths.length).toBeGreaterThan(3);
    expect(Math.min(...lengths.filter((length) => length > 0))).toBeGreaterThanOrEqual(12);
    expect(Math.max(...lengths)).toBeGreaterThanOrEqual(18);
  });

  test("cuts leave no more than 16384 records in flight, whatever the size of the pieces", () => {
    for (const merge of [false, true]) {
      const flight = new InFlight();
      for (let i = 0; i < 8192; i++) flight.push(i * 36, i * 36 + 36, 0);
      flight.markAllLost();
      flight.recut(1, -1, merge);
      expect(flight.count).toBeGreaterThan(16_300);
      expect(flight.count).toBeLessThanOrEqual(16_384);
      expect(flight.pipe + flight.lostBytes).toBe(8192 * 36);
    }
  });

  test("a tiny MSS and a large window make no more than 8192 segments in flight, and all bytes go in the end", () => {
    const peer = new TcpPeer();
    const connection = peer.established(undefined, { mss: 48, ws: 14, sackOk: true });
    const total = 1 << 20;
    let left = total;
    let most = 0;
    for (let end = 1; end < 1 + total; ) {
      left -= peer.write(connection, left);
      peer.advance(0);
      for (const { seq, length } of peer.flush()) end = Math.max(end, seq + length);
      most = Math.max(most, connection.stats.bytesInFlight / connection.stats.mss);
      peer.acked = end;
      peer.inject({});
    }
    expect(most).toBeGreaterThan(8000);
    expect(most).toBeLessThanOrEqual(8192);
    expect([left, connection.stats.bytesInFlight]).toEqual([0, 0]);
  });

  test("RFC 2883: a duplicate report looks up what was resent, whatever its size", () => {
    const starts = new ResentStarts();
    for (let i = 0; i < 8192; i++) starts.add(i % 2 === 0 ? i * 10 : (8192 - i) * 10);
    starts.add(0);
    expect(starts.count).toBe(8192);
    expect([starts.take(5, 10), starts.take(10, 10), starts.take(20, 5)]).toEqual([0, 0, 0]);
    expect([starts.take(95, 131), starts.take(95, 131), starts.count]).toEqual([4, 0, 8188]);
    expect([starts.take(-10, 100_000), starts.count]).toEqual([8188, 0]);
  });
});
