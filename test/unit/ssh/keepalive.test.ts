import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Keepalive } from "../../../electron/ssh/keepalive.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] }));
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
