import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ManualClock } from "../../../../electron/base/clock.ts";
import { silentLog } from "../../../../electron/base/log.ts";
import { KEPT_TEXT_BYTES, KeptTexts } from "../../../../electron/engine/sessions/kept-texts.ts";
import { TextSaver } from "../../../../electron/engine/sessions/text-saver.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

async function texts(store = new MemoryStore()) {
  const kept = new KeptTexts({ store, log: silentLog });
  await kept.choose(true, null);
  return { store, kept };
}
const screens = (store: MemoryStore): string[] => [...store.texts.keys()].filter((name) => name.startsWith("screen-"));

describe("the texts of shells", () => {
  test("come back in a later run, and go with their tab or account", async () => {
    const { store, kept } = await texts();
    await kept.put("a", "demo", { text: "one", at: 1 });
    await kept.put("b", "fly", { text: "two", at: 2 });
    await kept.put("c", "fly", { text: "three", at: 3 });
    const { kept: later } = await texts(store);
    expect(await later.read("a")).toEqual({ text: "one", at: 1 });
    await later.forget("a");
    await later.forgetAccount("fly");
    expect(await later.read("b")).toBeUndefined();
    expect(screens(store)).toEqual([]);
  });

  test("are not written, and those that were go, while nobody wants them", async () => {
    const { store, kept } = await texts();
    await kept.put("a", "demo", { text: "one", at: 1 });
    await kept.choose(false, null);
    await kept.put("b", "demo", { text: "two", at: 2 });
    expect(await kept.read("a")).toBeUndefined();
    expect(screens(store)).toEqual([]);
  });

  test("that no layout names any more are removed at the start", async () => {
    const { store, kept } = await texts();
    for (const id of ["a", "b", "c"]) await kept.put(id, "demo", { text: id, at: 1 });
    await kept.choose(true, ["b"]);
    expect(screens(store)).toEqual(["screen-b"]);
  });

  test("are 16 MiB in all: the oldest go", async () => {
    const { store, kept } = await texts();
    const text = "x".repeat(KEPT_TEXT_BYTES);
    for (let index = 0; index < 70; index++) await kept.put(`s${index}`, "demo", { text, at: index });
    expect(screens(store)).toHaveLength(64);
    expect(await kept.read("s5")).toBeUndefined();
    expect((await kept.read("s69"))?.text).toHaveLength(KEPT_TEXT_BYTES);
  });

  test.each([
    ["no JSON", "{"],
    ["another version", '{"version":2,"at":1,"text":"x"}'],
    ["longer than we write", JSON.stringify({ version: 1, at: 1, text: "x".repeat(KEPT_TEXT_BYTES + 1) })],
  ])("a file that is %s is none", async (_what, content) => {
    const { store, kept } = await texts();
    await kept.put("a", "demo", { text: "one", at: 1 });
    store.texts.set("screen-a", content);
    expect(await kept.read("a")).toBeUndefined();
  });

  test("a name that is not in the list opens no file", async () => {
    const { store, kept } = await texts();
    store.texts.set("screen-x", JSON.stringify({ version: 1, at: 1, text: "x" }));
    expect(await kept.read("x")).toBeUndefined();
  });

  const ENTRY = { id: "a", accountId: "demo", at: 1, bytes: 3 };
  test.each([
    ["names a file of another kind", { ...ENTRY, id: "../settings" }],
    ["has a name beyond what a file may have", { ...ENTRY, id: "x".repeat(200) }],
    ["is of another shape", 7],
  ])("an entry that %s is lost alone", async (_what, bad) => {
    const { store, kept } = await texts();
    await kept.put("a", "demo", { text: "one", at: 1 });
    store.texts.set("screens", JSON.stringify([bad, ENTRY]));
    const { kept: later } = await texts(store);
    expect(await later.read("a")).toEqual({ text: "one", at: 1 });
    await later.put("b", "fly", { text: "two", at: 2 });
    await later.choose(false, null);
    expect(screens(store)).toEqual([]);
  });

  type Change = (kept: KeptTexts) => Promise<void>;
  const changes: [string, Change][] = [
    ["an account goes", (kept) => kept.forgetAccount("other")],
    ["nobody wants them", (kept) => kept.choose(false, null)],
    ["a layout is known", (kept) => kept.choose(true, ["a"])],
  ];
  test.each(changes)("of a list that is damaged go when %s, and no copy of the list stays", async (_what, change) => {
    const { store, kept } = await texts();
    await kept.put("a", "demo", { text: "one", at: 1 });
    store.texts.set("screens", "{ damaged");
    store.texts.set("screens-set-aside", "[]");
    const later = new KeptTexts({ store, log: silentLog });
    await change(later);
    expect(screens(store)).toEqual([]);
    expect(store.texts.has("screens-set-aside")).toBe(false);
  });

  test("a crash while one is written leaves none that is not in the list", async () => {
    const { store, kept } = await texts();
    const write = store.write.bind(store);
    store.write = (name, text) => (name === "screens" ? Promise.reject(new Error("crash")) : write(name, text));
    await kept.put("a", "demo", { text: "one", at: 1 });
    expect(screens(store)).toEqual([]);
  });

  test("leave what is not theirs alone", async () => {
    const { store, kept } = await texts();
    for (const name of ["settings", "screenshots", "layout"]) store.texts.set(name, "{}");
    await kept.choose(false, null);
    expect([...store.texts.keys()]).toEqual(["settings", "screenshots", "layout"]);
  });

  test("a disk that fails costs the text and nothing else", async () => {
    const { store, kept } = await texts();
    store.write = () => Promise.reject(new Error("full"));
    await kept.put("a", "demo", { text: "one", at: 1 });
    expect(await kept.read("a")).toBeUndefined();
  });
});

describe("when a text is written down", () => {
  const clock = new ManualClock();
  let saved: string[] = [];
  let saver: TextSaver;
  const pass = (ms: number): void => {
    clock.advance(ms);
    vi.advanceTimersByTime(ms);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    saved = [];
    saver = new TextSaver({ clock, save: async (id) => void saved.push(id) });
  });
  afterEach(() => {
    saver.dispose();
    vi.useRealTimers();
  });

  test("soon after the first output, then twice a minute at most", async () => {
    for (let second = 0; second < 120; second++) {
      saver.note("a");
      pass(1000);
    }
    await vi.advanceTimersByTimeAsync(0);
    expect(saved).toHaveLength(4);
  });

  test("one shell after the other, and none begun or gone on with once the time at the end is over", async () => {
    const asked: boolean[] = [];
    const slow = new TextSaver({
      clock,
      save: async (id, goesOn) => {
        saved.push(id);
        asked.push(goesOn());
        clock.advance(1_000);
        await Promise.resolve();
        asked.push(goesOn());
      },
    });
    for (const id of ["a", "b", "c"]) slow.note(id);
    await slow.settle();
    expect(saved).toEqual(["a", "b"]);
    expect(asked).toEqual([true, true, true, false]);
  });

  test("not without output, and not after the shell is gone", () => {
    saver.note("a");
    saver.forget("a");
    pass(60_000);
    expect(saved).toEqual([]);
  });

  test("at the end, those that changed since", async () => {
    saver.note("a");
    pass(3_000);
    saver.note("b");
    await saver.settle();
    expect(saved).toEqual(["a", "b"]);
  });
});
