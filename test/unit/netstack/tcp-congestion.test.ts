import { describe, expect, test } from "vitest";
import { initialWindow } from "../../../electron/netstack/tcp/congestion/congestion-control.ts";
import { type CongestionName, createCongestionControl } from "../../../electron/netstack/tcp/congestion/create.ts";

const MSS = 1000;

test("RFC 6928: ten segments, but no more than 14600 bytes unless two segments need it", () => {
  expect(initialWindow(1000)).toBe(10_000);
  expect(initialWindow(1460)).toBe(14_600);
  expect(initialWindow(4000)).toBe(14_600);
  expect(initialWindow(9000)).toBe(18_000);
});

// One suite for every controller.
describe.each<CongestionName>(["cubic", "new-reno"])("%s", (name) => {
  const created = (): ReturnType<typeof createCongestionControl> => createCongestionControl(name, MSS, 10 * MSS);

  test("slow start doubles per round trip", () => {
    const control = created();
    for (let round = 0; round < 4; round++) {
      const before = control.window;
      for (let acked = 0; acked < before; acked += MSS) control.onAck(MSS, 50, 50, 0, 1, round * 50);
      expect(control.window).toBe(before * 2);
    }
  });

  test("acknowledgements never shrink the window", () => {
    const control = created();
    control.onLoss(100 * MSS, 0);
    control.window = control.threshold;
    let before = control.window;
    for (let now = 0; now < 60_000; now += 10) {
      control.onAck(2 * MSS, 50, 50, 0, 1, now);
      expect(control.window).toBeGreaterThanOrEqual(before);
      before = control.window;
    }
  });

  test("a timeout leaves one segment and cuts the threshold once per episode", () => {
    const control = created();
    control.onTimeout(20 * MSS, true, 0);
    const { threshold } = control;
    expect(control.window).toBe(MSS);
    expect(threshold).toBeGreaterThanOrEqual(2 * MSS);
    control.onTimeout(MSS, false, 0);
    expect(control.threshold).toBe(threshold);
  });

  test("the threshold is never less than two segments", () => {
    const control = created();
    control.onLoss(MSS, 0);
    expect(control.threshold).toBe(2 * MSS);
  });

  test("undo restores what was", () => {
    const control = created();
    control.window = 50 * MSS;
    control.onLoss(50 * MSS, 0);
    control.window = control.threshold;
    control.undo(50 * MSS, Number.POSITIVE_INFINITY);
    expect([control.window, control.threshold]).toEqual([50 * MSS, Number.POSITIVE_INFINITY]);
  });

  test("after silence no more than the initial window", () => {
    const control = created();
    control.window = 50 * MSS;
    control.onIdle(10 * MSS);
    expect(control.window).toBe(10 * MSS);
  });
});

describe("CUBIC", () => {
  test("T78 ssthresh is 0.7 of the flight, and the curve is the RFC's within 20 %", () => {
    const control = createCongestionControl("cubic", MSS, 10 * MSS);
    control.window = 1000 * MSS;
    control.onLoss(1000 * MSS, 0);
    expect(control.threshold).toBe(700 * MSS);
    control.window = control.threshold;
    const k = Math.cbrt(300 / 0.4);
    for (let ms = 0; ms <= 14_000; ms += 10) {
      control.onAck((control.window * 10) / 100, 100, 100, 0, 1, ms);
      const expected = 0.4 * (ms / 1000 - k) ** 3 + 1000;
      if (ms > 1000) expect(Math.abs(control.window / MSS / expected - 1)).toBeLessThan(0.2);
    }
    expect(control.window).toBeGreaterThan(1000 * MSS);
  });

  test("a loss while no queue stands costs a fifth of the window; with a queue of three segments the RFC's share", () => {
    for (const [segments, share] of [
      [0, 0.8],
      [2.9, 0.8],
      [3, 0.7],
      [50, 0.7],
    ] as const) {
      const control = createCongestionControl("cubic", MSS, 10 * MSS);
      control.window = 100 * MSS;
      control.onLoss(100 * MSS, 0, segments * MSS);
      expect(control.threshold).toBe(100 * share * MSS);
    }
  });

  test("T78 on a short path it is no slower than Reno's average", () => {
    const control = createCongestionControl("cubic", MSS, 10 * MSS);
    control.window = 20 * MSS;
    control.onLoss(20 * MSS, 0);
    control.window = control.threshold;
    let rounds = 0;
    for (let now = 0; control.window < 20 * MSS; now += 10, rounds++) control.onAck(control.window, 10, 10, 0, 1, now);
    expect(rounds).toBeLessThan(6 / 0.5 + 3);
  });

  test("fast convergence: a second loss below the first plateau lowers it further", () => {
    const control = createCongestionControl("cubic", MSS, 10 * MSS);
    control.window = 1000 * MSS;
    control.onLoss(1000 * MSS, 0);
    control.window = 800 * MSS;
    control.onLoss(800 * MSS, 0);
    control.window = control.threshold;
    let now = 0;
    for (; now < 9000; now += 10) control.onAck(control.window / 10, 100, 100, 0, 1, now);
    // The plateau is 0.85 of 800; without fast convergence it would be 800.
    expect(control.window / MSS).toBeLessThan(730);
  });
});
