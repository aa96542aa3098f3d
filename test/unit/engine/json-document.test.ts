import { expect, test } from "vitest";
import { z } from "zod";
import { JsonDocument } from "../../../electron/engine/json-document.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const schema = z.array(z.object({ name: z.string() }));

test("overlapping changes are all kept, and read again by the next run", async () => {
  const store = new MemoryStore();
  const document = new JsonDocument(store, "things", schema, []);
  await Promise.all(["a", "b"].map((name) => document.update((things) => [...things, { name }])));
  expect(await new JsonDocument(store, "things", schema, []).get()).toEqual([{ name: "a" }, { name: "b" }]);
});

test("one that is forgotten leaves no text, answers what it was, and begins anew", async () => {
  const store = new MemoryStore();
  const document = new JsonDocument(store, "things", schema, []);
  const added = document.update((things) => [...things, { name: "a" }]);
  expect(await document.remove(store)).toEqual([{ name: "a" }]);
  await added;
  expect([store.texts.size, await document.get()]).toEqual([0, []]);
  await document.update((things) => [...things, { name: "b" }]);
  expect(await new JsonDocument(store, "things", schema, []).get()).toEqual([{ name: "b" }]);
});

test("a read that failed once is tried again", async () => {
  const store = new MemoryStore();
  const flaky = new JsonDocument(flakyOnce(store), "things", schema, []);
  await expect(flaky.get()).rejects.toThrow("disk");
  expect(await flaky.get()).toEqual([]);
});

function flakyOnce(store: MemoryStore): MemoryStore {
  const read = store.read.bind(store);
  let failed = false;
  store.read = (name) => {
    if (failed) return read(name);
    failed = true;
    return Promise.reject(new Error("disk"));
  };
  return store;
}

test.each(["{", '{"name": "a"}', "null", ""])(
  "a damaged text %j is set aside, not lost and not fatal",
  async (text) => {
    const store = new MemoryStore();
    await store.write("things", text);
    const document = new JsonDocument(store, "things", schema, []);
    expect(await document.get()).toEqual([]);
    expect(store.texts.get("things-set-aside")).toBe(text);
  },
);
