import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { median } from "../row.ts";
import { type Chrome, THROTTLE } from "./chrome.ts";
import type { DemoServer } from "./demo-server.ts";
import type { Figure } from "./figure.ts";
import { readStart, watchStart } from "./in-page.ts";
import { ROW } from "./names.ts";

const ROUNDS = 5;
/** After the rows are there: time for what still runs to show itself as a long task. */
const QUIET_MS = 500;

/** From the navigation to the frame, and to the list of apps that answers. */
export async function measureStart(chrome: Chrome, demo: DemoServer): Promise<Figure[]> {
  const plain = await starts(chrome, demo, 1);
  const slow = await starts(chrome, demo, THROTTLE);
  return [
    { what: "first paint of the shell", unit: "ms", value: plain.paint, throttled: slow.paint },
    { what: "interactive, apps listed", unit: "ms", value: plain.interactive, throttled: slow.interactive },
  ];
}

async function starts(chrome: Chrome, demo: DemoServer, rate: number): Promise<{ paint: number; interactive: number }> {
  const rounds = [];
  for (let i = 0; i < ROUNDS; i++) {
    const opened = await chrome.open(rate);
    await opened.page.addInitScript(watchStart, ROW);
    await opened.page.goto(await demo.address());
    await opened.page.waitForFunction(() => performance.getEntriesByName("bench-rows").length > 0);
    await opened.page.waitForTimeout(QUIET_MS);
    rounds.push(await opened.page.evaluate(readStart));
    await opened.close();
  }
  return { paint: median(rounds.map(({ paint }) => paint)), interactive: median(rounds.map((one) => one.interactive)) };
}

/** What a first visit loads, and all there is. */
export function measureBundle(dist: URL): Figure[] {
  const folder = new URL("renderer/", dist);
  const index = readFileSync(new URL("index.html", folder), "utf8");
  const all = readdirSync(new URL("assets/", folder)).filter((name) => /\.(js|css)$/.test(name));
  const initial = all.filter((name) => index.includes(name));
  const kib = (names: readonly string[], packed: boolean): number =>
    names.reduce((sum, name) => {
      const bytes = readFileSync(new URL(`assets/${name}`, folder));
      return sum + (packed ? gzipSync(bytes) : bytes).length / 1024;
    }, 0);
  const row = (what: string, names: readonly string[]): Figure => ({
    what,
    unit: "KiB",
    value: kib(names, false),
    beside: `gzip ${kib(names, true).toFixed(0)} KiB`,
  });
  return [row("scripts and styles of the first paint", initial), row("scripts and styles, all", all)];
}
