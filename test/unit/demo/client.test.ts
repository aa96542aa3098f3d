import { describe, expect, test } from "vitest";
import { startDemoWorker } from "../../../electron/demo/client.ts";

const seed = new Uint8Array(32).fill(4);

/** A worker of a few lines in the place of the bundled one, which unit tests do not build. */
function workerOf(source: string): URL {
  const text = `import { parentPort, workerData } from "node:worker_threads";\n${source}`;
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

describe("the owner of the demo's thread", () => {
  test("gets the access, and stops the thread", async () => {
    const worker = await startDemoWorker({
      seed,
      workerUrl: workerOf(`
        parentPort.postMessage({ kind: "ready", access: { token: String(workerData.seed[0]) } });
        parentPort.once("message", () => parentPort.close());`),
    });
    expect(worker.access.token).toBe("4");
    await worker.dispose();
    await worker.dispose();
  });

  test("tells it what the gateway is to do wrong", async () => {
    const worker = await startDemoWorker({
      seed,
      modes: { underLoad: true, latePeerMs: 5 },
      evictEveryMs: 7,
      workerUrl: workerOf(`
        const { modes, evictEveryMs } = workerData;
        parentPort.postMessage({ kind: "ready", access: { token: JSON.stringify([modes, evictEveryMs]) } });
        parentPort.once("message", () => parentPort.close());`),
    });
    expect(JSON.parse(worker.access.token)).toEqual([{ underLoad: true, latePeerMs: 5 }, 7]);
    await worker.dispose();
  });

  test("is told why there is no cloud", async () => {
    const workerUrl = workerOf(`parentPort.postMessage({ kind: "failed", reason: "no port" }); parentPort.close();`);
    await expect(startDemoWorker({ seed, workerUrl })).rejects.toThrow("no port");
  });

  test.each([
    ["throws", "throw new Error('boom');", "boom"],
    ["ends", "process.exit(3);", "ended with 3"],
  ])("notices a thread that %s", async (_, source, reason) => {
    await expect(startDemoWorker({ seed, workerUrl: workerOf(source) })).rejects.toThrow(reason);
  });

  test("ends a thread that does not stop when asked", async () => {
    const workerUrl = workerOf(`
      parentPort.on("message", () => undefined);
      parentPort.postMessage({ kind: "ready", access: {} });`);
    await (await startDemoWorker({ seed, workerUrl })).dispose();
  });

  test("learns that a thread which ran has died", async () => {
    const workerUrl = workerOf(`
      parentPort.postMessage({ kind: "ready", access: {} });
      parentPort.once("message", () => { throw new Error("later"); });
      setTimeout(() => { throw new Error("boom"); }, 10);`);
    const worker = await startDemoWorker({ seed, workerUrl });
    await worker.ended;
    await worker.dispose();
  });
});
