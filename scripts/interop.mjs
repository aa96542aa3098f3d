import { prepare } from "./lib/prepare.mjs";
import { runVitest } from "./lib/suites.mjs";

/** `npm run test:interop`: builds when needed, as some of its tests run the program, and runs all, or the files named. */

await prepare();
const counts = await runVitest("test/vitest.interop.ts", process.argv.slice(2));
process.exit(counts.failed > 0 || counts.broken ? 1 : 0);
