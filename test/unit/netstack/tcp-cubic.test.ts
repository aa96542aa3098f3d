// RFC 9438, each branch of the curve by exact windows. Acknowledging a whole window at once makes the next one the curve's
// target a round trip later (section 4.4), so that the plateau and the time K can be read from it.
import { describe, expect, test } from "vitest";
import { Cubic } from "../../../electron/netstack/tcp/congestion/cubic.ts";

const MSS = 1000;
const RTT = 1000;
/** W_cubic(t) of section 4.2. */
const curve = (t: number, origin: number, k: number): number => 0.4 * (t - k) ** 3 + origin;

/** A controller that has just lost at a window of so many segments. */
function lostAt(segments: number): Cubic {
  const control = new Cubic(MSS, 10 * MSS);
  control.window = segments * MSS;
  control.onLoss(segments * MSS, 0);
  control.window = control.threshold;
  return control;
}

/** One window's worth of acknowledgements in one, with a round trip of a second. */
function round(control: Cubic, now: number): void {
  control.onAck(control.window, RTT, RTT, 0, 1, now);
}

/** Such rounds once a second; answers the window after each, in segments. */
function rounds(control: Cubic, count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, i) => {
    round(control, from + i * RTT);
    return control.window / MSS;
  });
}

describe("CUBIC", () => {
  test("T78 the window of each second is the curve's of the next", () => {
    const k = Math.cbrt(300 / 0.4);
    const windows = rounds(lostAt(1000), 14);
    // Only the first second's is above: there the estimate of Reno's average leads (section 4.3).
    for (let t = 1; t < 14; t++) expect(windows[t]).toBeCloseTo(curve(t + 1, 1000, k), 6);
  });

  test("T78 where the estimate leads it grows by alpha a round, and by one once it is back where the loss was", () => {
    const control = lostAt(20);
    const alpha = (3 * 0.3) / 1.7;
    round(control, 0);
    expect(control.window / MSS).toBeCloseTo(14 + alpha, 9);
    round(control, 0);
    expect(control.window / MSS).toBeCloseTo(14 + 2 * alpha, 9);
    while (control.window < 20 * MSS) round(control, 0);
    for (let n = 0; n < 3; n++) {
      const before = control.window;
      round(control, 0);
      expect(control.window - before).toBeCloseTo(MSS, 6);
    }
  });

  test("section 4.4: the target is at most one and a half windows", () => {
    const control = lostAt(10);
    // An acknowledgement begins the epoch; 2.5 s later the curve leads, and in ten more it would stand at 400 segments.
    control.onAck(1, 10_000, 10_000, 0, 1, 0);
    const before = control.window;
    control.onAck(MSS, 10_000, 10_000, 0, 1, 2500);
    expect(control.window - before).toBeCloseTo(MSS / 2, 6);
  });

  test("section 5.8: a pause is no time on the curve, whatever its length", () => {
    const paused = lostAt(1000);
    const steady = lostAt(1000);
    for (const control of [paused, steady]) rounds(control, 6);
    round(paused, 65_000);
    round(steady, 5000);
    expect(paused.window).toBeCloseTo(steady.window, 6);
    // And it goes on from there.
    round(paused, 66_000);
    round(steady, 6000);
    expect(paused.window).toBeCloseTo(steady.window, 6);
  });

  test("section 4.8: after a timeout the curve begins where slow start ends, and K is 0", () => {
    const control = new Cubic(MSS, 10 * MSS);
    control.window = 100 * MSS;
    control.onTimeout(100 * MSS, true, 0);
    expect([control.window, control.threshold]).toEqual([MSS, 70 * MSS]);
    control.onAck(69 * MSS, RTT, RTT, 0, 1, 0);
    expect(control.window).toBe(70 * MSS);
    const windows = rounds(control, 5);
    for (let t = 2; t < 5; t++) expect(windows[t]).toBeCloseTo(curve(t + 1, 70, 0), 6);
  });

  test("section 4.7: a second loss below the plateau lowers it to 0.85 of that window; one above does not", () => {
    const control = lostAt(1000);
    control.window = 800 * MSS;
    control.onLoss(800 * MSS, 0);
    control.window = control.threshold;
    const k = Math.cbrt((680 - 560) / 0.4);
    const windows = rounds(control, 10);
    for (let t = 2; t < 10; t++) expect(windows[t]).toBeCloseTo(curve(t + 1, 680, k), 6);

    const higher = lostAt(1000);
    higher.window = 1100 * MSS;
    higher.onLoss(1100 * MSS, 0);
    higher.window = higher.threshold;
    expect(rounds(higher, 5)[4]).toBeCloseTo(curve(5, 1100, Math.cbrt(330 / 0.4)), 6);
  });

  test("section 4.9: undone, it grows as if there had been no loss, by the estimate and by the curve", () => {
    for (const [lost, count] of [
      [20, 8],
      [1000, 12],
    ] as const) {
      const fooled = lostAt(lost);
      const twin = lostAt(lost);
      fooled.onLoss(fooled.window, 0);
      fooled.undo(lost * 0.7 * MSS, lost * 0.7 * MSS);
      expect([fooled.window, fooled.threshold]).toEqual([twin.window, twin.threshold]);
      expect(rounds(fooled, count)).toEqual(rounds(twin, count));
    }
  });

  test("RFC 5681 section 4.1: after silence slow start up to the threshold, and the curve from its beginning", () => {
    const control = lostAt(1000);
    rounds(control, 6);
    control.onIdle(10 * MSS);
    expect(control.window).toBe(10 * MSS);
    control.onAck(690 * MSS, RTT, RTT, 0, 1, 60_000);
    expect(control.window).toBe(700 * MSS);
    const windows = rounds(control, 8, 60_000);
    const k = Math.cbrt(300 / 0.4);
    for (let t = 1; t < 8; t++) expect(windows[t]).toBeCloseTo(curve(t + 1, 1000, k), 6);
  });
});
