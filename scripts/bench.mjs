import { inProject } from "./lib/paths.mjs";
import { prepare } from "./lib/prepare.mjs";
import { mustRun, runNode } from "./lib/run.mjs";

/** Builds what is measured and the benches, then runs them: `npm run bench -- [aead] [tunnel] [shell]`. */
await prepare();
const { build } = await import("vite");
await build({ configFile: inProject("scripts/vite/bench.config.ts"), logLevel: "warn" });
await mustRun("The bench", runNode([inProject("dist/bench/main.js"), ...process.argv.slice(2)]));
