import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HiddenTurns } from "../../../renderer/features/terminal/hidden-turns.ts";
import { OutputFlow } from "../../../renderer/features/terminal/output-flow.ts";
import { ManualPageClock } from "../../support/renderer-page-clock.ts";
import { seed } from "../../support/seed.ts";

const KIB = 1024;

/** A terminal that draws when it is told to, behind the flow that feeds it. */
function made({ shown = true } = {}) {
  const clock = new ManualPageClock();
  const writes: { bytes: Uint8Array; drawn: (() => void) | undefined }[] = [];
  const place = { shown };
  const terminal = { write: (bytes: Uint8Array, drawn?: () => void) => void writes.push({ bytes, drawn }) };
  const flow = new OutputFlow(terminal, () => place.shown, clock, new HiddenTurns(clock));
  const reports: number[] = [];
  const given = (): number => reports.reduce((sum, one) => sum + one, 0);
  /** Draws all that is there, in so many milliseconds each. */
  const draw = (ms = 0): void => {
    for (const { drawn } of writes.splice(0)) {
      clock.advance(ms);
      drawn?.();
    }
  };
  return { clock, writes, flow, reports, given, draw, place, report: (count: number) => void reports.push(count) };
}

/** So that the flow knows how fast the terminal is: 32 KiB in each millisecond. */
function warmUp({ flow, draw, clock }: ReturnType<typeof made>): void {
  for (let i = 0; i < 40; i++) {
    flow.output(new Uint8Array(32 * KIB));
    flow.flush();
    draw(1);
  }
  clock.advance(100);
}

describe("output on its way", () => {
  test("#7 what is drawn gets its credit, once", () => {
    const one = made();
    one.flow.attached(one.report);
    one.flow.output(new Uint8Array(100));
    one.clock.advance(20);
    expect(one.given()).toBe(0);
    one.draw();
    one.clock.advance(20);
    one.flow.flush();
    expect(one.reports).toEqual([100]);
  });

  test("#7 the credit for bytes that overtake the answer waits for it", () => {
    const one = made();
    one.flow.attached(one.report);
    warmUp(one);
    one.flow.detached();
    const before = one.given();
    one.flow.snapshot(new Uint8Array(64 * KIB));
    one.flow.output(new Uint8Array(64 * KIB));
    one.draw(1);
    one.clock.advance(100);
    expect(one.given()).toBe(before);
    one.flow.attached(one.report);
    expect(one.given()).toBe(before + 128 * KIB);
  });

  test("a new channel gets no credit for what the old one sent", () => {
    const one = made();
    one.flow.attached(one.report);
    one.flow.output(new Uint8Array(10));
    one.flow.detached();
    one.flow.attached(one.report);
    one.draw();
    one.flow.flush();
    expect(one.reports).toEqual([]);
  });

  test("a snapshot comes after a reset, and after what was held back before it", () => {
    const one = made();
    one.flow.attached(one.report);
    warmUp(one);
    for (let i = 1; i <= 3; i++) one.flow.output(new Uint8Array(20 * KIB).fill(i));
    expect(one.writes).toHaveLength(1);
    one.flow.snapshot(Uint8Array.of(9));
    expect(one.writes.map(({ bytes }) => bytes[0])).toEqual([1, 2, 3, 0x1b, 9]);
  });

  test.each([true, false])(
    "nothing is held back in a hidden page, whose timers are late (terminal in front: %s)",
    (shown) => {
      const one = made({ shown });
      one.flow.attached(one.report);
      warmUp(one);
      one.clock.hidden = true;
      for (let i = 0; i < 5; i++) one.flow.output(new Uint8Array(20 * KIB));
      expect(one.writes).toHaveLength(5);
    },
  );

  test("#7 the text that a lost channel sent is drawn", () => {
    const one = made();
    one.flow.attached(one.report);
    warmUp(one);
    for (let i = 0; i < 3; i++) one.flow.output(new Uint8Array(20 * KIB));
    one.flow.detached();
    expect(one.writes).toHaveLength(3);
  });

  test("#7 a shell that fills its credit again and again is never stopped for good, whatever the terminal does", () => {
    const step = fc.record({ draw: fc.boolean(), ms: fc.nat(40), shown: fc.boolean(), hidden: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const one = made();
        let sent = 0;
        const fill = (): void => {
          while (sent - one.given() + 30_000 <= 128 * KIB) {
            sent += 30_000;
            one.flow.output(new Uint8Array(30_000));
          }
        };
        one.flow.attached(one.report);
        for (const { draw, ms, shown, hidden } of steps) {
          one.place.shown = shown;
          one.clock.hidden = hidden;
          fill();
          if (draw) one.draw(1);
          one.clock.advance(ms);
          expect(one.given()).toBeLessThanOrEqual(sent);
        }
        const before = sent;
        for (let i = 0; i < 3; i++) {
          one.clock.advance(400);
          one.draw(1);
          one.clock.advance(16);
        }
        expect(one.given()).toBe(before);
      }),
      { seed: seed() },
    );
  });
});
