import { inProject } from "./paths.mjs";
import { runNode } from "./run.mjs";

const WORLDS = ["shared", "electron", "renderer", "test"];

const AT_ONCE = 2;

/** Types of the four worlds, lint, dead code, two at a time. Resolves to the names of those that failed. */
export async function runChecks() {
  const steps = [
    ...WORLDS.map((world) => [`types of ${world}`, "node_modules/typescript/bin/tsc", "-p", world]),
    ["dead code", "node_modules/knip/bin/knip.js"],
    ["lint", "node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings"],
  ];
  const failed = [];
  const work = async () => {
    for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
      const [label, program, ...args] = step;
      const startedAt = performance.now();
      const code = await runNode([inProject(program), ...args]);
      console.log(
        `${code === 0 ? "ok  " : "FAIL"} ${label} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`,
      );
      if (code !== 0) failed.push(label);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return failed;
}
