import { inProject } from "./paths.mjs";
import { runNode } from "./run.mjs";

const WORLDS = ["shared", "electron", "renderer", "test"];

/** Types of the four worlds, lint, dead code. Resolves to the names of those that failed. */
export async function runChecks() {
  const steps = [
    ...WORLDS.map((world) => [`types of ${world}`, "node_modules/typescript/bin/tsc", "-p", world]),
    ["lint", "node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings"],
    ["dead code", "node_modules/knip/bin/knip.js"],
  ];
  const failed = [];
  for (const [label, program, ...args] of steps) {
    const startedAt = performance.now();
    const code = await runNode([inProject(program), ...args]);
    console.log(`${code === 0 ? "ok  " : "FAIL"} ${label} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
    if (code !== 0) failed.push(label);
  }
  return failed;
}
