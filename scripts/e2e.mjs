import { runEndToEnd } from "./lib/end-to-end.mjs";
import { prepare } from "./lib/prepare.mjs";

/** `npm run test:e2e`: builds when needed and runs the end-to-end tests; words are passed on to Playwright. */

await prepare();
const { failed, broken } = await runEndToEnd(process.argv.slice(2));
process.exit(failed > 0 || broken ? 1 : 0);
