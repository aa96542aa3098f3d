import { describe, expect, test } from "vitest";
import { parseIp } from "../../../electron/base/ip-address.ts";
import { BLOCK_BYTES, BlockPool } from "../../../electron/netstack/tcp/block-pool.ts";
import { ByteGrid } from "../../../electron/netstack/tcp/byte-grid.ts";
import { Delivery } from "../../../electron/netstack/tcp/delivery.ts";
import { InFlight } from "../../../electron/netstack/tcp/in-flight.ts";
import { SequenceSource, sipHash } from "../../../electron/netstack/tcp/isn.ts";
import { MAX_RANGES, Reassembly } from "../../../electron/netstack/tcp/reassembly.ts";
import { ReceiveBuffer } from "../../../electron/netstack/tcp/receive-buffer.ts";
import { MAX_RTO_MS, RttEstimator } from "../../../electron/netstack/tcp/rtt.ts";
import { LOST, RESENT_OUT, SACKED } from "../../../electron/netstack/tcp/segment-records.ts";
import { SendBuffer } from "../../../electron/netstack/tcp/send-buffer.ts";
import { toWire, unwrap } from "../../../electron/netstack/tcp/seqnum.ts";
import { nextState, type TcpEvent, type TcpState } from "../../../electron/netstack/tcp/state.ts";
import { addBytePairs, addBytes, checksum, finishChecksum } from "../../../electron/netstack/wire/checksum.ts";
import { seeded } from "../../support/sim-path.ts";

describe("sequence numbers", () => {
  test("unwrap is the nearest number with the same low 32 bits", () => {
    for (const near of [0, 5, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 3 * 2 ** 32 + 7, 2 ** 50])
      for (const distance of [0, 1, -1, 1000, -1000, 2 ** 31 - 1, -(2 ** 31)])
        expect(unwrap(toWire(near + distance), near)).toBe(near + distance);
  });
});

describe("checksum", () => {
  test("RFC 1071 section 3, its example", () => {
    const bytes = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
    expect(checksum(bytes)).toBe(~0xddf2 & 0xffff);
  });

  test("the fast sum is its plain twin, at every alignment and length", () => {
    const random = seeded(7);
    const bytes = Uint8Array.from({ length: 3000 }, () => Math.floor(random() * 256));
    for (let i = 0; i < 2000; i++) {
      const start = Math.floor(random() * 40);
      const end = start + Math.floor(random() * 2900);
      const initial = Math.floor(random() * 200_000);
      expect(finishChecksum(addBytes(initial, bytes, start, end))).toBe(
        finishChecksum(addBytePairs(initial, bytes, start, end)),
      );
    }
    const ones = new Uint8Array(65_535).fill(0xff);
    expect(finishChecksum(addBytes(0, ones))).toBe(finishChecksum(addBytePairs(0, ones, 0, ones.length)));
  });
});

describe("ISN (RFC 6528)", () => {
  test("SipHash-2-4, vectors of its reference implementation", () => {
    const key = Uint8Array.from({ length: 16 }, (_, i) => i);
    const hex = (length: number): string => {
      const [low, high] = sipHash(
        key,
        Uint8Array.from({ length }, (_, i) => i),
      );
      return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
    };
    expect(hex(0)).toBe("726fdb47dd0e0e31");
    expect(hex(1)).toBe("74f839c593dc67fd");
    expect(hex(8)).toBe("93f5f5799a932462");
    expect(hex(15)).toBe("a129ca6149be45e5");
  });

  test("grows by 250 per ms for one four-tuple, and differs between four-tuples and keys", () => {
    const a = parseIp("fdaa::1")!;
    const b = parseIp("fdaa::2")!;
    const source = new SequenceSource(new Uint8Array(16).fill(1));
    const first = source.isn(a, 1000, b, 80, 0);
    expect((source.isn(a, 1000, b, 80, 1000) - first) >>> 0).toBe(250_000);
    expect(source.isn(a, 1001, b, 80, 0)).not.toBe(first);
    expect(new SequenceSource(new Uint8Array(16).fill(2)).isn(a, 1000, b, 80, 0)).not.toBe(first);
  });
});

