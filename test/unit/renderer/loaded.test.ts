import { expect, test } from "vitest";
import { bridgeError } from "../../../renderer/bridge/bridge-error.ts";
import { loadedOf } from "../../../renderer/features/apps/loaded.ts";

const state = { data: undefined, error: null, status: "pending", fetchStatus: "fetching", dataUpdatedAt: 0 } as const;
const failure = bridgeError("api-unreachable", "ECONNREFUSED");

test("a list is loading, cancelled, failed, there, or there and old", () => {
  expect(loadedOf(state)).toMatchObject({ items: undefined, error: null, isCancelled: false });
  expect(loadedOf({ ...state, fetchStatus: "idle" })).toMatchObject({ items: undefined, isCancelled: true });
  expect(loadedOf({ ...state, status: "error", error: failure })).toMatchObject({ error: failure.info });
  const there = { ...state, data: ["web"], status: "success", fetchStatus: "idle", dataUpdatedAt: 1_000 } as const;
  const list = { ...there, data: [...there.data] };
  expect(loadedOf(list)).toEqual({ items: ["web"], error: null, stale: undefined, isCancelled: false });
  expect(loadedOf({ ...list, status: "error", error: failure })).toMatchObject({
    items: ["web"],
    error: null,
    stale: { since: 1_000, error: failure.info },
  });
});
