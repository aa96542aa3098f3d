import { inProject } from "./lib/paths.mjs";
import { prepare } from "./lib/prepare.mjs";
import { runNode } from "./lib/run.mjs";

/** `npm run bench [name …]`: the figures of test/bench, all of them or those named. */

await prepare();
const { build } = await import("vite");
await build({ configFile: inProject("scripts/vite/bench.config.ts"), logLevel: "warn" });
process.exit(await runNode(["--expose-gc", inProject("dist/bench/main.js"), ...process.argv.slice(2)]));
