import { expect, test } from "vitest";
import { z } from "zod";
import { JsonDocument } from "../../../electron/engine/json-document.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const schema = z.array(z.object({ name: z.string() }));

test("what was set is read again by the next run", async () => {
  const store = new MemoryStore();
  await new JsonDocument(store, "things", schema, []).set([{ name: "a" }]);
  expect(await new JsonDocument(store, "things", schema, []).get()).toEqual([{ name: "a" }]);
});

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
