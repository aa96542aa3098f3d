/** Entry of the demo's thread: one cloud, until its owner says stop. */
import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { startDemoCloud } from "./cloud.ts";
import type { DemoWorkerReport } from "./worker-protocol.ts";

const port = z.number().int().min(0).max(65535).optional();
const dataSchema = z.object({ seed: z.instanceof(Uint8Array), apiPort: port, udpPort: port });

async function main(): Promise<void> {
  if (parentPort === null) throw new Error("the demo's worker was not started as a worker");
  const owner = parentPort;
  const report = (message: DemoWorkerReport): void => owner.postMessage(message);
  try {
    const { seed, apiPort, udpPort } = dataSchema.parse(workerData);
    const cloud = await startDemoCloud({
      seed,
      ...(apiPort === undefined ? {} : { apiPort }),
      ...(udpPort === undefined ? {} : { udpPort }),
    });
    const { dispose, gatewayControl: _control, ...access } = cloud;
    owner.once("message", () => {
      // Closing the port lets the thread end once the sockets are closed.
      void dispose().finally(() => owner.close());
    });
    report({ kind: "ready", access });
  } catch (error) {
    report({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
    owner.close();
  }
}

await main();
