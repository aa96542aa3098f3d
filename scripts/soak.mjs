import { prepare } from "./lib/prepare.mjs";
import { runVitest } from "./lib/suites.mjs";

/**
 * `node scripts/soak.mjs [minutes]`: the fuzzers with a million inputs each, and ten minutes (or so many) of traffic with
 * wireguard-go in both roles. Root and the packages of the interop tests are needed for the latter.
 */

const minutes = process.argv[2] ?? "10";
process.env.CULVERT_SOAK_MINUTES = minutes;
process.env.CULVERT_FUZZ_INPUTS ??= "1000000";
process.env.CULVERT_FUZZ_RUNS ??= process.env.CULVERT_FUZZ_INPUTS;

await prepare();
const counts = await runVitest("test/vitest.soak.ts");
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 || counts.broken ? 1 : 0);
