import { chmodSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { build } from "vite";
import { inProject } from "./lib/paths.mjs";
import { sourceHash, writeStamp } from "./lib/prepare.mjs";

/** Builds everything into dist: the page, then main process, command line and workers, then the preload script. */

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
