import { describe, expect, test } from "vitest";
import { CulvertError } from "../../../electron/base/errors.ts";
import type { PingReply } from "../../../electron/netstack/ping.ts";
import { type PingEvent, PingRun, type PingRunOptions } from "../../../electron/netstack/ping-run.ts";
import { ip, type PairOptions, StackPair } from "../../support/netstack-pair.ts";

/** A run from one stack to the other. */
function between(pair: StackPair, options: Partial<PingRunOptions> = {}) {
  const events: PingEvent[] = [];
  const state = { done: 0 };
  const run = new PingRun(
    {
      stack: pair.a,
      target: ip("fd00::b"),
      count: 4,
      intervalMs: 1000,
      payloadBytes: 56,
      onEvent: (event) => events.push(event),
      onDone: () => void state.done++,
      ...options,
    },
    pair.now,
  );
  pair.attach(run);
  return { run, events, state };
}

const pairWith = (options: PairOptions = {}): StackPair => new StackPair(options);

describe("a run", () => {
  test.each(["fd00::b", "10.0.0.2"])(
    "to %s: one request each interval, answers in order, then it is over",
    (target) => {
      const pair = pairWith();
      const start = pair.now;
      const sentAt: number[] = [];
      const { run, events, state } = between(pair, {
        target: ip(target),
        onEvent: (event) => {
          sentAt.push(pair.now - start - 20);
          events.push(event);
        },
      });
      pair.run(10_000);
      expect(events).toEqual([1, 2, 3, 4].map((sequence) => ({ kind: "reply", sequence, rttMs: 20, bytes: 56 })));
      expect(sentAt).toEqual([0, 1000, 2000, 3000]);
      expect(state.done).toBe(1);
      expect(run.statistics).toEqual({
        sent: 4,
        received: 4,
        lost: 0,
        errors: 0,
        duplicates: 0,
        rtt: { min: 20, avg: 20, max: 20, mdev: 0 },
      });
      expect([run.nextDeadline(), pair.a.nextDeadline()]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    },
  );

  test("round trips of 10, 20, 30 and 40 ms: minimum, mean, maximum, deviation", () => {
    let echoes = 0;
    const pair = pairWith({ delay: ({ from }) => (from === "a" ? 0 : ++echoes * 10) });
    const { run } = between(pair);
    pair.run(10_000);
    const { rtt } = run.statistics;
    expect([rtt?.min, rtt?.avg, rtt?.max]).toEqual([10, 25, 40]);
    expect(rtt?.mdev).toBeCloseTo(Math.sqrt(125), 9);
  });

  test("silence is told after the time, and counts as lost", () => {
    const pair = pairWith({ drop: ({ from, index }) => from === "b" && index === 1 });
    const { run, events, state } = between(pair, { count: 3, timeoutMs: 500 });
    pair.run(2_100);
    expect(events.map(({ kind, sequence }) => `${sequence} ${kind}`)).toEqual(["1 reply", "2 silence", "3 reply"]);
    expect(run.statistics).toMatchObject({ sent: 3, received: 2, lost: 1, errors: 0 });
    expect(state.done).toBe(1);
  });

  test("what is on its way when it is stopped is not lost, and nothing is told afterwards", () => {
    const pair = pairWith();
    const { run, events, state } = between(pair, { count: Number.POSITIVE_INFINITY });
    pair.run(1_010);
    run.stop();
    run.stop();
    pair.run(10_000);
    expect(run.statistics).toMatchObject({ sent: 2, received: 1, lost: 0 });
    expect(events).toHaveLength(1);
    expect(state.done).toBe(1);
  });

  test("a computer that slept sends one request, not those it missed", () => {
    const sent: number[] = [];
    const stack = { ping: (_to: unknown, _length: number, now: number) => void sent.push(now) };
    const run = new PingRun(
      {
        stack,
        target: ip("fd00::b"),
        count: 100,
        intervalMs: 1000,
        payloadBytes: 0,
        onEvent: () => undefined,
        onDone: () => undefined,
      },
      0,
    );
    for (const at of [0, 1000, 3_600_000, 3_600_000, 3_600_500, 3_601_000]) run.tick(at);
    expect(sent).toEqual([0, 1000, 3_600_000, 3_601_000]);
  });
});

describe("what comes back", () => {
  /** A run whose stack answers as the test says. */
  function scripted(count: number) {
    const events: PingEvent[] = [];
    const replies: ((reply: PingReply) => void)[] = [];
    const duplicates: ((rttMs: number) => void)[] = [];
    let fail: CulvertError | undefined;
    const run = new PingRun(
      {
        stack: {
          ping: (_to, _length, _now, onReply, options) => {
            if (fail !== undefined) throw fail;
            replies.push(onReply);
            if (options?.onDuplicate !== undefined) duplicates.push(options.onDuplicate);
          },
        },
        target: ip("fd00::b"),
        count,
        intervalMs: 10,
        payloadBytes: 0,
        onEvent: (event) => events.push(event),
        onDone: () => undefined,
      },
      0,
    );
    const refuse = (error: CulvertError): void => {
      fail = error;
    };
    return { run, events, replies, duplicates, refuse };
  }

  test("duplicates are counted apart, and change neither loss nor round trip", () => {
    const { run, events, replies, duplicates } = scripted(2);
    run.tick(0);
    replies[0]!({ sequence: 7, rttMs: 5, bytes: 0 });
    for (const rttMs of [6, 90]) duplicates[0]!(rttMs);
    expect(events.slice(1)).toEqual([6, 90].map((rttMs) => ({ kind: "duplicate", sequence: 1, rttMs })));
    expect(run.statistics).toMatchObject({ sent: 1, received: 1, lost: 0, duplicates: 2, rtt: { max: 5, avg: 5 } });
  });

  test("ICMP errors are told with their meaning, and count as lost", () => {
    const { run, events, replies } = scripted(2);
    run.tick(0);
    replies[0]!({ error: "host-unreachable", meaning: "fd00::1 says: a filter forbids it" });
    expect(events).toEqual([
      { kind: "error", sequence: 1, code: "host-unreachable", meaning: "fd00::1 says: a filter forbids it" },
    ]);
    expect(run.statistics).toMatchObject({ sent: 1, received: 0, lost: 1, errors: 1, rtt: undefined });
  });

  test("a request that we could not send is an error of that request, and the run goes on", () => {
    const { run, events, replies, refuse } = scripted(2);
    refuse(new CulvertError("host-unreachable", "fd00::b"));
    run.tick(0);
    expect(events).toMatchObject([{ kind: "error", code: "host-unreachable" }]);
    expect(run.nextDeadline()).toBe(10);
    expect(replies).toHaveLength(0);
  });
});
