// RFC 9406 section 4.2, each of its constants from both sides, and what CUBIC makes of it.
import { describe, expect, test } from "vitest";
import { Cubic } from "../../../electron/netstack/tcp/congestion/cubic.ts";
import { HyStart } from "../../../electron/netstack/tcp/congestion/hystart.ts";

const MSS = 1000;
const SAMPLES = 8;

/** HyStart++ fed by rounds: each is told of by so many acknowledgements, all of one round trip. */
class Rounds {
  readonly hystart = new HyStart();
  /** How many acknowledgements it took until slow start was over; undefined while it is not. */
  overAfter: number | undefined;
  #acks = 0;
  #sequence = 0;

  round(rtt: number | undefined, acks = SAMPLES): this {
    for (let i = 0; i < acks; i++) {
      const over = this.hystart.onAck(rtt, this.#sequence + i, this.#sequence + 100);
      this.#acks++;
      if (over) this.overAfter ??= this.#acks;
    }
    this.#sequence += 100;
    return this;
  }

  get careful(): boolean {
    return this.hystart.divisor === 4;
  }
}

describe("HyStart++", () => {
  test("T78 a round trip that grows leads to careful growth, then out of slow start", () => {
    const rounds = new Rounds().round(50, 10).round(50, 10);
    expect(rounds.hystart.divisor).toBe(1);
    rounds.round(60, 10);
    expect(rounds.hystart.divisor).toBe(4);
    for (let i = 0; i < 5; i++) rounds.round(60, 10);
    expect(rounds.overAfter).toBeDefined();
  });

  test("T78 seven samples of a round say nothing, the eighth does; those of the round before do not count", () => {
    expect(new Rounds().round(50).round(60, 7).careful).toBe(false);
    expect(new Rounds().round(50).round(60, 8).careful).toBe(true);
    expect(new Rounds().round(50, 7).round(60, 7).round(90, 7).careful).toBe(false);
    // Acknowledgements of what was sent twice bring none.
    expect(new Rounds().round(50).round(undefined, 20).careful).toBe(false);
  });

  test.each([
    // MIN_RTT_THRESH, the least; an eighth of the round before; MAX_RTT_THRESH.
    [16, 20],
    [32, 36],
    [64, 72],
    [128, 144],
    [200, 216],
  ])("T78 after a round of %i ms one of %i is slower, and a millisecond less is not", (before, slower) => {
    expect(new Rounds().round(before).round(slower - 1).careful).toBe(false);
    expect(new Rounds().round(before).round(slower).careful).toBe(true);
  });

  test("T78 it is the shortest round trip that counts: one answer in time is enough", () => {
    expect(new Rounds().round(50).round(50, 1).careful).toBe(false);
    const rounds = new Rounds().round(50);
    for (const rtt of [90, 90, 90, 55, 90, 90, 90, 90]) rounds.hystart.onAck(rtt, 100, 200);
    expect(rounds.careful).toBe(false);
  });

  test("T78 careful growth lasts five rounds, the one it began in included, and not four", () => {
    const rounds = new Rounds().round(50).round(60);
    for (let n = 2; n <= 5; n++) rounds.round(60);
    expect([rounds.careful, rounds.overAfter]).toEqual([true, undefined]);
    rounds.round(60);
    // The round before, these five, and the first acknowledgement after them.
    expect(rounds.overAfter).toBe(SAMPLES + 5 * SAMPLES + 1);
  });

  test("a round trip that falls again brings standard slow start back, and the rounds are counted anew", () => {
    const rounds = new Rounds().round(50).round(50).round(60).round(60).round(60).round(52);
    expect(rounds.careful).toBe(false);
    rounds.round(60);
    expect(rounds.careful).toBe(true);
    for (let n = 2; n <= 5; n++) rounds.round(60);
    expect(rounds.overAfter).toBeUndefined();
    expect(rounds.round(60).overAfter).toBeDefined();
  });

  test("a shorter round trip that is none of eight does not bring it back", () => {
    const rounds = new Rounds().round(50).round(60).round(52, 7);
    expect(rounds.careful).toBe(true);
  });
});

describe("CUBIC's first slow start", () => {
  /** A window's worth of acknowledgements, one a segment; answers by how many segments the window grew. */
  function round(control: Cubic, rtt: number, at: { sequence: number }): number {
    const before = control.window;
    const sequence = at.sequence;
    at.sequence += before;
    for (let acked = 0; acked < before; acked += MSS) control.onAck(MSS, rtt, rtt, sequence + acked, at.sequence, 0);
    return (control.window - before) / MSS;
  }

  test("T78 doubles, then grows by a quarter as fast, then is over where it stands", () => {
    const control = new Cubic(MSS, 16 * MSS);
    const at = { sequence: 0 };
    expect(round(control, 50, at)).toBe(16);
    // The eighth of 32 acknowledgements says that the round is slower.
    expect(round(control, 60, at)).toBe(7 + 25 / 4);
    for (let n = 2; n <= 5; n++) {
      const before = control.window;
      expect(round(control, 60, at)).toBe(Math.ceil(before / MSS) / 4);
    }
    expect(control.threshold).toBe(Number.POSITIVE_INFINITY);
    const left = control.window;
    control.onAck(MSS, 60, 60, at.sequence, at.sequence + left, 0);
    expect(control.threshold).toBe(left);
  });

  test("T78 only the first one: behind a timeout it doubles, however the round trip grows", () => {
    const control = new Cubic(MSS, 16 * MSS);
    control.onTimeout(400 * MSS, true, 0);
    control.window = 16 * MSS;
    const at = { sequence: 0 };
    expect(round(control, 50, at)).toBe(16);
    expect(round(control, 90, at)).toBe(32);
    expect(round(control, 200, at)).toBe(64);
  });
});
