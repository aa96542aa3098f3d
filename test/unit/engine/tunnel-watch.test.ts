import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TunnelWatcher } from "../../../electron/engine/tunnel-watch.ts";
import type { Tunnel } from "../../../shared/models.ts";
import { tunnel } from "../../support/renderer-fixtures.ts";

let now: Tunnel[];
let told: number;
let watcher: TunnelWatcher;

beforeEach(() => {
  vi.useFakeTimers();
  now = [tunnel({ bytesIn: 1_000 })];
  told = 0;
  watcher = new TunnelWatcher(
    () => now,
    () => {
      told += 1;
    },
  );
});

afterEach(() => {
  watcher.dispose();
  vi.useRealTimers();
});

/** How often it is told in so many seconds, while each second brings so many bytes. */
function toldWithin(seconds: number, bytes = 0): number {
  const before = told;
  for (let i = 0; i < seconds; i++) {
    now = now.map((one) => ({ ...one, bytesIn: one.bytesIn + bytes }));
    vi.advanceTimersByTime(1000);
  }
  return told - before;
}

describe("how often the tunnels are told of", () => {
  test("at once and each second, when their figures are looked at", () => {
    watcher.watch("closely");
    expect(told).toBe(1);
    expect(toldWithin(10)).toBe(10);
  });

  test("calmly, a quiet tunnel every fourth second, keepalives or not", () => {
    watcher.watch("calmly");
    expect(told).toBe(1);
    expect(toldWithin(20)).toBe(5);
    expect(toldWithin(20, 100)).toBe(5);
  });

  test("calmly, traffic each second, and the first second without it too", () => {
    watcher.watch("calmly");
    expect(toldWithin(6, 50_000)).toBe(6);
    expect(toldWithin(1)).toBe(1);
    expect(toldWithin(3)).toBe(0);
    expect(toldWithin(1)).toBe(1);
  });

  test("calmly, a change of state within the second that it happened in", () => {
    watcher.watch("calmly");
    expect(toldWithin(2)).toBe(0);
    now = [tunnel({ bytesIn: 1_000, state: "silent" })];
    expect(toldWithin(1)).toBe(1);
    now = [];
    expect(toldWithin(1)).toBe(1);
  });

  test("a wish to see more closely is met at once; nobody who looks is nothing told", () => {
    watcher.watch("calmly");
    watcher.watch("closely");
    expect(told).toBe(2);
    watcher.watch("off");
    expect(toldWithin(60, 50_000)).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
