import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ManualClock } from "../../../electron/base/clock.ts";
import {
  type Interfaces,
  networkSignature,
  WAKE_POLL_MS,
  type Wake,
  WakeDetector,
  WakeWatch,
} from "../../../electron/engine/wake-detector.ts";

const home: Interfaces = {
  lo: [{ address: "127.0.0.1", internal: true }],
  wlan0: [
    { address: "192.0.2.7", internal: false },
    { address: "fe80::1", internal: false },
  ],
};
const office: Interfaces = { ...home, wlan0: [{ address: "198.51.100.7", internal: false }] };

describe("what two looks say", () => {
  const clock = new ManualClock(500);
  const look = (elapsed: number, wallShift: number, interfaces: Interfaces = home): Wake | undefined => {
    const watch = new WakeWatch(clock.now(), clock.wall(), home);
    clock.advance(elapsed);
    clock.shiftWall(wallShift);
    return watch.look(clock.now(), clock.wall(), interfaces);
  };

  test("nothing, when both clocks went on", () => expect(look(WAKE_POLL_MS, 0)).toBeUndefined());
  test("nothing, when the wall clock was corrected by a little", () =>
    expect(look(WAKE_POLL_MS, 5_000)).toBeUndefined());
  test("a sleep, when the wall clock ran ahead of the monotonic one", () =>
    expect(look(WAKE_POLL_MS, 5_001)).toEqual({ kind: "resumed" }));
  test("nothing, when the wall clock was set back", () => expect(look(WAKE_POLL_MS, -3_600_000)).toBeUndefined());
  test("nothing, when a busy process looked late", () => expect(look(WAKE_POLL_MS + 30_000, 0)).toBeUndefined());
  test("a sleep, when the timer came more than 30 s late", () =>
    expect(look(WAKE_POLL_MS + 30_001, 0)).toEqual({ kind: "resumed" }));
  test("another network, when an address changed", () =>
    expect(look(WAKE_POLL_MS, 0, office)).toEqual({ kind: "network-changed" }));
  test("a sleep only, when both happened", () =>
    expect(look(WAKE_POLL_MS, 60_000, office)).toEqual({ kind: "resumed" }));

  test("each change is told once", () => {
    const watch = new WakeWatch(0, 0, home);
    expect(watch.look(5_000, 65_000, office)).toEqual({ kind: "resumed" });
    expect(watch.look(10_000, 70_000, office)).toBeUndefined();
    expect(watch.look(15_000, 75_000, {})).toEqual({ kind: "network-changed" });
    expect(watch.look(20_000, 80_000, {})).toBeUndefined();
  });
});

test("loopback, link-local addresses and the order of interfaces do not make a network", () => {
  const reordered: Interfaces = {
    docker0: [{ address: "169.254.3.4", internal: false }],
    wlan0: [
      { address: "fe80::99", internal: false },
      { address: "192.0.2.7", internal: false },
    ],
  };
  expect(networkSignature(reordered)).toBe(networkSignature(home));
  expect(networkSignature({ ...home, eth0: [{ address: "2001:db8::1", internal: false }] })).not.toBe(
    networkSignature(home),
  );
});

describe("the driver", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("looks every 5 s, and no more once disposed", () => {
    const clock = new ManualClock();
    const woken: string[] = [];
    let interfaces = home;
    const detector = new WakeDetector({
      clock,
      interfaces: () => interfaces,
      onWake: ({ kind }) => woken.push(kind),
    });
    const pass = (): void => {
      clock.advance(WAKE_POLL_MS);
      vi.advanceTimersByTime(WAKE_POLL_MS);
    };
    pass();
    expect(woken).toEqual([]);
    clock.shiftWall(600_000);
    pass();
    interfaces = office;
    pass();
    expect(woken).toEqual(["resumed", "network-changed"]);
    detector.dispose();
    interfaces = home;
    pass();
    expect(woken.length).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });
});
