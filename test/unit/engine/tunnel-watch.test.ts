import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TunnelWatcher } from "../../../electron/engine/tunnel-watch.ts";
import type { Tunnel } from "../../../shared/models.ts";
import { connection, tunnel } from "../../support/renderer-fixtures.ts";

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

  test("calmly, a quiet tunnel after 4 and 8 seconds and then every twelfth, keepalives or not", () => {
    watcher.watch("calmly");
    expect(told).toBe(1);
    expect(toldWithin(4)).toBe(1);
    expect(toldWithin(7)).toBe(0);
    expect(toldWithin(1)).toBe(1);
    expect(toldWithin(60)).toBe(5);
    expect(toldWithin(60, 100)).toBe(5);
  });

  test("calmly, the keepalives of ten shells in one second are no traffic", () => {
    now = [tunnel({ bytesIn: 1_000, connections: Array.from({ length: 10 }, (_, i) => connection({ id: `${i}` })) })];
    watcher.watch("calmly");
    expect(toldWithin(12, 5_000)).toBe(2);
    expect(toldWithin(2, 50_000)).toBe(2);
  });

  test("calmly, traffic each second, and the first second without it too", () => {
    watcher.watch("calmly");
    expect(toldWithin(6, 50_000)).toBe(6);
    expect(toldWithin(1)).toBe(1);
    expect(toldWithin(3)).toBe(0);
    expect(toldWithin(1)).toBe(1);
    expect(toldWithin(8)).toBe(1);
  });

  test("calmly, what happens after a long quiet is told within its second, and then as often as at first", () => {
    watcher.watch("calmly");
    toldWithin(120);
    expect(toldWithin(1, 50_000)).toBe(1);
    expect(toldWithin(1)).toBe(1);
    expect(toldWithin(4)).toBe(1);
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
