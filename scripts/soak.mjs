import { prepare } from "./lib/prepare.mjs";
import { runVitest } from "./lib/suites.mjs";
import { offerHelp } from "./lib/usage.mjs";

/**
 * `npm run soak [-- minutes]`: ten minutes (or so many) of traffic with wireguard-go in both roles on real timers, keys
 * renewed at 120 s by whoever initiated. Root and the packages of the interop tests are needed.
 */

offerHelp(
  "npm run soak [-- minutes]\n\nTraffic with wireguard-go in both roles on real timers, ten minutes unless told. Needs root.",
);

const [minutes = "10"] = process.argv.slice(2);
if (!(Number(minutes) > 0)) {
  console.error(`soak: a number of minutes is wanted, not ${minutes}`);
  process.exit(64);
}
process.env.CULVERT_SOAK_MINUTES = minutes;

await prepare();
const counts = await runVitest("test/vitest.soak.ts");
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 || counts.broken ? 1 : 0);
