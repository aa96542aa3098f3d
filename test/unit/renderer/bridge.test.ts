import { describe, expect, it, vi } from "vitest";
import { Bridge } from "../../../renderer/bridge/bridge.ts";
import { BridgeError } from "../../../renderer/bridge/bridge-error.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { decodeDrawn, encodeFrame, encodeTaken, FRAME_HEADER_LENGTH } from "../../../shared/terminal-frames.ts";
import { ScriptedError, ScriptedHost } from "../../support/renderer-scripted-host.ts";

const REGION = { code: "ams", name: "Amsterdam" };
const SIZE = { columns: 80, rows: 24 };

function recorder() {
  const seen: string[] = [];
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return {
    seen,
    output: (bytes: Uint8Array) => void seen.push(`output ${text(bytes)}`),
    snapshot: (bytes: Uint8Array) => void seen.push(`snapshot ${text(bytes)}`),
    detached: (by: string) => void seen.push(`detached ${by}`),
    taken: (count: number) => void seen.push(`taken ${count}`),
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe("calls", () => {
  it("resolve with the validated answer, each with its own", async () => {
    const host = new ScriptedHost();
    host.handle("regions.nearest", async ({ accountId }) => {
      if (accountId === "slow") await settle();
      return { code: accountId, name: accountId };
    });
    const bridge = new Bridge(host.link);
    const answers = await Promise.all([
      bridge.call("regions.nearest", { accountId: "slow" }),
      bridge.call("regions.nearest", { accountId: "fast" }),
    ]);
    expect(answers.map(({ code }) => code)).toEqual(["slow", "fast"]);
  });

  it("reject with the host's error as data", async () => {
    const info = { code: "config-invalid" as const, lines: [{ line: 3, message: "no key" }] };
    const host = new ScriptedHost().handle("regions.nearest", () => {
      throw new ScriptedError(info);
    });
    const failed = await new Bridge(host.link).call("regions.nearest", { accountId: "a" }).catch((reason) => reason);
    expect(failed).toBeInstanceOf(BridgeError);
    expect(failed.info).toEqual(info);
  });

  it("reject an answer that does not fit the contract", async () => {
    const host = new ScriptedHost();
    const bridge = new Bridge(host.link);
    const failed = bridge.call("regions.nearest", { accountId: "a" }).catch((reason) => reason);
    host.raw(JSON.stringify({ id: 1, ok: { code: 7 } }));
    expect((await failed).info.code).toBe("internal");
  });

  it("reject with link-lost when the link breaks before the answer, and while it is broken", async () => {
    const host = new ScriptedHost().handle("regions.nearest", () => new Promise(() => undefined));
    const bridge = new Bridge(host.link);
    const waiting = bridge.call("regions.nearest", { accountId: "a" }).catch((reason) => reason);
    await settle();
    host.setLink("lost");
    expect((await waiting).info.code).toBe("link-lost");
    const later = await bridge.call("regions.nearest", { accountId: "a" }).catch((reason) => reason);
    expect(later.info.code).toBe("link-lost");
  });

  it("made before the link opened are given up with the link: nobody waits for them when it opens", async () => {
    const host = new ScriptedHost("unknown").handle("regions.nearest", () => REGION);
    const failed = new Bridge(host.link).call("regions.nearest", { accountId: "a" }).catch((reason) => reason);
    host.setLink("lost");
    host.setLink("open");
    expect((await failed).info.code).toBe("link-lost");
    await settle();
    expect(host.requests).toEqual([]);
  });

  it("that the link took along make no silent host of the next one", async () => {
    vi.useFakeTimers();
    try {
      const host = new ScriptedHost().handle("regions.nearest", () => new Promise(() => undefined));
      const bridge = new Bridge(host.link);
      const failed = bridge.call("regions.nearest", { accountId: "a" }).catch((reason) => reason);
      const told = vi.fn();
      bridge.onSilence(told);
      await vi.advanceTimersByTimeAsync(1_000);
      host.setLink("lost");
      expect((await failed).info.code).toBe("link-lost");
      await vi.advanceTimersByTimeAsync(60_000);
      expect([bridge.isSilent, told.mock.calls.length]).toEqual([false, 0]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("made before the link opened are sent when it does, once", async () => {
    const host = new ScriptedHost("unknown").handle("regions.nearest", () => REGION);
    const bridge = new Bridge(host.link);
    const answer = bridge.call("regions.nearest", { accountId: "a" });
    await settle();
    expect(host.requests).toEqual([]);
    host.setLink("open");
    expect(await answer).toEqual(REGION);
    host.setLink("lost");
    host.setLink("open");
    await settle();
    expect(host.asked("regions.nearest")).toHaveLength(1);
  });
});

describe("messages of the host", () => {
  it("events reach their listeners until they stop listening", () => {
    const host = new ScriptedHost();
    const bridge = new Bridge(host.link);
    const seen: string[] = [];
    const stop = bridge.on("session.closed", ({ sessionId }) => void seen.push(sessionId));
    host.emit("session.closed", { sessionId: "one" });
    stop();
    host.emit("session.closed", { sessionId: "two" });
    expect(seen).toEqual(["one"]);
  });

  it.each([
    ["no JSON", "{"],
    ["no message", '{"hello":1}'],
    ["an unknown event", '{"event":"x.y","payload":{}}'],
    ["an event named like a method of objects", '{"event":"toString","payload":{}}'],
    ["a payload of the wrong shape", '{"event":"session.closed","payload":{"sessionId":4}}'],
    ["an answer with a code that does not exist", '{"id":1,"error":{"code":"boom"}}'],
  ])("%s is counted and dropped", (_what, message) => {
    const host = new ScriptedHost();
    const bridge = new Bridge(host.link);
    let heard = 0;
    bridge.on("session.closed", () => {
      heard += 1;
    });
    host.raw(message);
    expect([bridge.refused, heard]).toEqual([1, 0]);
  });

  it("a frame of an unknown kind or too short is counted and dropped", () => {
    const host = new ScriptedHost();
    const bridge = new Bridge(host.link);
    host.raw(new Uint8Array([9, 0, 0, 0, 1]));
    host.raw(new Uint8Array([1, 0, 0]));
    expect(bridge.refused).toBe(2);
  });

  it("an answer that nobody waits for changes nothing", () => {
    const host = new ScriptedHost();
    new Bridge(host.link);
    expect(() => host.raw(JSON.stringify({ id: 99, ok: {} }))).not.toThrow();
  });
});

describe("terminals", () => {
  it("frames that overtake the answer of attach are delivered in order", async () => {
    const host = new ScriptedHost();
    host.handle("sessions.attach", () => {
      host.sendFrame("snapshot", 7, "screen");
      host.sendFrame("output", 7, "more");
      return { channel: 7 };
    });
    const seen = recorder();
    await new Bridge(host.link).openTerminal("s", SIZE, seen);
    host.sendFrame("output", 7, "last");
    expect(seen.seen).toEqual(["snapshot screen", "output more", "output last"]);
  });

  it("frames of other channels do not reach a terminal", async () => {
    const host = new ScriptedHost().handle("sessions.attach", () => ({ channel: 1 }));
    const seen = recorder();
    await new Bridge(host.link).openTerminal("s", SIZE, seen);
    host.sendFrame("output", 2, "x");
    expect(seen.seen).toEqual([]);
  });

  it("two attaches at a time keep their early frames apart", async () => {
    const host = new ScriptedHost();
    let next = 1;
    host.handle("sessions.attach", async ({ sessionId }) => {
      const channel = next++;
      host.sendFrame("snapshot", channel, sessionId);
      if (channel === 1) await settle();
      return { channel };
    });
    const bridge = new Bridge(host.link);
    const [a, b] = [recorder(), recorder()];
    await Promise.all([bridge.openTerminal("a", SIZE, a), bridge.openTerminal("b", SIZE, b)]);
    expect([a.seen, b.seen]).toEqual([["snapshot a"], ["snapshot b"]]);
  });

  it("input is split into frames that the host takes, in order and whole", async () => {
    const host = new ScriptedHost().handle("sessions.attach", () => ({ channel: 3 }));
    const channel = await new Bridge(host.link).openTerminal("s", SIZE, recorder());
    const bytes = Uint8Array.from({ length: 600_000 }, (_, index) => index % 251);
    channel.input(bytes);
    await settle();
    expect(host.frames.every(({ payload }) => payload.length + FRAME_HEADER_LENGTH <= LIMITS.terminalFrame)).toBe(true);
    expect(Buffer.concat(host.frames.map(({ payload }) => payload)).equals(bytes)).toBe(true);
  });

  it("#26 a paste goes as frames of its own, and what the shell took of it is told", async () => {
    const host = new ScriptedHost().handle("sessions.attach", () => ({ channel: 3 }));
    const seen = recorder();
    const channel = await new Bridge(host.link).openTerminal("s", SIZE, seen);
    channel.paste(new Uint8Array(LIMITS.terminalFrame + 1));
    await settle();
    expect(host.frames.map(({ kind }) => kind)).toEqual(["paste", "paste"]);
    host.raw(encodeTaken(3, 32_000));
    host.sendFrame("taken", 3, "no u32");
    expect(seen.seen).toEqual(["taken 32000", "taken 0"]);
  });

  it("drawn counts are sent as u32, and nothing is sent after close", async () => {
    const host = new ScriptedHost().handle("sessions.attach", () => ({ channel: 3 }));
    const channel = await new Bridge(host.link).openTerminal("s", SIZE, recorder());
    channel.drawn(70_000);
    channel.close();
    channel.close();
    channel.drawn(1);
    channel.input(new Uint8Array(4));
    await settle();
    expect(host.frames.map(({ kind }) => kind)).toEqual(["drawn", "detach"]);
    expect(decodeDrawn(host.frames[0]!.payload)).toBe(70_000);
  });

  it("detached is told once, and says whether the host or the link did it", async () => {
    const host = new ScriptedHost();
    let next = 1;
    host.handle("sessions.attach", () => ({ channel: next++ }));
    const bridge = new Bridge(host.link);
    const [a, b] = [recorder(), recorder()];
    await bridge.openTerminal("a", SIZE, a);
    await bridge.openTerminal("b", SIZE, b);
    host.raw(encodeFrame("detached", 1, new Uint8Array()));
    host.sendFrame("output", 1, "late");
    host.setLink("lost");
    expect([a.seen, b.seen]).toEqual([["detached host"], ["detached link"]]);
  });

  it("what came early over a link that is lost is not shown for the same channel of the next", async () => {
    let answered = false;
    const host = new ScriptedHost().handle("sessions.attach", () =>
      answered ? { channel: 7 } : new Promise(() => undefined),
    );
    const bridge = new Bridge(host.link);
    const gone = bridge.openTerminal("one", SIZE, recorder()).catch((reason) => reason);
    host.sendFrame("output", 7, "old");
    host.setLink("lost");
    host.setLink("open");
    answered = true;
    const now = recorder();
    await bridge.openTerminal("one", SIZE, now);
    host.sendFrame("output", 7, "new");
    expect(now.seen).toEqual(["output new"]);
    expect((await gone).info.code).toBe("link-lost");
  });

  it("a failed attach forgets what came early", async () => {
    const host = new ScriptedHost();
    let fail = true;
    host.handle("sessions.attach", () => {
      if (fail) {
        host.sendFrame("output", 5, "stale");
        throw new ScriptedError({ code: "not-found" });
      }
      return { channel: 5 };
    });
    const bridge = new Bridge(host.link);
    await expect(bridge.openTerminal("s", SIZE, recorder())).rejects.toThrow(BridgeError);
    fail = false;
    const seen = recorder();
    await bridge.openTerminal("s", SIZE, seen);
    expect(seen.seen).toEqual([]);
  });
});
