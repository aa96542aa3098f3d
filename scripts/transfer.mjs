import { prepare } from "./lib/prepare.mjs";
import { runVitest } from "./lib/suites.mjs";
import { offerHelp } from "./lib/usage.mjs";

/**
 * `npm run transfer [MiB] [words of a row's name]`: test/interop/transfer.test.ts with 200 MB each way in every row, all
 * rows at once, because the path and not the processor is what they wait for. Root and the packages of the interop tests
 * are needed.
 */

offerHelp(
  "npm run transfer [-- MiB [words of a row's name]]\n\nSo much each way between our TCP and Linux's through a bad path, 191 MiB unless told. Needs root.",
);

/** 200 MB, in MiB. */
const [mib = "191", ...names] = process.argv.slice(2);
process.env.CULVERT_TRANSFER_MIB = mib;

await prepare();
const only = names.length === 0 ? [] : ["-t", names.join(" ")];
const counts = await runVitest("test/vitest.interop.ts", [
  "test/interop/transfer.test.ts",
  "--maxConcurrency=16",
  ...only,
]);
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 || counts.broken ? 1 : 0);