test("RFC 7323 section 5.4: a timestamp offset for each pair of addresses and key, whatever the ports", () => {
  const [a, b, c] = [parseIp("fdaa::1")!, parseIp("fdaa::2")!, parseIp("fdaa::3")!];
  const key = new Uint8Array(16).fill(1);
  const offset = new SequenceSource(key).timestampOffset(a, b);
  expect(new SequenceSource(key).timestampOffset(a, b)).toBe(offset);
  const others = [
    new SequenceSource(key).timestampOffset(a, c),
    new SequenceSource(key).timestampOffset(c, b),
    new SequenceSource(new Uint8Array(16).fill(2)).timestampOffset(a, b),
    0,
  ];
  expect(new Set([offset, ...others]).size).toBe(5);
});

describe("states", () => {
  test("every pair of state and event (RFC 9293 figure 5)", () => {
    const states: TcpState[] = [
      "closed",
      "syn-sent",
      "syn-received",
      "established",
      "fin-wait-1",
      "fin-wait-2",
      "close-wait",
      "closing",
      "last-ack",
      "time-wait",
    ];
    const table: Record<TcpEvent, TcpState[]> = {
      syn: ["closed", "syn-received", ...states.slice(2)],
      open: ["closed", "established", "established", ...states.slice(3)],
      shutdown: [
        "closed",
        "syn-sent",
        "syn-received",
        "fin-wait-1",
        "fin-wait-1",
        "fin-wait-2",
        "last-ack",
        "closing",
        "last-ack",
        "time-wait",
      ],
      fin: [
        "closed",
        "syn-sent",
        "syn-received",
        "close-wait",
        "closing",
        "time-wait",
        "close-wait",
        "closing",
        "last-ack",
        "time-wait",
      ],
      "fin-acked": [
        "closed",
        "syn-sent",
        "syn-received",
        "established",
        "fin-wait-2",
        "fin-wait-2",
        "close-wait",
        "time-wait",
        "closed",
        "time-wait",
      ],
      end: states.map(() => "closed"),
    };
    for (const [event, expected] of Object.entries(table))
      for (const [i, state] of states.entries())
        expect([state, event, nextState(state, event as TcpEvent)]).toEqual([state, event, expected[i]]);
  });
});

