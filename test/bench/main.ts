import { cpus, loadavg, release, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { wireguardGoMissing } from "../support/interop/wireguard-go.ts";
import { benchAead } from "./aead.ts";
import { benchBulk } from "./anchor.ts";
import { benchPage } from "./browser/bench.ts";
import { type Figure, figureTable } from "./browser/figure.ts";
import { benchBuilds } from "./builds.ts";
import { type Comparison, comparisonTable } from "./comparison.ts";
import { benchHandshakes } from "./device.ts";
import { benchFlood } from "./flood.ts";
import { benchMemory } from "./memory.ts";
import { benchLatency, benchPaths } from "./paths.ts";
import { type Row, table } from "./row.ts";
import { benchShell } from "./shell.ts";
import { benchTimers } from "./timers.ts";
import { benchTunnel } from "./tunnel.ts";

/**
 * All benches, or those named on the command line. Prints the tables with the machine's description. `--anchor PATH` names
 * the program to compare with; without it the rows that need it lack its column. `--against PATH` adds `builds`.
 */
const BENCHES: Record<string, () => Promise<Row[]> | Row[]> = {
  aead: benchAead,
  device: benchHandshakes,
  flood: benchFlood,
  timers: benchTimers,
  tunnel: benchTunnel,
  // This file is built into dist/bench.
  shell: () => benchShell(new URL("../", import.meta.url)),
};
/** These need root, a TUN and wireguard-go. */
const COMPARISONS: Record<string, (anchor: string | undefined) => Promise<Comparison[]>> = {
  bulk: benchBulk,
  latency: benchLatency,
  paths: benchPaths,
  memory: benchMemory,
};

/** The built page, which needs a Chromium (scripts/bench.mjs names it in CULVERT_BROWSER). */
const PAGES: Record<string, () => Promise<Figure[]>> = {
  browser: () => benchPage(new URL("../", import.meta.url)),
};

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { anchor: { type: "string" }, against: { type: "string" } },
});
const { against } = values;
/** Two builds by turns, where the other one's culvert-client.js is named. */
const BUILDS: Record<string, () => Promise<Row[]>> =
  against === undefined ? {} : { builds: () => benchBuilds(against) };
const names = [...Object.keys(BENCHES), ...Object.keys(COMPARISONS), ...Object.keys(PAGES), ...Object.keys(BUILDS)];
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(", ")}; there are ${names.join(", ")}.`);
  process.exit(64);
}
// The gateway and its server are processes: an "exit" ends them, a signal alone would leave them behind.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
const rows: Row[] = [];
for (const [name, bench] of Object.entries({ ...BENCHES, ...BUILDS })) {
  if (!isWanted(name)) continue;
  console.error(`${name} …`);
  rows.push(...(await bench()));
}
const comparisons: Comparison[] = [];
const missing = wireguardGoMissing();
for (const [name, bench] of Object.entries(COMPARISONS)) {
  if (!isWanted(name)) continue;
  console.error(missing === undefined ? `${name} …` : `${name} skipped: ${missing}`);
  if (missing === undefined) comparisons.push(...(await bench(values.anchor)));
}
const figures: Figure[] = [];
for (const [name, bench] of Object.entries(PAGES)) {
  if (!isWanted(name)) continue;
  console.error(process.env["CULVERT_BROWSER"] === undefined ? `${name} skipped: no browser` : `${name} …`);
  if (process.env["CULVERT_BROWSER"] !== undefined) figures.push(...(await bench()));
}

const [cpu] = cpus();
console.log(`Machine: ${cpus().length} × ${cpu?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB,`);
console.log(
  `${process.platform} ${release()}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}, ${new Date().toISOString().slice(0, 10)}\n`,
);
if (rows.length > 0) console.log(`${table(rows)}\n`);
if (comparisons.length > 0) console.log(`${comparisonTable(comparisons)}\n`);
if (figures.length > 0) console.log(figureTable(figures));
process.exit(0);
