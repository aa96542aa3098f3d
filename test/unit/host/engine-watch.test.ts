import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ManualClock } from "../../../electron/base/clock.ts";
import { signInAtStart } from "../../../electron/entries/compose.ts";
import { EngineWatch, LOOK_MS, SilenceWatch } from "../../../electron/host/engine-watch.ts";
import type { Account } from "../../../shared/models.ts";
import { DEMO_ACCOUNT } from "../../support/host-memory-engine.ts";
import { settled } from "../../support/host-memory-link.ts";
import { type HostWorld, hostWorld } from "../../support/host-world.ts";

describe("what looks say together", () => {
  const clock = new ManualClock(500);

  /** Looks after so many milliseconds each, told of so many messages in all: "ask" and "silent" as they come. */
  function looks(...steps: readonly (readonly [elapsed: number, heard: number])[]): string[] {
    const watch = new SilenceWatch(clock.now());
    return steps.map(([elapsed, heard]) => {
      clock.advance(elapsed);
      const asks = watch.look(clock.now(), heard);
      return `${watch.isSilent ? "silent" : "well"}${asks ? " ask" : ""}`;
    });
  }

  test("one that answers is asked at each look", () =>
    expect(looks([LOOK_MS, 1], [LOOK_MS, 2], [LOOK_MS, 3])).toEqual(["well ask", "well ask", "well ask"]));
  test("one that never says anything is silent 10 s after it was asked, and asked no more", () =>
    expect(looks([LOOK_MS, 0], [LOOK_MS, 0], [LOOK_MS, 0], [LOOK_MS, 0])).toEqual([
      "well ask",
      "well",
      "silent",
      "silent",
    ]));
  test("any message is an answer, and is asked after anew", () =>
    expect(looks([LOOK_MS, 1], [LOOK_MS, 1], [LOOK_MS, 2], [LOOK_MS, 2], [LOOK_MS, 2])).toEqual([
      "well ask",
      "well",
      "well ask",
      "well",
      "silent",
    ]));
  test("what is heard at last ends the silence", () =>
    expect(looks([LOOK_MS, 0], [LOOK_MS, 0], [LOOK_MS, 0], [LOOK_MS, 1])).toEqual([
      "well ask",
      "well",
      "silent",
      "well ask",
    ]));
  test("a look that comes late, after sleep or a stop, counts for nothing and begins the count anew", () =>
    expect(looks([LOOK_MS, 0], [LOOK_MS, 0], [3_600_000, 0], [LOOK_MS, 0], [LOOK_MS, 0])).toEqual([
      "well ask",
      "well",
      "well",
      "well",
      "silent",
    ]));
  test("a machine that keeps being stopped says nothing of its engine", () =>
    expect(looks([LOOK_MS, 0], ...Array.from({ length: 20 }, () => [60_000, 0] as const)).at(-1)).toBe("well"));
  test("a look that is a little late counts", () =>
    expect(looks([LOOK_MS, 0], [LOOK_MS + 1_500, 0], [LOOK_MS + 1_500, 0]).at(-1)).toBe("silent"));
  test("sleep takes nothing back of a silence that was noticed", () =>
    expect(looks([LOOK_MS, 0], [LOOK_MS, 0], [LOOK_MS, 0], [3_600_000, 0]).at(-1)).toBe("silent"));
});

