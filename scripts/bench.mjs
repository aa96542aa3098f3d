import { isAbsolute, join } from "node:path";
import { findBrowser } from "./lib/browser.mjs";
import { inProject } from "./lib/paths.mjs";
import { prepare } from "./lib/prepare.mjs";
import { runNode } from "./lib/run.mjs";
import { offerHelp } from "./lib/usage.mjs";

/** `npm run bench [-- name … --anchor PATH --against PATH]`: the figures of test/bench, all of them or those named. */

offerHelp(
  "npm run bench [-- name … --anchor PATH --against PATH]\n\nThe figures of test/bench, or those of the benches named (a wrong name tells them all). The anchor is the Go program\nthat bulk, latency, paths and memory are held to. With --against, the dist/bench/culvert-client.js of another build,\n`builds` has both by turns. CULVERT_BENCH_PROFILES=DIR writes profiles.",
);

const args = process.argv.slice(2);
const OPTIONS = ["--anchor", "--against"];
// The benches run in the project's folder, whoever started them.
for (const at of OPTIONS.map((option) => args.indexOf(option) + 1))
  if (at > 0 && args[at] !== undefined && !isAbsolute(args[at])) args[at] = join(process.cwd(), args[at]);
await prepare();
const { build } = await import("vite");
await build({ configFile: inProject("scripts/vite/bench.config.ts"), logLevel: "warn" });
const named = args.filter((word, i) => !word.startsWith("--") && !OPTIONS.includes(args[i - 1]));
const browser = named.length === 0 || named.includes("browser") ? await findBrowser() : undefined;
const env = browser === undefined ? {} : { CULVERT_BROWSER: browser };
process.exit(await runNode(["--expose-gc", inProject("dist/bench/main.js"), ...args], { env }));
