import { describe, expect, test } from "vitest";
import { LIMITS } from "../../../shared/limits.ts";
import { encodeDrawn, encodeFrame } from "../../../shared/terminal-frames.ts";
import { settled } from "../../support/host-memory-link.ts";
import { type HostWorld, hostWorld } from "../../support/host-world.ts";

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

  test("wait for the answer that announces their channel, in order", async () => {
    const { open, engine } = await hostWorld();
    const link = open();
    let finish: (value: unknown) => void = () => undefined;
    engine.answer = () => new Promise((resolve) => (finish = resolve));
    link.receive(JSON.stringify({ id: 1, call: "sessions.attach", input: ATTACH }));
    engine.emitFrame("snapshot", 5, "screen");
    engine.emitFrame("output", 5, "more");
    expect(link.sent).toEqual([]);
    finish({ channel: 5 });
    await settled();
    expect(link.sent[0]).toBe(JSON.stringify({ id: 1, ok: { channel: 5 } }));
    expect(link.frames()).toEqual(["snapshot 5 screen", "output 5 more"]);
  });

  test("early ones of a channel that nobody gets are forgotten", async () => {
    const { open, engine } = await hostWorld();
    const link = open();
    let finish: (value: unknown) => void = () => undefined;
    engine.answer = () => new Promise((resolve) => (finish = resolve));
    link.receive(JSON.stringify({ id: 1, call: "sessions.attach", input: ATTACH }));
    engine.emitFrame("snapshot", 5, "stray");
    finish({ channel: 6 });
    await settled();
    engine.answer = () => ({ channel: 5 });
    await link.request("sessions.attach", ATTACH);
    expect(link.frames()).toEqual([]);
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
    first.receive(encodeFrame("input", 2, bytes("rm -rf ~\r")));
    first.receive(encodeFrame("output", 1, bytes("forged")));
    first.receive(encodeFrame("snapshot", 1, bytes("forged")));
    first.receive(new Uint8Array([4, 0, 0]));
    first.receive(new Uint8Array([99, 0, 0, 0, 1]));
    expect(engine.frames.map(({ kind, channel }) => `${kind} ${channel}`)).toEqual(["input 1", "drawn 1"]);
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
