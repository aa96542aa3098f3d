import { beforeEach, expect, it, vi } from "vitest";
import { AnswerWatch } from "../../../renderer/bridge/answer-watch.ts";
import { Bridge } from "../../../renderer/bridge/bridge.ts";
import { ScriptedHost } from "../../support/renderer-scripted-host.ts";

/** A host that is there and says nothing, on a clock that the test moves. */

beforeEach(() => {
  vi.useFakeTimers();
  return () => {
    vi.useRealTimers();
  };
});

function watching() {
  const seen: string[] = [];
  const begun = Date.now();
  const at = (what: string) => void seen.push(`${Date.now() - begun} ${what}`);
  const watch: AnswerWatch = new AnswerWatch(
    () => {
      at("asked");
      watch.sent();
    },
    () => at(watch.isSilent ? "silent" : "answers"),
  );
  return { watch, seen };
}

it("asks three seconds after something that nothing followed, and calls it silence four later", () => {
  const { watch, seen } = watching();
  vi.advanceTimersByTime(60_000);
  expect(seen).toEqual([]);
  watch.sent();
  vi.advanceTimersByTime(1_000);
  watch.sent();
  vi.advanceTimersByTime(60_000);
  watch.sent();
  vi.advanceTimersByTime(60_000);
  watch.heard();
  expect(seen).toEqual(["63000 asked", "67000 silent", "181000 answers"]);
});

it("a message ends the doubt at any of its steps, and the next thing sent begins anew", () => {
  const { watch, seen } = watching();
  for (const step of [2_999, 3_001, 6_999]) {
    watch.sent();
    vi.advanceTimersByTime(step);
    watch.heard();
    vi.advanceTimersByTime(60_000 - step);
  }
  expect(seen).toEqual(["63000 asked", "123000 asked"]);
  watch.sent();
  vi.advanceTimersByTime(7_000);
  expect(seen.at(-1)).toMatch(/silent$/);
});

it.each([
  { what: "a key held down, echoed before the next", gapMs: 33, jitterMs: 1, echoMs: 28 },
  { what: "a key held down, two echoes under way", gapMs: 33, jitterMs: 1, echoMs: 60 },
  { what: "typing that is echoed soon", gapMs: 180, jitterMs: 40, echoMs: 90 },
  { what: "typing that is echoed late", gapMs: 180, jitterMs: 40, echoMs: 150 },
  { what: "typing that is always ahead of its echo", gapMs: 180, jitterMs: 40, echoMs: 250 },
])("a host that answers each key is never asked nor called silent: $what", ({ gapMs, jitterMs, echoMs }) => {
  const { watch, seen } = watching();
  let random = 12_345;
  const until = Date.now() + 120_000;
  const type = (): void => {
    watch.sent();
    setTimeout(() => watch.heard(), echoMs);
    random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
    if (Date.now() < until) setTimeout(type, gapMs + Math.round((random / 2 ** 30 - 1) * jitterMs));
  };
  type();
  vi.advanceTimersByTime(130_000);
  expect(seen).toEqual([]);
});

it("a host that stops in the middle of typing is called silent seven seconds after the first key that it left", () => {
  const { watch, seen } = watching();
  for (let at = 0; at < 20_000; at += 100) {
    watch.sent();
    if (at < 10_000) watch.heard();
    vi.advanceTimersByTime(100);
  }
  expect(seen).toEqual(["13000 asked", "17000 silent"]);
});

it("one that is heard while it is doubted has seven seconds again from what is sent next", () => {
  const { watch, seen } = watching();
  watch.sent();
  vi.advanceTimersByTime(4_200);
  watch.heard();
  vi.advanceTimersByTime(300);
  watch.sent();
  vi.advanceTimersByTime(6_999);
  expect(seen).toEqual(["3000 asked", "7500 asked"]);
  vi.advanceTimersByTime(1);
  expect(seen.at(-1)).toBe("11500 silent");
});

it("a link that went is no silence, and takes with it what waited", () => {
  const { watch, seen } = watching();
  watch.sent();
  vi.advanceTimersByTime(3_500);
  watch.stop();
  vi.advanceTimersByTime(60_000);
  expect(seen).toEqual(["3000 asked"]);
  watch.sent();
  vi.advanceTimersByTime(7_000);
  watch.stop();
  expect(seen.slice(2)).toEqual(["70500 silent", "70500 answers"]);
});

it("the bridge says so after a call and after typing alone, and takes it back with the first message", async () => {
  const host = new ScriptedHost().handle("sessions.attach", () => ({ channel: 1 }));
  const bridge = new Bridge(host.link);
  const seen: boolean[] = [];
  bridge.onSilence(() => seen.push(bridge.isSilent));
  const handlers = {
    output: () => undefined,
    snapshot: () => undefined,
    detached: () => undefined,
    taken: () => undefined,
  };
  const terminal = await bridge.openTerminal("s", { columns: 80, rows: 24 }, handlers);
  await vi.advanceTimersByTimeAsync(60_000);
  host.handle("app.info", () => new Promise(() => undefined));
  terminal.drawn(10);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(host.asked("app.info")).toHaveLength(0);
  terminal.input(new Uint8Array([13]));
  await vi.advanceTimersByTimeAsync(6_999);
  expect([host.asked("app.info").length, bridge.isSilent]).toEqual([1, false]);
  await vi.advanceTimersByTimeAsync(1);
  expect([bridge.isSilent, bridge.state]).toEqual([true, "open"]);
  host.sendFrame("output", 1, "x");
  expect(seen).toEqual([true, false]);

  host.handle("app.info", () => ({ version: "1.2.3", edition: "browser", platform: "linux", demoRunning: false }));
  terminal.input(new Uint8Array([13]));
  await vi.advanceTimersByTimeAsync(60_000);
  expect([host.asked("app.info").length, bridge.isSilent]).toEqual([2, false]);
});
