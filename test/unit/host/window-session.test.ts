import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { silentLog } from "../../../electron/base/log.ts";
import { startEngine } from "../../../electron/engine/client.ts";
import { Host } from "../../../electron/host/host.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { encodeDrawn, encodeFrame } from "../../../shared/terminal-frames.ts";
import { MemoryLink, settled } from "../../support/host-memory-link.ts";
import { type HostWorld, hostWorld } from "../../support/host-world.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { machine, session } from "../../support/renderer-fixtures.ts";

const ATTACH = { sessionId: "s", columns: 80, rows: 24 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A world whose engine gives out channels 1, 2, 3 … */
async function attachingWorld(): Promise<HostWorld> {
  const world = await hostWorld();
  let channel = 0;
  world.engine.answer = () => ({ channel: ++channel });
  return world;
}

describe("frames from the engine", () => {
  test("go to the window that holds the channel, and to no other", async () => {
    const { open, engine } = await attachingWorld();
    const [first, second] = [open(), open()];
    await first.request("sessions.attach", ATTACH);
    await second.request("sessions.attach", ATTACH);
    engine.emitFrame("output", 1, "one");
    engine.emitFrame("output", 2, "two");
    engine.emitFrame("output", 9, "nobody");
    expect(first.frames()).toEqual(["output 1 one"]);
    expect(second.frames()).toEqual(["output 2 two"]);
  });

  test("follow the answer that names their channel, however fast the engine sends them", async () => {
    // A thread in the engine's place: the answer, the snapshot and output in one turn, as fast as a port carries them.
    const source = `
      import { parentPort } from "node:worker_threads";
      const frame = (kind, channel, text) => Uint8Array.of(kind, 0, 0, 0, channel, ...Buffer.from(text));
      let channel = 0;
      parentPort.on("message", (message) => {
        if (message.t !== "q" || message.m !== "call") return;
        const ok = message.a[0] === "accounts.list" ? [] : { channel: ++channel };
        parentPort.postMessage({ t: "s", i: message.i, r: { ok } });
        if (channel > 0) for (const text of ["a", "b"]) parentPort.postMessage(frame(1, channel, text + channel));
      });`;
    const engine = startEngine({
      store: new MemoryStore(),
      log: silentLog,
      version: "1.2.3",
      captures: "",
      workerUrl: new URL(`data:text/javascript,${encodeURIComponent(source)}`),
    });
    const host = await Host.start({
      edition: "browser",
      version: "1.2.3",
      store: new MemoryStore(),
      log: silentLog,
      security: { secrets: "session", folder: "", captures: "" },
      startEngine: () => engine,
      startDemo: () => Promise.reject(new Error("no demo here")),
    });
    const link = new MemoryLink();
    host.connect(link);
    const count = 200;
    const complete = new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (link.sent.length < count * 3) return;
        clearInterval(look);
        resolve();
      }, 5);
    });
    for (let id = 1; id <= count; id++) link.receive(JSON.stringify({ id, call: "sessions.attach", input: ATTACH }));
    await complete;
    engine.dispose();
    const order = link.sent.map((message) => (typeof message === "string" ? message : "frame"));
    const wanted = Array.from({ length: count }, (_, i) => [
      `{"id":${i + 1},"ok":{"channel":${i + 1}}}`,
      "frame",
      "frame",
    ]);
    expect(order).toEqual(wanted.flat());
    expect(link.frames().slice(0, 3)).toEqual(["output 1 a1", "output 1 b1", "output 2 a2"]);
  });

  test("that nobody asked for reach nobody", async () => {
    const { open, engine } = await attachingWorld();
    const link = open();
    engine.emitFrame("snapshot", 1, "stray");
    await link.request("sessions.attach", ATTACH);
    engine.emitFrame("snapshot", 1, "screen");
    expect(link.frames()).toEqual(["snapshot 1 screen"]);
  });

  test("detached is the last of its channel", async () => {
    const { open, engine } = await attachingWorld();
    const link = open();
    await link.request("sessions.attach", ATTACH);
    engine.emitFrame("detached", 1);
    engine.emitFrame("output", 1, "late");
    link.receive(encodeFrame("input", 1, bytes("x")));
    expect(link.frames()).toEqual(["detached 1 "]);
    expect(engine.frames).toEqual([]);
  });
});

