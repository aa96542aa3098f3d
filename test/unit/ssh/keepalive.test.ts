import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Keepalive } from "../../../electron/ssh/keepalive.ts";

beforeEach(
  () =>
    void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] }),
);
afterEach(() => void vi.useRealTimers());

function start(intervalMs = 15_000, count = 3) {
  const events: string[] = [];
  const note = (event: string) => () => void events.push(`${event} ${Math.round(performance.now() - startedAt)}`);
  const startedAt = performance.now();
  return { events, keepalive: new Keepalive({ intervalMs, count, ask: note("ask"), onSilence: note("silence") }) };
}

test("asks in silence, and gives up after three unanswered questions", () => {
  const { events } = start();
  vi.advanceTimersByTime(300_000);
  expect(events).toEqual(["ask 15000", "ask 30000", "ask 45000", "silence 60000"]);
});

test("any byte counts as an answer, and a talking server is not asked", () => {
  const { events, keepalive } = start();
  for (let i = 0; i < 20; i++) {
    vi.advanceTimersByTime(10_000);
    keepalive.heard();
  }
  expect(events).toEqual([]);
  vi.advanceTimersByTime(50_000);
  keepalive.heard();
  vi.advanceTimersByTime(50_000);
  expect(events.filter((event) => event.startsWith("silence"))).toEqual([]);
  keepalive.dispose();
  vi.advanceTimersByTime(500_000);
  expect(events.filter((event) => event.startsWith("silence"))).toEqual([]);
});

test("an interval of 0 never asks", () => {
  const { events } = start(0);
  vi.advanceTimersByTime(500_000);
  expect(events).toEqual([]);
});

test("#5 says when a question waits for its answer, and takes that back with the first byte, or at the end", () => {
  const waiting: AbortSignal[] = [];
  const keepalive = new Keepalive({
    intervalMs: 15_000,
    count: Number.POSITIVE_INFINITY,
    ask: () => undefined,
    onSilence: () => expect.fail("infinite patience"),
    onUnanswered: (signal) => void waiting.push(signal),
  });
  vi.advanceTimersByTime(15_000);
  vi.advanceTimersByTime(4_000);
  keepalive.heard();
  vi.advanceTimersByTime(15_000);
  expect(waiting).toHaveLength(0);
  vi.advanceTimersByTime(32_000);
  expect(waiting.map(({ aborted }) => aborted)).toEqual([true, false]);
  keepalive.heard();
  expect(waiting[1]?.aborted).toBe(true);
  vi.advanceTimersByTime(45_000);
  keepalive.dispose();
  expect(waiting.every(({ aborted }) => aborted)).toBe(true);
  const before = waiting.length;
  vi.advanceTimersByTime(300_000);
  expect(waiting).toHaveLength(before);
});
