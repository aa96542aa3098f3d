import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inProject } from "./lib/paths.mjs";
import { prepare } from "./lib/prepare.mjs";
import { runNode } from "./lib/run.mjs";

/** `npm run bench [name …]`: bundles each file of test/bench and runs it in a Node of its own; all of them by default. */

await prepare();
const { build } = await import("vite");

const wanted = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const flags = process.argv.slice(2).filter((word) => word.startsWith("-"));
const benches = readdirSync(inProject("test/bench"))
  .filter((file) => file.endsWith(".bench.ts"))
  .map((file) => file.replace(/\.bench\.ts$/, ""))
  .filter((name) => wanted.length === 0 || wanted.includes(name));

// Inside the project, so that the bundle finds its packages.
const folder = mkdtempSync(inProject("node_modules/.culvert-bench-"));
let failed = 0;
try {
  for (const name of benches) {
    console.log(`\n== ${name} ==`);
    await build({
      configFile: false,
      logLevel: "warn",
      publicDir: false,
      build: {
        ssr: true,
        outDir: folder,
        emptyOutDir: true,
        target: "node20",
        minify: false,
        reportCompressedSize: false,
        rolldownOptions: { input: { bench: inProject(`test/bench/${name}.bench.ts`) } },
      },
    });
    const env = { CULVERT_PROJECT: inProject() };
    if ((await runNode(["--expose-gc", join(folder, "bench.js"), ...flags], { env })) !== 0) failed++;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
