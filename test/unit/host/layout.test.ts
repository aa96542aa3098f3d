import { expect, test } from "vitest";
import { silentLog } from "../../../electron/base/log.ts";
import { LayoutFile } from "../../../electron/host/layout.ts";
import type { SavedLayout } from "../../../shared/layout.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const request = { accountId: "demo", orgSlug: "harbor", appName: "web", machine: null };
const LAYOUT: SavedLayout = {
  version: 1,
  active: 0,
  tabs: [
    {
      nodes: [
        { split: "row", sizes: [0.5, 0.5] },
        { pane: { request, sessionId: "a" } },
        { pane: { request, sessionId: null } },
      ],
      focused: 1,
      zoomed: false,
    },
  ],
};
const open = (store: MemoryStore, isKept = true) => LayoutFile.open(store, silentLog, isKept);

test("#13 a layout comes back after a restart", async () => {
  const store = new MemoryStore();
  await (await open(store)).set(LAYOUT);
  const again = await open(store);
  expect(again.get()).toEqual(LAYOUT);
  expect(again.sessionIds()).toEqual(["a"]);
});

test.each([
  ["no JSON", "{"],
  ["of a newer version", JSON.stringify({ ...LAYOUT, version: 2, extra: true })],
  ["not within the limits", JSON.stringify({ ...LAYOUT, tabs: Array(201).fill(LAYOUT.tabs[0]) })],
  ["beyond all measure", `[${"1,".repeat(3_000_000)}1]`],
  ["a layout in too much blank space to be read", JSON.stringify(LAYOUT) + " ".repeat(4 * 1024 * 1024)],
  ["nested without end", "[".repeat(100_000)],
])("#13 a file that is %s is set aside and the window starts clean", async (_what, text) => {
  const store = new MemoryStore();
  store.texts.set("layout", text);
  const file = await open(store);
  expect(file.get()).toBeNull();
  expect(file.wasSetAside).toBe(true);
  expect(store.texts.get("layout-bad")).toBe(text);
  await file.set(LAYOUT);
  expect(store.texts.get("layout-bad")).toBe(text);
  expect((await open(store)).get()).toEqual(LAYOUT);
  expect([...store.texts.keys()]).toEqual(["layout"]);
});

test("what was set aside goes when nobody wants tabs back, now or since before this run", async () => {
  const store = new MemoryStore();
  store.texts.set("layout", "{");
  const file = await open(store);
  await file.keep(false);
  expect([...store.texts.keys()]).toEqual([]);
  store.texts.set("layout-bad", "{");
  await open(store, false);
  expect([...store.texts.keys()]).toEqual([]);
});

test("nothing is written, and what was goes, while nobody wants tabs back; a reload still finds them", async () => {
  const store = new MemoryStore();
  const file = await open(store);
  await file.set(LAYOUT);
  await file.keep(false);
  expect(store.texts.has("layout")).toBe(false);
  await file.set(LAYOUT);
  expect(store.texts.has("layout")).toBe(false);
  expect(file.get()).toEqual(LAYOUT);
  expect((await open(store, false)).get()).toBeNull();
  await file.keep(true);
  expect((await open(store)).get()).toEqual(LAYOUT);
});
