import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ManualClock } from "../../../electron/base/clock.ts";
import { TimerNode, type Timers, TimerWheel } from "../../../electron/base/timer-wheel.ts";
import { inputs, seed } from "../../support/seed.ts";
import { TimerScan } from "../../support/timer-scan.ts";

const NEVER = Number.POSITIVE_INFINITY;
const HOUR = 3_600_000;

class Owner {
  readonly name: number;
  readonly node = new TimerNode<Owner>(this);
  at = NEVER;
  asked = 0;

  constructor(name: number) {
    this.name = name;
  }
}

/** Owners in one of the two implementations, on a clock that jumps. */
class World {
  readonly clock = new ManualClock(1000.25);
  readonly timers: Timers<Owner>;
  readonly owners: Owner[];
  /** Names and times of those that fired. */
  readonly fired: string[] = [];
  ticks = 0;
  onFire: ((owner: Owner, now: number) => void) | undefined;

  constructor(kind: typeof TimerWheel | typeof TimerScan, count: number) {
    this.owners = Array.from({ length: count }, (_, name) => new Owner(name));
    this.timers = new kind<Owner>(
      (owner) => {
        owner.asked++;
        return owner.at;
      },
      (owner, now) => {
        this.fired.push(`${owner.name} at ${now}`);
        if (owner.at > now) throw new Error(`${owner.name} fired at ${now}, due at ${owner.at}`);
        owner.at = NEVER;
        this.onFire?.(owner, now);
      },
    );
  }

  set(name: number, at: number): void {
    const owner = this.owners[name]!;
    owner.at = at;
    if (at < owner.node.deadline) this.timers.bringForward(owner.node, at);
  }

  /** As a loop does: sleeps until somebody is due, or thinks it, and ticks. */
  runTo(end: number): void {
    while (this.timers.earliest <= end) {
      if (this.ticks++ > 100_000) throw new Error("time stands still");
      this.clock.advance(Math.max(0, this.timers.earliest - this.clock.now()));
      this.timers.tick(this.clock.now());
    }
    this.clock.advance(Math.max(0, end - this.clock.now()));
  }

  retire(name: number): void {
    this.owners[name]!.at = NEVER;
    this.timers.retire(this.owners[name]!.node);
  }
}

describe.each([
  ["wheel", TimerWheel],
  ["its plain twin", TimerScan],
] as const)("timers: %s", (_, kind) => {
  test("a timer fires at its deadline, to the fraction of a millisecond, wherever in the wheel it lies", () => {
    const deadlines = [0, 0.5, 1, 31.9, 32, 1_023.5, 1_024, 40_000.125, 2 * HOUR, 9 * HOUR, 300 * HOUR, 1e4 * HOUR];
    const world = new World(kind, deadlines.length);
    const start = world.clock.now();
    for (const [name, after] of deadlines.entries()) world.set(name, start + after);
    world.runTo(start + 2e4 * HOUR);
    expect(world.fired).toEqual(deadlines.map((after, name) => `${name} at ${start + after}`));
    expect(world.timers.earliest).toBe(NEVER);
  });

  test("a timer that is put off costs nothing until its first deadline, and fires at its last one", () => {
    const world = new World(kind, 1);
    const start = world.clock.now();
    for (let i = 0; i < 100; i++) world.set(0, start + 200 + i);
    expect(world.owners[0]!.asked).toBe(0);
    world.runTo(start + 1_000);
    expect(world.fired).toEqual([`0 at ${start + 299}`]);
    expect(world.ticks).toBe(2);
  });

  test("one that comes earlier moves; one that was switched off does not fire", () => {
    const world = new World(kind, 2);
    const start = world.clock.now();
    world.set(0, start + 5 * HOUR);
    world.set(1, start + 50);
    world.set(0, start + 20);
    world.set(1, NEVER);
    world.runTo(start + 6 * HOUR);
    expect(world.fired).toEqual([`0 at ${start + 20}`]);
    expect(world.timers.earliest).toBe(NEVER);
  });

  test("after a night's sleep everybody who is due fires once, with the time of now", () => {
    const world = new World(kind, 200);
    const start = world.clock.now();
    for (let name = 0; name < 200; name++) world.set(name, start + name ** 3);
    world.clock.advance(8 * HOUR);
    const now = world.clock.now();
    world.timers.tick(now);
    const due = world.owners.filter(({ name }) => start + name ** 3 <= now).map(({ name }) => `${name} at ${now}`);
    expect(due.length).toBe(200);
    expect([...world.fired].sort()).toEqual(due.sort());
  });

  test("who arms itself again while it fires waits for the next tick, even for the same moment", () => {
    const world = new World(kind, 1);
    const start = world.clock.now();
    world.onFire = (owner, now) => {
      if (world.fired.length < 3) world.set(owner.name, now);
    };
    world.set(0, start + 10);
    world.clock.advance(10);
    world.timers.tick(start + 10);
    expect(world.fired).toHaveLength(1);
    expect(world.timers.earliest).toBe(start + 10);
    world.runTo(start + 20);
    expect(world.fired).toHaveLength(3);
  });

  test("who leaves, itself or by another's doing, never fires again, whatever is armed afterwards", () => {
    const world = new World(kind, 4);
    const start = world.clock.now();
    // Each takes all others with it.
    world.onFire = () => {
      for (let name = 0; name < 4; name++) world.retire(name);
    };
    for (let name = 0; name < 4; name++) world.set(name, start + 10);
    world.runTo(start + 10);
    for (let name = 0; name < 4; name++) world.set(name, start + 20);
    world.runTo(start + HOUR);
    expect(world.fired).toHaveLength(1);
    expect(world.timers.earliest).toBe(NEVER);
  });

  test("a clock that goes back does no harm", () => {
    const world = new World(kind, 2);
    const start = world.clock.now();
    world.set(0, start + 100);
    world.runTo(start + 100);
    world.set(1, start + 50);
    world.timers.tick(start + 40);
    expect(world.fired).toHaveLength(1);
    expect(world.timers.earliest).toBe(start + 50);
    world.timers.tick(start + 50);
    expect(world.fired[1]).toBe(`1 at ${start + 50}`);
  });
});

