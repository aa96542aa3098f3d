import { runChecks } from "./lib/checks.mjs";
import { install } from "./lib/prepare.mjs";
import { runVitest } from "./lib/suites.mjs";

/** `npm run check`: types, lint, dead code, then unit tests (import rules among them). Fast enough for each commit. */

await install();
const failed = await runChecks();
const { failed: failedTests, broken } = await runVitest("test/vitest.unit.ts");
if (failedTests > 0 || broken) failed.push("unit tests");
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(", ")}.`);
  process.exit(1);
}
console.log("\nAll checks passed.");
