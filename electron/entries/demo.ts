import { randomBytes } from "node:crypto";
import { silentLog } from "../base/log.ts";
import { startDemoWorker } from "../demo/client.ts";
import { DEMO_WORKER } from "./compose.ts";
import { EXIT } from "./exit-codes.ts";
import { Faults } from "./faults.ts";
import { type DemoOptions, modesOf } from "./gateway-options.ts";
import { printJson, say } from "./report.ts";
import { untilSignal } from "./signals.ts";

/** `culvert demo`: the demo cloud alone, in the foreground, until a signal; its gateway misbehaves as it is told to. */
export async function demo({ json, evictEvery, ...gateway }: DemoOptions): Promise<number> {
  const signal = untilSignal();
  const broken = new Promise<number>((resolve) => {
    new Faults({ log: silentLog, onTooMany: () => resolve(EXIT.bug) }).install();
  });
  const cloud = await startDemoWorker({
    seed: randomBytes(32),
    workerUrl: DEMO_WORKER,
    modes: modesOf(gateway),
    ...(evictEvery === undefined ? {} : { evictEveryMs: evictEvery * 1_000 }),
  });
  try {
    const { api, token, gateway, ca, apps } = cloud.access;
    if (json) printJson({ api, token, gateway, ca, apps });
    else {
      process.stdout.write(
        `The demo cloud runs.\n  API      ${api}\n  token    ${token}\n  gateway  ${gateway.udp} (UDP)\n`,
      );
      say("Stop with Ctrl+C.");
    }
    const died = cloud.ended.then(() => EXIT.unavailable);
    const code = await Promise.race([signal.then(() => EXIT.ok), broken, died]);
    if (code === EXIT.unavailable) say("culvert: the demo cloud ended by itself.");
    return code;
  } finally {
    await cloud.dispose();
  }
}
