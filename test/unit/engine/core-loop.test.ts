import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ManualClock } from "../../../electron/base/clock.ts";
import { type Core, CoreLoop } from "../../../electron/engine/core-loop.ts";

class RecordingCore implements Core {
  readonly calls: string[] = [];
  deadline = Number.POSITIVE_INFINITY;

  endTurn(now: number): void {
    this.calls.push(`endTurn ${now}`);
  }

  tick(now: number): void {
    this.calls.push(`tick ${now}`);
    if (now >= this.deadline) this.deadline = Number.POSITIVE_INFINITY;
  }

  nextDeadline(): number {
    return this.deadline;
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function loopWithCore() {
  const clock = new ManualClock();
  const core = new RecordingCore();
  const loop = new CoreLoop(clock, [core]);
  const advance = (ms: number): void => {
    vi.advanceTimersByTime(0);
    for (let i = 0; i < ms; i++) {
      clock.advance(1);
      vi.advanceTimersByTime(1);
    }
  };
  return { clock, core, loop, advance };
}

test("however often it is woken, a turn ends once", () => {
  const { core, loop, advance } = loopWithCore();
  for (let i = 0; i < 32; i++) loop.wake();
  expect(core.calls).toEqual([]);
  advance(0);
  expect(core.calls).toEqual(["endTurn 0"]);
});

test("the timer fires at the deadline, then rests", () => {
  const { core, loop, advance } = loopWithCore();
  core.deadline = 40;
  loop.wake();
  advance(39);
  expect(core.calls).toEqual(["endTurn 0"]);
  advance(1);
  expect(core.calls).toEqual(["endTurn 0", "tick 40", "endTurn 40"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("an earlier deadline moves the timer forward", () => {
  const { core, loop, advance } = loopWithCore();
  core.deadline = 1000;
  loop.wake();
  advance(0);
  core.deadline = 10;
  loop.wake();
  advance(0);
  advance(10);
  expect(core.calls.at(-2)).toBe("tick 10");
});

test("a deadline beyond what setTimeout can hold does not fire at once", () => {
  const { core, loop, advance } = loopWithCore();
  core.deadline = 1e15;
  loop.wake();
  advance(0);
  advance(1000);
  expect(core.calls).toEqual(["endTurn 0"]);
});

test("after dispose nothing runs and no timer is left", () => {
  const { core, loop, advance } = loopWithCore();
  core.deadline = 5;
  loop.wake();
  advance(0);
  loop.wake();
  loop.dispose();
  advance(100);
  expect(core.calls).toEqual(["endTurn 0"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("all that arrives in one turn is stamped with its beginning, however long the work takes", () => {
  const { clock, core, loop, advance } = loopWithCore();
  expect(loop.now()).toBe(0);
  clock.advance(30);
  expect(loop.now()).toBe(0);
  advance(0);
  // What the cores send at the end of the turn is sent now, and not when it began.
  expect(core.calls).toEqual(["endTurn 30"]);
  clock.advance(5);
  expect(loop.now()).toBe(35);
});

test("within a run of the cores the time is the run's, and a core that throws does not stop the clock", () => {
  const { clock, core, loop } = loopWithCore();
  const seen: number[] = [];
  core.endTurn = (now) => {
    clock.advance(3);
    seen.push(now, loop.now());
    throw new Error("a user's callback");
  };
  clock.advance(7);
  loop.wake();
  expect(() => vi.advanceTimersByTime(0)).toThrow("callback");
  expect(seen).toEqual([7, 7]);
  expect(loop.now()).toBe(10);
  loop.dispose();
  clock.advance(1);
  expect(loop.now()).toBe(11);
});
