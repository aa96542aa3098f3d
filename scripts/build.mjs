import { chmodSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { build } from "vite";
import { buildKernel } from "./lib/kernel.mjs";
import { inProject } from "./lib/paths.mjs";
import { sourceHash, writeStamp } from "./lib/prepare.mjs";

/** Builds the AEAD kernel, then all into dist: the page, main process, command line and workers, the preload script. */

await buildKernel();
const hash = sourceHash();
const dist = inProject("dist");
mkdirSync(dist, { recursive: true });
for (const entry of readdirSync(dist)) rmSync(`${dist}/${entry}`, { recursive: true, force: true });

process.env.NODE_ENV = "production";
for (const config of ["renderer/vite.config.ts", "scripts/vite/node.config.ts", "scripts/vite/preload.config.ts"]) {
  await build({ configFile: inProject(config), logLevel: "warn" });
}
chmodSync(inProject("dist/cli.js"), 0o755);
writeStamp(hash);
console.error("Built into dist.");