describe("buffers", () => {
  test("a grid keeps bytes by position and gives memory back", () => {
    const pool = new BlockPool();
    const grid = new ByteGrid(pool);
    const data = Uint8Array.from({ length: 100_000 }, (_, i) => i * 31);
    grid.write(BLOCK_BYTES * 3 - 10, data, 0, data.length);
    const out = new Uint8Array(100_010);
    grid.copy(BLOCK_BYTES * 3 - 10, data.length, out, 5);
    expect(Buffer.compare(out.subarray(5, 100_005), data)).toBe(0);
    expect(grid.memory).toBe(5 * BLOCK_BYTES);
    expect(pool.used).toBe(grid.memory);
    grid.discard(BLOCK_BYTES * 3 + 90_000);
    expect(grid.memory).toBe(2 * BLOCK_BYTES);
    // Empty, though in the middle of a block.
    grid.discard(BLOCK_BYTES * 3 - 10 + data.length);
    expect([grid.memory, pool.used, pool.spare]).toEqual([0, 0, 5 * BLOCK_BYTES]);
    grid.write(BLOCK_BYTES * 3 - 10 + data.length, data, 0, 10);
    grid.copy(BLOCK_BYTES * 3 - 10 + data.length, 10, out, 0);
    expect([...out.subarray(0, 10)]).toEqual([...data.subarray(0, 10)]);
    grid.clear();
    grid.write(BLOCK_BYTES * 10, data, 0, 10);
    grid.copy(BLOCK_BYTES * 10, 10, out, 0);
    expect([...out.subarray(0, 10)]).toEqual([...data.subarray(0, 10)]);
    expect([grid.memory, pool.used, pool.spare]).toEqual([BLOCK_BYTES, BLOCK_BYTES, 4 * BLOCK_BYTES]);
  });

  test("the pool keeps only so much of what was given back", () => {
    const pool = new BlockPool();
    const blocks = Array.from({ length: 200 }, () => pool.take());
    expect(pool.used).toBe(200 * BLOCK_BYTES);
    for (const block of blocks) pool.give(block);
    expect([pool.used, pool.spare]).toEqual([0, 2 << 20]);
  });

  test("a send buffer takes what fits and frees what is acknowledged", () => {
    const buffer = new SendBuffer(1000, new BlockPool());
    expect(buffer.write(new Uint8Array(700))).toBe(700);
    expect(buffer.write(new Uint8Array(700))).toBe(300);
    expect(buffer.room).toBe(0);
    buffer.acknowledge(400);
    expect(buffer.room).toBe(400);
    buffer.acknowledge(300);
    expect(buffer.room).toBe(400);
  });

  test("reassembly against a plain model: random pieces in random order, every byte once", () => {
    const random = seeded(11);
    for (let round = 0; round < 50; round++) {
      const total = 5000;
      const data = Uint8Array.from({ length: total }, (_, i) => (i * 7 + round) & 255);
      const buffer = new ReceiveBuffer(1 << 20, new BlockPool());
      const have = new Uint8Array(total);
      const got: number[] = [];
      while (got.length < total) {
        const start = Math.floor(random() * total);
        const end = Math.min(total, start + 1 + Math.floor(random() * 400));
        const from = Math.max(start, buffer.inOrderTo);
        if (from < end) buffer.insert(from, data, from, end);
        have.fill(1, start, end);
        const firstGap = have.indexOf(0);
        expect(buffer.inOrderTo).toBe(firstGap < 0 ? total : firstGap);
        if (random() < 0.3) got.push(...(buffer.read(Math.floor(random() * 600)) ?? []));
        if (buffer.inOrderTo === total) got.push(...(buffer.read(total) ?? []));
      }
      expect(Buffer.compare(Uint8Array.from(got), data)).toBe(0);
      expect(buffer.beyondHoles.count).toBe(0);
    }
  });

  test("ranges merge, are reported newest first, and are bounded", () => {
    const ranges = new Reassembly();
    const out = new Float64Array(8);
    for (const [start, end] of [
      [10, 20],
      [40, 50],
      [30, 35],
      [20, 25],
    ] as const)
      expect(ranges.add(start, end)).toBe(true);
    expect(ranges.newest(out, 0, 4)).toBe(3);
    expect([...out.subarray(0, 6)]).toEqual([10, 25, 30, 35, 40, 50]);
    expect(ranges.add(24, 41)).toBe(true);
    expect(ranges.newest(out, 0, 4)).toBe(1);
    expect(ranges.covers(10, 50)).toBe(true);
    expect(ranges.advance(10)).toBe(50);
    for (let i = 0; i < MAX_RANGES; i++) expect(ranges.add(100 + i * 2, 101 + i * 2)).toBe(true);
    expect(ranges.add(10_000, 10_001)).toBe(false);
    expect(ranges.add(101, 102)).toBe(true);
    expect(ranges.count).toBe(MAX_RANGES - 1);
  });
});

test("RFC 2018 section 4: which ranges are the newest is what a list of all that came says, in any order", () => {
  const seed = 20_181;
  const random = seeded(seed);
  const out = new Float64Array(8);
  for (let round = 0; round < 200; round++) {
    const ranges = new Reassembly();
    /** Newest first. */
    let model: [number, number][] = [];
    let reached = 1;
    for (let step = 0; step < 60; step++) {
      const start = reached + 1 + Math.floor(random() * 300);
      const end = start + 1 + Math.floor(random() * 20);
      if (random() < 0.1) {
        reached = ranges.advance(reached + Math.floor(random() * 60));
        model = model.filter(([, last]) => last > reached);
      } else if (ranges.add(start, end)) {
        const met = model.filter(([low, high]) => low <= end && high >= start);
        const low = Math.min(start, ...met.map(([at]) => at));
        const high = Math.max(end, ...met.map(([, at]) => at));
        model = [[low, high], ...model.filter((range) => !met.includes(range))];
      }
      const limit = 1 + Math.floor(random() * 4);
      const found = ranges.newest(out, 0, limit);
      expect([...out.subarray(0, found * 2)], `seed ${seed}, round ${round}, step ${step}`).toEqual(
        model.slice(0, limit).flat(),
      );
    }
  }
});