describe("on timers", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] }));
  afterEach(() => void vi.useRealTimers());

  test("an engine is asked every 5 s and no more often, and not after the end", () => {
    const engine = { messagesHeard: 0, asked: 0, ping: () => void engine.asked++ };
    const changes: boolean[] = [];
    const clock = { now: () => performance.now(), wall: () => 0 };
    const watch = new EngineWatch({ engine, clock, onChange: (isSilent) => void changes.push(isSilent) });
    for (let i = 0; i < 12; i++) {
      vi.advanceTimersByTime(LOOK_MS);
      engine.messagesHeard++;
    }
    expect([engine.asked, changes]).toEqual([12, []]);
    vi.advanceTimersByTime(60_000);
    expect([engine.asked, changes]).toEqual([13, [true]]);
    engine.messagesHeard++;
    vi.advanceTimersByTime(LOOK_MS);
    expect(changes).toEqual([true, false]);
    watch.dispose();
    vi.advanceTimersByTime(60_000);
    expect(engine.asked).toBe(14);
  });

  /** A world whose engine has said nothing since it was asked. */
  async function hungWorld(): Promise<HostWorld> {
    const world = await hostWorld();
    world.engine.isHung = true;
    return world;
  }

  test("#12 windows are told of an engine that hangs, one that comes later too, and of its end", async () => {
    const world = await hungWorld();
    const first = world.open();
    vi.advanceTimersByTime(14_999);
    expect(first.events("engine.silence")).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(first.events("engine.silence")).toEqual([{ silent: true }]);
    const second = world.open();
    expect(second.events("engine.silence")).toEqual([{ silent: true }]);
    world.engine.isHung = false;
    world.engine.messagesHeard++;
    vi.advanceTimersByTime(LOOK_MS);
    expect(first.events("engine.silence").at(-1)).toEqual({ silent: false });
    expect(world.open().sent).toEqual([]);
    expect([first.closed, world.engines.length]).toEqual([false, 1]);
  });

  /** A host whose first engine hangs before it has said anything. */
  function hungAtStart(...accounts: readonly Account[]): Promise<HostWorld> {
    let isFirst = true;
    return hostWorld((engine) => {
      engine.accounts.push(...accounts);
      engine.isHung = isFirst;
      if (isFirst) engine.answer = () => new Promise(() => undefined);
      isFirst = false;
    });
  }

  test("#12 an engine that hangs at its very start keeps no window waiting: it is told of, too, and restarted", async () => {
    const starting = hungAtStart(DEMO_ACCOUNT);
    await settled();
    vi.advanceTimersByTime(15_000);
    const world = await starting;
    const signingIn = signInAtStart(world.host, { demo: false, demoIfEmpty: true });
    await expect(signingIn).resolves.toBeUndefined();
    const link = world.open();
    expect(link.events("engine.silence")).toEqual([{ silent: true }]);
    link.receive('{"id":1,"call":"engine.restart","input":{}}');
    await settled();
    expect([link.closed, world.engines.length, world.demo.starts.length]).toEqual([true, 2, 1]);
    expect(world.engine.demoSignIns).toHaveLength(1);
  });

  test.each([
    { demo: true, demoIfEmpty: false },
    { demo: false, demoIfEmpty: true },
  ])("#12 what was asked of a start whose engine hung is done once it is restarted: %o", async (wish) => {
    const starting = hungAtStart();
    await settled();
    vi.advanceTimersByTime(15_000);
    const world = await starting;
    await signInAtStart(world.host, wish);
    await settled();
    world.open().receive('{"id":1,"call":"engine.restart","input":{}}');
    await settled();
    expect([world.engines.length, world.demo.starts.length, world.engine.demoSignIns.length]).toEqual([2, 1, 1]);
    // Once: whoever removes the demo's account has removed it.
    world.engine.crash();
    await settled();
    expect([world.engines.length, world.engine.demoSignIns.length]).toEqual([3, 0]);
  });

  test("one that only takes its time at the start is waited for, and the demo is there before a window", async () => {
    let answer: () => void = () => undefined;
    const starting = hostWorld((engine) => {
      engine.accounts.push(DEMO_ACCOUNT);
      engine.answer = () => new Promise((resolve) => (answer = () => resolve(engine.accounts)));
    });
    await settled();
    vi.advanceTimersByTime(60_000);
    answer();
    expect((await starting).engine.demoSignIns).toHaveLength(1);
  });

  test("#12 a person restarts an engine that hangs: it is ended, windows come back to another", async () => {
    const world = await hungWorld();
    const link = world.open();
    vi.advanceTimersByTime(15_000);
    link.receive('{"id":1,"call":"engine.restart","input":{}}');
    await settled();
    expect([link.closed, world.engines.length, world.engines[0]?.isShutDown]).toEqual([true, 2, true]);
    const again = world.open();
    expect(again.sent).toEqual([]);
    expect((await again.request("accounts.list", {})).ok).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(again.events("engine.silence")).toEqual([]);
  });

  test("#12 it can be restarted when so many calls wait for it that no other is taken", async () => {
    const world = await hungWorld();
    world.engine.answer = () => new Promise(() => undefined);
    const link = world.open();
    vi.advanceTimersByTime(15_000);
    for (let id = 1; id <= 300; id++) link.receive(JSON.stringify({ id, call: "accounts.list", input: {} }));
    link.receive('{"id":301,"call":"engine.restart","input":{}}');
    await settled();
    expect(world.engines).toHaveLength(2);
  });

  test("one that answers is not restarted, whatever a page asks", async () => {
    const world = await hostWorld();
    const link = world.open();
    vi.advanceTimersByTime(60_000);
    expect((await link.request("engine.restart", {})).ok).toEqual({});
    expect([link.closed, world.engines.length, world.engine.isShutDown]).toEqual([false, 1, false]);
  });

  test("a silence of the old engine is not the new one's, nor told after the end", async () => {
    const world = await hungWorld();
    vi.advanceTimersByTime(15_000);
    world.engine.crash();
    expect(world.open().events("engine.silence")).toEqual([]);
    await world.host.shutdown();
    const { pings } = world.engine;
    vi.advanceTimersByTime(60_000);
    expect(world.engine.pings).toBe(pings);
  });
});