test("what throws while it fires takes nobody else's turn", () => {
  const world = new World(TimerWheel, 3);
  const start = world.clock.now();
  world.onFire = (owner) => {
    if (owner.name !== 1) throw new Error("in a user's code");
  };
  for (let name = 0; name < 3; name++) world.set(name, start + 10);
  expect(() => world.timers.tick(start + 10)).toThrow("in a user's code");
  expect(world.timers.earliest).toBeLessThanOrEqual(start + 10);
  expect(() => world.timers.tick(start + 10)).toThrow("in a user's code");
  expect(world.fired).toHaveLength(3);
  world.timers.tick(start + 10);
  expect(world.timers.earliest).toBe(NEVER);
});

test("of 10,000 owners each is asked when it fires, and once for each level that it came down", () => {
  const world = new World(TimerWheel, 10_000);
  const start = Math.floor(world.clock.now());
  for (let name = 0; name < 10_000; name++) world.set(name, start + 1 + name);
  world.runTo(start + 5_000);
  expect(world.fired).toHaveLength(5_000);
  // Twice when it fires: whether it is due, and for what comes then.
  expect(Math.max(...world.owners.map(({ asked }) => asked))).toBeLessThanOrEqual(2 + 4);
});

const COUNT = 12;
/** Milliseconds in eighths, whose sums are exact. */
const eighths = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: min * 8, max: max * 8 }).map((n) => n / 8);
const span = fc.oneof(eighths(-5, 70), eighths(0, 40_000), fc.integer({ min: 0, max: 20 * HOUR }));
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("set"), who: fc.nat(COUNT - 1), after: span }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("off"), who: fc.nat(COUNT - 1), after: fc.constant(0) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("run"), who: fc.constant(0), after: span }) },
  // The loop stood still, or the computer slept.
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sleep"), who: fc.constant(0), after: span }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("retire"), who: fc.nat(COUNT - 1), after: fc.constant(0) }) },
);

test("against a sorted list: nobody fires early, late or twice, and the earliest is never later than the first", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.array(span, { maxLength: 20 }), (steps, again) => {
      const world = new World(TimerWheel, COUNT);
      const gone = new Set<number>();
      /** What is to fire: names with their deadlines. */
      let list: { name: number; at: number }[] = [];
      const set = (name: number, at: number): void => {
        if (gone.has(name)) return;
        list = list.filter((entry) => entry.name !== name);
        if (at !== NEVER) list.push({ name, at });
        world.set(name, at);
      };
      let rearmed = 0;
      let mayFireAt = world.clock.now();
      world.onFire = (owner, now) => {
        const entry = list.find(({ name }) => name === owner.name);
        expect(entry).toBeDefined();
        // Awake, it fires at its deadline; after a sleep, when it ends.
        expect(now).toBe(Math.max(entry!.at, mayFireAt));
        list = list.filter((one) => one !== entry);
        const after = again[rearmed++];
        if (after !== undefined) set(owner.name, now + Math.max(after, 0.125));
      };
      for (const { do: what, who, after } of steps) {
        const now = world.clock.now();
        if (what === "set") set(who, now + after);
        else if (what === "off") set(who, NEVER);
        else if (what === "retire") {
          set(who, NEVER);
          world.retire(who);
          gone.add(who);
        } else if (after > 0) {
          if (what === "sleep") world.clock.advance(after);
          mayFireAt = world.clock.now();
          world.runTo(what === "sleep" ? world.clock.now() : now + after);
          expect(list.every(({ at }) => at > world.clock.now())).toBe(true);
        }
        list.sort((a, b) => a.at - b.at);
        expect(world.timers.earliest).toBeLessThanOrEqual(list[0]?.at ?? NEVER);
        mayFireAt = world.clock.now();
      }
      world.runTo(world.clock.now() + 1_000 * HOUR);
      expect(list).toEqual([]);
    }),
    { seed: seed(), numRuns: inputs(500) },
  );
});