describe("in flight", () => {
  /** The counters kept step by step, against the sum over all records; one assertion a step, as there are thousands. */
  const check = (flight: InFlight, isAsked: boolean): void => {
    let pipe = 0;
    let sacked = 0;
    let gaps = 0;
    let missed = 0;
    const lost = flight.nextLost();
    for (let id = flight.first; id < flight.next; id++) {
      if (id > flight.first && flight.startOf(id) !== flight.endOf(id - 1)) gaps++;
      const length = flight.endOf(id) - flight.startOf(id);
      const isSacked = flight.has(id, SACKED);
      const isLost = flight.has(id, LOST);
      const isResent = flight.has(id, RESENT_OUT);
      if (isSacked) sacked++;
      else if (!isLost || isResent) pipe += length;
      if ((lost < 0 || id < lost) && isLost && !isResent && !isSacked) missed++;
    }
    expect({ pipe: flight.pipe, sacked: flight.sackedCount, gaps, missed }).toEqual({
      pipe,
      sacked,
      gaps: 0,
      missed: 0,
    });
    if (!isAsked) return;
    const overtaken = overtakenPlainly(flight);
    expect([flight.oldestOvertaken, flight.newestOvertaken]).toEqual([overtaken[0] ?? -1, overtaken.at(-1) ?? -1]);
  };

  /** RFC 8985 section 6.2 step 5 as it stands there: a walk over all. */
  const overtakenPlainly = (flight: InFlight): number[] => {
    const { rackSentAt, rackEnd } = flight;
    return Array.from({ length: flight.next - flight.first }, (_, i) => flight.first + i)
      .filter((id) => !flight.has(id, SACKED) && (!flight.has(id, LOST) || flight.has(id, RESENT_OUT)))
      .filter((id) => {
        const sentAt = flight.sentAt(id);
        return sentAt < rackSentAt || (sentAt === rackSentAt && flight.endOf(id) < rackEnd);
      })
      .sort((a, b) => flight.sentAt(a) - flight.sentAt(b) || a - b);
  };

  test("pipe, counts and the first lost segment hold through any order of events", () => {
    const random = seeded(5);
    const delivery = new Delivery();
    for (let round = 0; round < 40; round++) {
      const flight = new InFlight();
      let sent = 1000;
      let una = 1000;
      for (let step = 0; step < 300; step++) {
        const now = Math.floor(step / 3);
        const ids = flight.next - flight.first;
        const any = flight.first + Math.floor(random() * ids);
        const what = random();
        delivery.reset();
        if (what < 0.4 || ids === 0) {
          const length = 1 + Math.floor(random() * 100);
          flight.push(sent, sent + length, now);
          sent += length;
        } else if (what < 0.55)
          flight.sack(flight.startOf(any), flight.startOf(any) + random() * 300, 0, now, delivery);
        else if (what < 0.7) flight.markLost(any);
        else if (what < 0.8) {
          const lost = flight.nextLost();
          if (lost >= 0) flight.markResent(lost, now);
        } else if (what < 0.85) {
          const start = flight.startOf(any);
          const end = flight.endOf(any);
          if (end - start > 1 && !flight.has(any, SACKED))
            flight.split(any, start + 1 + Math.floor(random() * (end - start - 1)));
        } else if (what < 0.86)
          flight.recut(1 + Math.floor(random() * 100), random() < 0.5 ? sent : -1, random() < 0.5);
        else if (what < 0.88) flight.markAllLost();
        else if (what < 0.89) flight.forgetLosses();
        else {
          una = Math.min(sent, una + Math.floor(random() * 150));
          flight.acknowledge(una, 0, now, delivery);
        }
        check(flight, step % 5 === 0);
      }
    }
  });
});

