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

test("a turn that is ended at once is over: nothing of it is left for after the poll", () => {
  const { clock, core, loop, advance } = loopWithCore();
  core.deadline = 40;
  loop.now();
  clock.advance(2);
  loop.endTurn();
  expect(core.calls).toEqual(["endTurn 2"]);
  // What comes next begins a turn of its own.
  clock.advance(1);
  expect(loop.now()).toBe(3);
  loop.endTurn();
  advance(0);
  expect(core.calls).toEqual(["endTurn 2", "endTurn 3"]);
  advance(38);
  expect(core.calls.slice(2)).toEqual(["tick 41", "endTurn 41"]);
});

test("whoever asks for the end of a turn from within it gets the next one, after the poll", () => {
  const { core, loop, advance } = loopWithCore();
  let depth = 0;
  let deepest = 0;
  let asked = 0;
  core.endTurn = (now) => {
    core.calls.push(`endTurn ${now}`);
    deepest = Math.max(deepest, ++depth);
    if (asked++ < 2) loop.endTurn();
    depth--;
  };
  loop.endTurn();
  expect(core.calls).toHaveLength(1);
  // An immediate that is set within another takes a millisecond of this clock.
  advance(3);
  expect([core.calls.length, deepest]).toEqual([3, 1]);
});

test("a core that throws: those behind it have their turn in the next one, and the timer is set", () => {
  const clock = new ManualClock();
  const thrower = new RecordingCore();
  const behind = new RecordingCore();
  const loop = new CoreLoop(clock, [thrower, behind]);
  thrower.endTurn = (now) => {
    thrower.calls.push(`endTurn ${now}`);
    if (thrower.calls.length === 1) throw new Error("a user's callback");
  };
  behind.deadline = 40;
  expect(() => loop.endTurn()).toThrow("callback");
  expect(behind.calls).toEqual([]);
  vi.advanceTimersByTime(0);
  expect([thrower.calls, behind.calls]).toEqual([["endTurn 0", "endTurn 0"], ["endTurn 0"]]);
  clock.advance(40);
  vi.advanceTimersByTime(40);
  expect(behind.calls.slice(1)).toEqual(["tick 40", "endTurn 40"]);
});

test("a core that disposes of the loop in mid-turn is the last that is driven", () => {
  for (const step of ["tick", "endTurn"] as const) {
    const clock = new ManualClock();
    const closer = new RecordingCore();
    const behind = new RecordingCore();
    let turns = 0;
    const loop = new CoreLoop(clock, [closer, behind], () => turns++);
    closer.deadline = 1;
    behind.deadline = 1;
    loop.endTurn();
    closer[step] = () => loop.dispose();
    clock.advance(1);
    vi.advanceTimersByTime(1);
    loop.wake();
    loop.endTurn();
    vi.advanceTimersByTime(100);
    expect([behind.calls, turns], step).toEqual([step === "tick" ? ["endTurn 0"] : ["endTurn 0", "tick 1"], 1]);
    expect(vi.getTimerCount()).toBe(0);
  }
});
