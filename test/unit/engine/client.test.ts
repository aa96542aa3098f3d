import { expect, test } from "vitest";
import { silentLog } from "../../../electron/base/log.ts";
import { type Engine, startEngine } from "../../../electron/engine/client.ts";
import { MemoryStore } from "../../support/memory-store.ts";

/** An engine whose thread runs this source instead of ours. */
function engineOf(source: string): Engine {
  return startEngine({
    store: new MemoryStore(),
    log: silentLog,
    version: "1.2.3",
    captures: "",
    workerUrl: new URL(`data:text/javascript,${encodeURIComponent(source)}`),
  });
}

test("a ping is answered by a message, and so is whatever else the engine says", async () => {
  const engine = engineOf(`
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", ({ m, i }) => {
      if (m === "ping") parentPort.postMessage({ t: "s", i, r: undefined });
      parentPort.postMessage(Uint8Array.of(1, 0, 0, 0, 7));
    });`);
  const framed = new Promise((resolve) => engine.onFrame(resolve));
  expect(engine.messagesHeard).toBe(0);
  engine.ping();
  await framed;
  expect(engine.messagesHeard).toBe(2);
  engine.dispose();
});

test("#12 one that loops without end is ended at once: what waits for it fails, and nothing of it is heard any more", async () => {
  const engine = engineOf(`
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", () => {
      for (;;) parentPort.postMessage(Uint8Array.of(1, 0, 0, 0, 7));
    });`);
  const told: string[] = [];
  engine.onStopped(({ code, detail }) => void told.push(`${code}: ${detail}`));
  const waiting = engine.call("accounts.list", {});
  await new Promise((resolve) => engine.onFrame(resolve));
  engine.kill();
  const heard = engine.messagesHeard;
  engine.onFrame(() => expect.fail("a frame of an engine that was ended"));
  expect(told).toEqual(["engine-stopped: did not answer"]);
  await expect(waiting).rejects.toMatchObject({ code: "engine-stopped" });
  await expect(engine.call("accounts.list", {})).rejects.toMatchObject({ code: "engine-stopped" });
  engine.ping();
  await engine.shutdown();
  expect([engine.messagesHeard, told.length]).toEqual([heard, 1]);
});
