import { describe, expect, test } from "vitest";
import { HiddenTurns } from "../../../renderer/features/terminal/hidden-turns.ts";
import { OutputFlow } from "../../../renderer/features/terminal/output-flow.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { ManualPageClock } from "../../support/renderer-page-clock.ts";

const KIB = 1024;
const FRAME = 32 * KIB;
/** Milliseconds: less than a frame takes, so that what it costs can be timed. */
const STEP = 0.25;

/** Terminals that one thread draws, so many bytes a millisecond, and the flows that feed them. */
function page(count: number, perMs: number) {
  const clock = new ManualPageClock();
  const turns = new HiddenTurns(clock);
  const queue: { bytes: Uint8Array; at: number; drawn: (() => void) | undefined; of: number }[] = [];
  const shells = Array.from({ length: count }, (_, of) => {
    const place = { shown: false };
    const write = (bytes: Uint8Array, drawn?: () => void) => void queue.push({ bytes, at: clock.now(), drawn, of });
    const flow = new OutputFlow({ write }, () => place.shown, clock, turns);
    const shell = { flow, place, inFlight: 0, sent: 0, drawn: 0, most: 0, endless: true };
    flow.attached((drawn) => {
      shell.inFlight -= drawn;
    });
    return shell;
  });
  let busyMs = 0;
  let owed = 0;
  /** So many milliseconds go by in which shells write as much as their credit lets them. */
  const pass = (ms: number): void => {
    for (let i = 0; i < ms / STEP; i++) {
      for (const shell of shells) {
        while (shell.endless && shell.inFlight + FRAME <= LIMITS.terminalCredit) {
          shell.inFlight += FRAME;
          shell.sent += FRAME;
          shell.flow.output(new Uint8Array(FRAME));
        }
        shell.most = Math.max(shell.most, shell.sent - shell.drawn);
      }
      if (queue.length > 0) busyMs += STEP;
      clock.advance(STEP);
      owed = queue.length > 0 ? owed + perMs * STEP : 0;
      while (queue[0] !== undefined && queue[0].bytes.length <= owed) {
        const { bytes, drawn, of } = queue.shift()!;
        owed -= bytes.length;
        shells[of]!.drawn += bytes.length;
        drawn?.();
      }
    }
  };
  /** Of the thread, from now on for so long. */
  const share = (ms: number): number => {
    busyMs = 0;
    pass(ms);
    return busyMs / ms;
  };
  return { clock, shells, queue, pass, share };
}

describe("terminals that nobody sees", () => {
  test.each([
    { count: 1, speed: "fast", perMs: 40 * KIB },
    { count: 9, speed: "fast", perMs: 40 * KIB },
    { count: 1, speed: "slow", perMs: 10 * KIB },
    { count: 9, speed: "slow", perMs: 10 * KIB },
    { count: 20, speed: "slow", perMs: 10 * KIB },
  ])("#7 $count that write without end leave most of a $speed thread to what is seen", ({ count, perMs }) => {
    const { pass, share } = page(count, perMs);
    pass(1000);
    expect(share(4000)).toBeLessThan(0.25);
  });

  test("#7 none of them is left out, and none holds more than its credit", () => {
    const { pass, shells } = page(9, 40 * KIB);
    // Until it is known what drawing costs: at first they wait for each other, which looks like cost.
    pass(10_000);
    const before = shells.map((shell) => shell.drawn);
    expect(Math.min(...before)).toBeGreaterThan(256 * KIB);
    pass(4000);
    const drawn = shells.map((shell, index) => shell.drawn - before[index]!);
    expect(Math.min(...drawn)).toBeGreaterThan(Math.max(...drawn) / 2);
    expect(Math.min(...drawn)).toBeGreaterThan(2048 * KIB);
    for (const { most } of shells) expect(most).toBeLessThanOrEqual(LIMITS.terminalCredit);
  });

  test("#8 what they are given at once does not keep the thread from a key: xterm cannot stop amid a piece", () => {
    const { pass, queue } = page(9, 10 * KIB);
    for (let i = 0; i < 1000; i++) {
      pass(1);
      for (const { bytes } of queue) expect(bytes.length).toBeLessThanOrEqual(FRAME);
    }
  });

  test("#7 a bell among them is heard within half a second, however much the others write", () => {
    const { pass, shells, queue, clock } = page(20, 10 * KIB);
    const [quiet] = shells;
    quiet!.endless = false;
    pass(2000);
    for (let i = 0; i < 10; i++) {
      quiet!.flow.output(Uint8Array.of(7));
      const asked = clock.now();
      const isHanded = (): boolean => quiet!.drawn === i + 1 || queue.some(({ of }) => of === 0);
      while (!isHanded()) pass(1);
      expect(clock.now() - asked).toBeLessThanOrEqual(400);
      while (quiet!.drawn === i) pass(1);
    }
  });

  test("#7 one that writes little is drawn as it comes", () => {
    const { pass, shells, queue } = page(1, 40 * KIB);
    shells[0]!.endless = false;
    for (let i = 0; i < 20; i++) {
      shells[0]!.flow.output(new Uint8Array(200));
      expect(queue).toHaveLength(1);
      pass(20);
    }
  });

  test("#7 one that is shown has all of its text at once, and as much of the thread as it can use", () => {
    const { pass, share, shells, queue } = page(2, 40 * KIB);
    pass(2000);
    const [front, back] = shells;
    front!.place.shown = true;
    front!.flow.flush();
    const handed = queue.filter(({ of }) => of === 0).reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(front!.drawn + handed).toBe(front!.sent);
    pass(200);
    const before = front!.drawn;
    expect(share(2000)).toBeGreaterThan(0.8);
    expect(front!.drawn - before).toBeGreaterThan(1024 * KIB);
    expect(back!.drawn).toBeGreaterThan(0);
  });

  test("one that is closed while it waits loses nothing and leaves no timer behind", () => {
    const { clock, pass, shells } = page(2, 40 * KIB);
    pass(1000);
    for (const shell of shells) {
      shell.endless = false;
      shell.flow.detached();
    }
    pass(1000);
    for (const { sent, drawn } of shells) expect(drawn).toBe(sent);
    expect(clock.waiting).toBe(0);
  });
});
