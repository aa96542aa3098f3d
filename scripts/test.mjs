import { runChecks } from "./lib/checks.mjs";
import { runEndToEnd } from "./lib/end-to-end.mjs";
import { prepare } from "./lib/prepare.mjs";
import { addCounts, runVitest } from "./lib/suites.mjs";

/**
 * `npm test`: everything, in the order of what fails fastest. Later steps run even when an earlier one failed, so that
 * one run shows all. The last line sums up what every runner counted.
 */

await prepare();
const heading = (text) => console.log(`\n== ${text} ==`);

heading("types, lint, dead code");
const failedChecks = await runChecks();

heading("unit, contract, simulation, fuzz, import rules");
let sum = await runVitest("test/vitest.unit.ts");

heading("interoperation with wireguard-go, Linux TCP and OpenSSH");
sum = addCounts(sum, await runVitest("test/vitest.interop.ts"));

heading("end to end in a browser");
sum = addCounts(sum, await runEndToEnd());

if (failedChecks.length > 0) console.log(`\nFailed checks: ${failedChecks.join(", ")}.`);
if (sum.broken) console.log("\nA test runner stopped before it had run its tests; see above.");
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exit(failedChecks.length > 0 || sum.failed > 0 || sum.broken ? 1 : 0);
