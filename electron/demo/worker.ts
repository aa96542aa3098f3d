/** Entry of the demo's thread: one cloud, until its owner says stop. */
import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { startDemoCloud } from "./cloud.ts";
import type { GatewayModes } from "./gateway-modes.ts";
import type { DemoWorkerReport } from "./worker-protocol.ts";

const port = z.number().int().min(0).max(65535).optional();
const milliseconds = z.number().min(0);
const modes = z.object({
  latePeerMs: milliseconds,
  callBack: z.boolean(),
  lookupMs: milliseconds,
  dropInitiations: z.number().int().min(0),
  unknownPeers: z.boolean(),
  underLoad: z.boolean(),
  udpBlocked: z.boolean(),
}) satisfies z.ZodType<GatewayModes>;
const dataSchema = z.object({
  seed: z.instanceof(Uint8Array),
  apiPort: port,
  udpPort: port,
  modes: modes.partial().optional(),
  evictEveryMs: z.number().min(1).optional(),
});

async function main(): Promise<void> {
  if (parentPort === null) throw new Error("the demo's worker was not started as a worker");
  const owner = parentPort;
  const report = (message: DemoWorkerReport): void => owner.postMessage(message);
  try {
    const { seed, apiPort, udpPort, modes: wanted, evictEveryMs } = dataSchema.parse(workerData);
    const cloud = await startDemoCloud({
      seed,
      ...(apiPort === undefined ? {} : { apiPort }),
      ...(udpPort === undefined ? {} : { udpPort }),
    });
    const { dispose, gatewayControl, ...access } = cloud;
    gatewayControl.set(defined(wanted ?? {}));
    const evicting = evictEveryMs === undefined ? undefined : setInterval(() => gatewayControl.evict(), evictEveryMs);
    owner.once("message", () => {
      clearInterval(evicting);
      // Closing the port lets the thread end once the sockets are closed.
      void dispose().finally(() => owner.close());
    });
    report({ kind: "ready", access });
  } catch (error) {
    report({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
    owner.close();
  }
}

/** Modes that nobody speaks of stay as they are. */
function defined(wanted: { [Name in keyof GatewayModes]?: GatewayModes[Name] | undefined }): Partial<GatewayModes> {
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}

await main();
