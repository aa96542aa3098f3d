import { runChecks } from "./lib/checks.mjs";
import { runEndToEnd } from "./lib/end-to-end.mjs";
import { prepare } from "./lib/prepare.mjs";
import { addCounts, noCounts, runVitest } from "./lib/suites.mjs";
import { summaryLines } from "./lib/summary.mjs";

/**
 * `npm test`: everything, in the order of what fails fastest. Later steps run even when an earlier one failed, so that
 * one run shows all. CI shows only the end of the output, so the last lines tell it all: the time of each stage, the
 * slowest tests, each test that failed, and the sum of what every runner counted.
 */

const times = [];

async function stage(name, run) {
  console.log(`\n== ${name} ==`);
  const startedAt = performance.now();
  const result = await run();
  times.push(`${name} ${Math.round((performance.now() - startedAt) / 1000)} s`);
  return result;
}

await prepare();
const failedChecks = await stage("types, lint, dead code", runChecks);

let sum = noCounts();
for (const [name, run] of [
  ["unit, contract, simulation, fuzz, import rules", () => runVitest("test/vitest.unit.ts")],
  ["interoperation with wireguard-go, Linux TCP and OpenSSH", () => runVitest("test/vitest.interop.ts")],
  ["end to end in a browser", () => runEndToEnd()],
])
  sum = addCounts(sum, await stage(name, run));

console.log(`\n== summary ==\n${times.join("\n")}\n\n${summaryLines(sum.tests).join("\n")}`);
if (failedChecks.length > 0) console.log(`\nFailed checks: ${failedChecks.join(", ")}.`);
if (sum.broken) console.log("\nA test runner stopped before it had run its tests; see above.");
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exit(failedChecks.length > 0 || sum.failed > 0 || sum.broken ? 1 : 0);