describe("RFC 6298", () => {
  test("the path's round trip is the shortest of late: delayed ACKs do not show, a longer path does", () => {
    const rtt = new RttEstimator();
    expect(rtt.pathRtt).toBeUndefined();
    rtt.sample(1, 1, 0);
    for (let now = 100; now < 60_000; now += 100) rtt.sample(now % 1000 === 0 ? 1 : 41, 1, now);
    expect(rtt.srtt).toBeGreaterThan(30);
    expect(rtt.pathRtt).toBe(1);
    // Silence forgets nothing.
    rtt.sample(41, 1, 500_000);
    expect(rtt.pathRtt).toBe(1);
    for (let now = 500_100; now < 521_000; now += 100) rtt.sample(80, 1, now);
    expect(rtt.pathRtt).toBe(80);
    rtt.sample(7, 1, 521_000);
    expect(rtt.pathRtt).toBe(7);
  });

  test("the round's round trip: the shortest of eight samples or more of this one, else the last one's counts too", () => {
    const rtt = new RttEstimator();
    expect(rtt.roundRtt).toBeUndefined();
    // A first sample that waited for a handshake: SRTT keeps half of it for many rounds.
    rtt.sample(200, 1, 0);
    expect(rtt.roundRtt).toBe(200);
    for (let i = 0; i < 7; i++) rtt.sample(100 + i, 8, 200 + i);
    expect(rtt.roundRtt).toBe(100);
    // The next round: seven longer ones do not count yet.
    for (let i = 0; i < 7; i++) rtt.sample(140 + i, 8, 400 + i);
    expect(rtt.roundRtt).toBe(100);
    rtt.sample(150, 8, 407);
    expect(rtt.roundRtt).toBe(140);
    expect(rtt.srtt).toBeGreaterThan(160);
    // Delayed acknowledgements: the newest segment's is what counts.
    rtt.sample(180, 8, 600, 120);
    expect(rtt.roundRtt).toBe(120);
  });

  test("RFC 8985 section 6.2: the shortest round trip is believed for five minutes", () => {
    const rtt = new RttEstimator();
    rtt.sample(20, 1, 1000);
    rtt.sample(50, 1, 300_999);
    expect(rtt.minRtt).toBe(20);
    rtt.sample(60, 1, 301_000);
    expect(rtt.minRtt).toBe(60);
    // One as short or shorter is believed from then on.
    rtt.sample(40, 1, 400_000);
    rtt.sample(40, 1, 500_000);
    rtt.sample(70, 1, 799_999);
    expect(rtt.minRtt).toBe(40);
  });

  test("first sample, later samples, floor and cap", () => {
    const rtt = new RttEstimator();
    expect(rtt.rto).toBe(1000);
    rtt.sample(100, 1, 0);
    expect([rtt.srtt, rtt.rttVar, rtt.rto]).toEqual([100, 50, 300]);
    rtt.sample(200, 1, 0);
    expect([rtt.srtt, rtt.rttVar]).toEqual([112.5, 62.5]);
    expect(rtt.rto).toBe(112.5 + 250);
    for (let i = 0; i < 100; i++) rtt.sample(10, 1, 0);
    expect(rtt.rto).toBeCloseTo(210, 0);
    for (let i = 0; i < 20; i++) rtt.backOff();
    expect(rtt.rto).toBe(MAX_RTO_MS);
    rtt.endBackOff();
    expect(rtt.rto).toBeCloseTo(210, 0);
  });

  test("a steady 180 ms path with delayed acknowledgements does not come near the timeout", () => {
    const rtt = new RttEstimator();
    for (let i = 0; i < 500; i++) {
      rtt.sample(i % 2 === 0 ? 180 : 220, 1, i);
      expect(rtt.rto).toBeGreaterThan(360);
    }
  });

  test("RFC 7323 appendix G: many samples per round trip weigh less", () => {
    const few = new RttEstimator();
    const many = new RttEstimator();
    few.sample(100, 1, 0);
    many.sample(100, 1, 0);
    few.sample(200, 1, 0);
    many.sample(200, 50, 0);
    expect(many.srtt!).toBeLessThan(few.srtt!);
  });
});