describe("frames from the window", () => {
  test("pass for its own channels only, and only the kinds a window may send", async () => {
    const { open, engine } = await attachingWorld();
    const [first, second] = [open(), open()];
    await first.request("sessions.attach", ATTACH);
    await second.request("sessions.attach", ATTACH);
    first.receive(encodeFrame("input", 1, bytes("ls\r")));
    first.receive(encodeDrawn(1, 17));
    first.receive(encodeFrame("paste", 1, bytes("long")));
    first.receive(encodeFrame("taken", 1, bytes("forged")));
    first.receive(encodeFrame("input", 2, bytes("rm -rf ~\r")));
    first.receive(encodeFrame("output", 1, bytes("forged")));
    first.receive(encodeFrame("snapshot", 1, bytes("forged")));
    first.receive(new Uint8Array([4, 0, 0]));
    first.receive(new Uint8Array([99, 0, 0, 0, 1]));
    expect(engine.frames.map(({ kind, channel }) => `${kind} ${channel}`)).toEqual(["input 1", "drawn 1", "paste 1"]);
  });

  test("are refused above the limit and passed at it", async () => {
    const { open, engine } = await attachingWorld();
    const link = open();
    await link.request("sessions.attach", ATTACH);
    link.receive(encodeFrame("input", 1, new Uint8Array(LIMITS.terminalFrame + 1)));
    expect(engine.frames).toHaveLength(0);
    link.receive(encodeFrame("input", 1, new Uint8Array(LIMITS.terminalFrame)));
    expect(engine.frames).toHaveLength(1);
  });

  test("detach gives the channel up", async () => {
    const { open, engine } = await attachingWorld();
    const link = open();
    await link.request("sessions.attach", ATTACH);
    link.receive(encodeFrame("detach", 1, new Uint8Array()));
    link.receive(encodeFrame("input", 1, bytes("x")));
    engine.emitFrame("output", 1, "late");
    expect(engine.frames.map(({ kind }) => kind)).toEqual(["detach"]);
    expect(link.frames()).toEqual([]);
  });
});

describe("a closed window", () => {
  test("is detached from its channels, and from one that is still on its way", async () => {
    const { open, engine } = await attachingWorld();
    const link = open();
    await link.request("sessions.attach", ATTACH);
    link.receive(JSON.stringify({ id: 50, call: "sessions.attach", input: ATTACH }));
    link.close();
    await settled();
    expect(engine.frames.map(({ kind, channel }) => `${kind} ${channel}`)).toEqual(["detach 1", "detach 2"]);
  });

  test("that is stuck is cut off", async () => {
    const { open, engine } = await attachingWorld();
    const link = open();
    await link.request("sessions.attach", ATTACH);
    link.bufferedAmount = 100 * 1024 * 1024;
    engine.emitFrame("output", 1, "x");
    expect(link.closed).toBe(true);
    expect(engine.frames.map(({ kind }) => kind)).toEqual(["detach"]);
  });
});

describe("events of sessions", () => {
  const BUSY = 2 * 1024 * 1024;
  const changed = (id: string, remoteTitle: string): unknown =>
    session(id, "web", machine("m1", "ams"), { remoteTitle });
  const titles = (link: MemoryLink): unknown[] =>
    link.events("session.changed").map((payload) => {
      const { id, remoteTitle } = payload as ReturnType<typeof session>;
      return `${id} ${remoteTitle}`;
    });

  beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
  afterEach(() => void vi.useRealTimers());

  test("go out at once; a window that lags behind gets the last of each when it has caught up", async () => {
    const { open, engine } = await hostWorld();
    const timers = vi.getTimerCount();
    const [fast, slow] = [open(), open()];
    engine.emitEvent("session.changed", changed("s1", "first"));
    slow.bufferedAmount = BUSY;
    for (let i = 0; i < 1000; i++) engine.emitEvent("session.changed", changed("s1", `title ${i}`));
    engine.emitEvent("session.changed", changed("s2", "other"));
    vi.advanceTimersByTime(1000);
    expect([titles(fast).length, titles(slow)]).toEqual([1002, ["s1 first"]]);
    slow.bufferedAmount = 0;
    vi.advanceTimersByTime(100);
    expect(titles(slow)).toEqual(["s1 first", "s1 title 999", "s2 other"]);
    vi.advanceTimersByTime(1000);
    expect([titles(slow).length, vi.getTimerCount()]).toEqual([3, timers]);
  });

  test("never come after a newer one, nor after the session's end", async () => {
    const { open, engine } = await hostWorld();
    const link = open();
    link.bufferedAmount = BUSY;
    engine.emitEvent("session.changed", changed("s1", "old"));
    engine.emitEvent("session.changed", changed("s2", "old"));
    engine.emitEvent("session.closed", { sessionId: "s2" });
    link.bufferedAmount = 0;
    engine.emitEvent("session.changed", changed("s1", "new"));
    vi.advanceTimersByTime(1000);
    expect(titles(link)).toEqual(["s1 new"]);
    expect(link.events("session.closed")).toEqual([{ sessionId: "s2" }]);
  });

  test("a window that closes leaves no timer behind", async () => {
    const { open, engine } = await hostWorld();
    const timers = vi.getTimerCount();
    const link = open();
    link.bufferedAmount = BUSY;
    engine.emitEvent("session.changed", changed("s1", "old"));
    link.close();
    engine.emitEvent("session.changed", changed("s1", "new"));
    expect(vi.getTimerCount()).toBe(timers);
  });
});
