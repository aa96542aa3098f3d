import { measureApps } from "./apps.ts";
import { Chrome } from "./chrome.ts";
import { measureIdle, measureTyping } from "./demo.ts";
import { DemoServer } from "./demo-server.ts";
import type { Figure } from "./figure.ts";
import { measureHidden } from "./hidden.ts";
import { measureOutput, measureStreams } from "./output.ts";
import { measureBundle, measureStart } from "./start.ts";
import { measureTabs } from "./tabs.ts";

const PARTS = ["start", "typing", "apps", "tabs", "output", "streams", "hidden", "idle"] as const;
/** Far beyond what a step takes on a busy machine: what waits longer waits for something that does not come. */
const STUCK_MS = 20 * 60_000;

/** A step that fails, or never ends, says which one it was. */
async function named(name: string, step: () => Promise<Figure[]>): Promise<Figure[]> {
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${STUCK_MS / 60_000} minutes`)), STUCK_MS);
  });
  try {
    return await Promise.race([step(), stuck]);
  } catch (error) {
    throw new Error(`page, ${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** The built page in Chromium: against the demo network, and against a scripted host where the amount is what matters. */
export async function benchPage(dist: URL): Promise<Figure[]> {
  const wanted = process.env["CULVERT_BENCH_PAGE"]?.split(",");
  const unknown = wanted?.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined)
    throw new Error(`CULVERT_BENCH_PAGE: no part is called ${unknown}; there are ${PARTS.join(", ")}`);
  const figures = measureBundle(dist);
  const chrome = await Chrome.start();
  const demo = await DemoServer.start(dist);
  const steps: Record<(typeof PARTS)[number], () => Promise<Figure[]>> = {
    start: () => measureStart(chrome, demo),
    typing: () => measureTyping(chrome, demo),
    apps: () => measureApps(dist),
    tabs: () => measureTabs(dist, chrome),
    output: () => measureOutput(dist, chrome),
    streams: () => measureStreams(dist, chrome),
    hidden: () => measureHidden(dist, chrome),
    idle: () => measureIdle(chrome, demo),
  };
  try {
    for (const name of PARTS) {
      if (wanted !== undefined && !wanted.includes(name)) continue;
      console.error(`  page, ${name} …`);
      figures.push(...(await named(name, steps[name])));
    }
    return figures;
  } finally {
    await demo.close();
    await chrome.close();
  }
}
