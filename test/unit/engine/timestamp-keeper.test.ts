import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ManualClock } from "../../../electron/base/clock.ts";
import { TimestampKeeper } from "../../../electron/engine/timestamp-keeper.ts";
import { isLater, TimestampSource } from "../../../electron/wireguard/tai64n.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const key = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const at = (seconds: number): Uint8Array => new TimestampSource(() => seconds * 1_000).next();

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function world(store = new MemoryStore()) {
  const clock = new ManualClock();
  let writes = 0;
  const write = store.write.bind(store);
  store.write = (name, text) => {
    writes++;
    return write(name, text);
  };
  const keeper = new TimestampKeeper({ store, clock });
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await vi.advanceTimersByTimeAsync(ms);
  };
  return { store, keeper, pass, writes: () => writes };
}

test("W44 the next run knows the label of each private key, and a device stays above it with its clock set back", async () => {
  const first = world();
  first.keeper.note(key(1), at(2_000));
  first.keeper.note(key(2), at(3_000));
  first.keeper.dispose();
  await first.pass(0);
  const second = world(first.store);
  expect(await second.keeper.last(key(1))).toEqual(at(2_000));
  expect(await second.keeper.last(key(2))).toEqual(at(3_000));
  expect(await second.keeper.last(key(3))).toBeUndefined();
  const resumed = new TimestampSource(() => 1_000_000, await second.keeper.last(key(1)));
  expect(isLater(resumed.next(), at(2_000))).toBe(true);
});

test("it writes the first at once, then at most once a minute, and the rest at the end", async () => {
  const { keeper, pass, writes } = world();
  for (let second = 0; second < 150; second++) {
    keeper.note(key(1), at(second));
    await pass(1_000);
  }
  expect(writes()).toBe(3);
  keeper.dispose();
  await pass(0);
  expect(writes()).toBe(4);
  expect(vi.getTimerCount()).toBe(0);
  keeper.dispose();
  await pass(0);
  expect(writes()).toBe(4);
});

test("the same run asks and gets what is not written yet", async () => {
  const { keeper } = world();
  keeper.note(key(1), at(5));
  keeper.note(key(1), at(6));
  expect(await keeper.last(key(1))).toEqual(at(6));
});

test("what is damaged is as good as nothing", async () => {
  const { store, keeper, pass } = world();
  keeper.note(key(1), at(5));
  keeper.note(key(2), at(5));
  keeper.dispose();
  await pass(0);
  const [name, text] = [...store.texts][0]!;
  for (const damaged of [
    text.replaceAll(/"[^"]{16}"/g, '"AAAA"'),
    text.replaceAll(/"[^"]{16}"/g, '"////////////////"'),
    "{",
    "[]",
  ]) {
    const other = new MemoryStore();
    await other.write(name, damaged);
    expect(await world(other).keeper.last(key(1))).toBeUndefined();
  }
  const broken = new MemoryStore();
  broken.read = () => Promise.reject(new Error("disk"));
  broken.write = () => Promise.reject(new Error("disk"));
  const failing = world(broken);
  expect(await failing.keeper.last(key(1))).toBeUndefined();
  failing.keeper.note(key(1), at(1));
  await failing.keeper.settle();
});

test("it keeps no more than 64 keys, the latest used", async () => {
  const { store, keeper, pass } = world();
  for (let n = 1; n <= 80; n++) keeper.note(key(n), at(n));
  keeper.note(key(1), at(100));
  keeper.dispose();
  await pass(0);
  const again = world(store);
  expect(await again.keeper.last(key(80))).toEqual(at(80));
  expect(await again.keeper.last(key(1))).toEqual(at(100));
  expect(await again.keeper.last(key(2))).toBeUndefined();
});

test("W44 at the end the last labels are on the disk before the store may close", async () => {
  const { store, keeper, pass } = world();
  const write = store.write.bind(store);
  store.write = async (name, text) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await write(name, text);
  };
  keeper.note(key(1), at(1)); // goes out at once, and takes its time
  keeper.note(key(1), at(2)); // would wait a minute
  let settled = false;
  const settling = keeper.settle().then(() => {
    settled = true;
  });
  await pass(500);
  expect(settled).toBe(false);
  await pass(200);
  await settling;
  expect(await world(store).keeper.last(key(1))).toEqual(at(2));
  expect(vi.getTimerCount()).toBe(0);
});

test("a disk that never answers holds the end up for a moment only", async () => {
  const { store, keeper, pass } = world();
  store.write = () => new Promise(() => undefined);
  keeper.note(key(1), at(1));
  let settled = false;
  void keeper.settle().then(() => {
    settled = true;
  });
  await pass(900);
  expect(settled).toBe(false);
  await pass(200);
  expect(settled).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
