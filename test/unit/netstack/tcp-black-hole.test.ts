// A path that swallows large packets without a word (RFC 2923 section 2.1; RFC 4821 section 7.7, RFC 8899 in spirit).
import { describe, expect, test } from "vitest";
import type { TcpConnection } from "../../../electron/netstack/tcp/connection.ts";
import { type Segment, TcpPeer } from "../../support/tcp-peer.ts";

/** Payload of a full segment without timestamps through 1420, 1280 and 576 bytes. */
const FULL = { 4: 1380, 6: 1360 } as const;
const SAFE = { 4: 1240, 6: 1220 } as const;
const SMALLEST_V4 = 536;

/** The peer's side behind the hole: it acknowledges what comes through, in order and beyond a hole. */
class BehindHole {
  readonly peer: TcpPeer;
  readonly connection: TcpConnection;
  /** Largest payload that comes through. */
  passes: number;
  /** Payloads that were sent, in order. */
  readonly sent: Segment[] = [];
  #to = 1;
  #beyond: [number, number][] = [];

  constructor(passes: number, version: 4 | 6 = 6) {
    this.passes = passes;
    this.peer = new TcpPeer({ version });
    this.connection = this.peer.established(undefined, { mss: FULL[version], ws: 7, sackOk: true });
  }

  write(length: number): void {
    this.peer.write(this.connection, length);
  }

  /** So much time, in which each segment that passes is acknowledged after 20 ms. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= 20) {
      this.peer.advance(20);
      const came = this.peer.flush();
      this.sent.push(...came);
      const through = came.filter(({ length }) => length > 0 && length <= this.passes);
      for (const { seq, length } of through) this.#take(seq, seq + length);
      this.peer.acked = this.#to;
      if (through.length > 0) this.peer.send({ sack: this.#beyond.slice(0, 3) });
    }
  }

  get arrived(): number {
    return this.#to - 1;
  }

  #take(from: number, to: number): void {
    this.#beyond.push([from, to]);
    this.#beyond.sort(([a], [b]) => a - b);
    while (this.#beyond[0] !== undefined && this.#beyond[0][0] <= this.#to)
      this.#to = Math.max(this.#to, this.#beyond.shift()?.[1] ?? 0);
  }
}

/** The payloads' sizes, without those that follow each other alike. */
function sizes(sent: readonly Segment[]): number[] {
  return sent.map(({ length }) => length).filter((length, i, all) => length > 0 && length !== all[i - 1]);
}

describe("a path that swallows large packets", () => {
  test("two timeouts of full segments are enough: what passes any IPv6 path gets through, every byte", () => {
    const hole = new BehindHole(SAFE[6]);
    hole.write(40_000);
    hole.pass(3_000);
    expect(hole.connection.stats.timeouts).toBe(2);
    expect(hole.arrived).toBe(40_000);
    const [full, ...rest] = sizes(hole.sent);
    expect(full).toBe(FULL[6]);
    expect(Math.max(...rest.slice(rest.indexOf(SAFE[6])))).toBe(SAFE[6]);
    // And goes on so.
    hole.sent.length = 0;
    hole.write(40_000);
    hole.pass(1_000);
    expect([hole.arrived, Math.max(...sizes(hole.sent)), hole.connection.stats.timeouts]).toEqual([80_000, SAFE[6], 2]);
  });

  test("over IPv4 1,280 bytes come first, and 576 after five timeouts", () => {
    const hole = new BehindHole(SMALLEST_V4, 4);
    hole.write(20_000);
    hole.pass(20_000);
    expect(hole.arrived).toBe(20_000);
    expect(hole.connection.stats.timeouts).toBe(5);
    const seen = sizes(hole.sent);
    expect(seen.indexOf(SAFE[4])).toBeGreaterThan(seen.indexOf(FULL[4]));
    expect(seen.indexOf(SMALLEST_V4)).toBeGreaterThan(seen.indexOf(SAFE[4]));
  });

  test("an outage looks the same: after a minute the old size is tried again, in calm, and kept when it passes", () => {
    const hole = new BehindHole(0);
    hole.write(40_000);
    hole.pass(3_000);
    expect([hole.arrived, hole.connection.stats.mss]).toEqual([0, SAFE[6]]);
    hole.passes = FULL[6];
    hole.pass(10_000);
    expect([hole.arrived, hole.connection.stats.mss]).toEqual([40_000, SAFE[6]]);
    hole.pass(60_000);
    hole.sent.length = 0;
    hole.write(40_000);
    hole.pass(1_000);
    expect([hole.arrived, sizes(hole.sent)[0], hole.connection.stats.mss]).toEqual([80_000, FULL[6], FULL[6]]);
  });

  test("where it does not pass, each try costs that segment and no timeout, and the next comes twice as late", () => {
    const hole = new BehindHole(SAFE[6]);
    const tries: number[] = [];
    for (let second = 0; second < 600; second++) {
      hole.sent.length = 0;
      hole.write(20_000);
      hole.pass(1_000);
      if (hole.connection.stats.timeouts === 2 && hole.sent.some(({ length }) => length > SAFE[6])) tries.push(second);
    }
    // The first second is the one in which it was found.
    const later = tries.filter((second) => second > 3);
    const gaps = later.map((at, i) => at - (later[i - 1] ?? 0));
    for (const [i, at] of [60, 120, 240].entries()) {
      expect(gaps[i]).toBeGreaterThanOrEqual(at - 1);
      expect(gaps[i]).toBeLessThan(at + 10);
    }
    expect(hole.connection.stats.timeouts).toBe(2);
    expect(hole.arrived).toBeGreaterThan(590 * 20_000);
  });

  test("a shell's few bytes that time out are no sign of it", () => {
    const hole = new BehindHole(0);
    hole.write(100);
    hole.pass(20_000);
    expect([hole.connection.stats.timeouts > 4, hole.connection.stats.mss]).toEqual([true, FULL[6]]);
  });
});
