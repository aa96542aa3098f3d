import { prepare } from "./lib/prepare.mjs";
import { runVitest } from "./lib/suites.mjs";
import { offerHelp } from "./lib/usage.mjs";

/**
 * `npm run sim`: every simulation, the thorough ones too, and the whole table of test/sim/GOLDENS.md checked;
 * `npm run sim -- --renew`: only that table, measured anew and written. `npm run sim -- NAME …` runs the files so named.
 */

offerHelp(
  "npm run sim [-- --renew | file …]\n\nEvery simulation of TCP, or those of the files named; --renew measures test/sim/GOLDENS.md anew.",
);

const args = process.argv.slice(2);
const renew = args.includes("--renew");
process.env.CULVERT_SIM = renew ? "renew" : "full";

await prepare();
const names = args.filter((arg) => arg !== "--renew");
const files = renew ? ["test/sim/goldens"] : names.length > 0 ? names : ["test/sim"];
const counts = await runVitest("test/vitest.unit.ts", files);
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 || counts.broken ? 1 : 0);
