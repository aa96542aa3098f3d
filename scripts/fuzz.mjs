import { prepare } from "./lib/prepare.mjs";
import { runVitest } from "./lib/suites.mjs";
import { offerHelp } from "./lib/usage.mjs";

/**
 * `npm run fuzz [-- inputs [test file]]`: the fuzzers of the four message types, the WebSocket's record stream, the
 * wg-quick file, IP, ICMP, UDP, TCP in each state and DNS answers, a million inputs for each of their tests. CULVERT_SEED
 * repeats a run; the seed is printed.
 */

offerHelp(
  "npm run fuzz [-- inputs [test file …]]\n\nEach fuzzer with so many inputs, a million unless told. CULVERT_SEED=… repeats a run.",
);

const [inputs = "1000000", ...names] = process.argv.slice(2);
if (!/^\d+$/.test(inputs)) {
  console.error(`fuzz: a number of inputs is wanted, not ${inputs}`);
  process.exit(64);
}
process.env.CULVERT_FUZZ_INPUTS = inputs;

await prepare();
const started = performance.now();
const counts = await runVitest("test/vitest.fuzz.ts", names);
const seconds = Math.round((performance.now() - started) / 1_000);
console.log(
  `\n${inputs} inputs for each of ${counts.passed + counts.failed} tests, ${seconds} s: ${counts.failed} failed`,
);
process.exit(counts.failed > 0 || counts.broken ? 1 : 0);
