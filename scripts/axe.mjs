import { runEndToEnd } from "./lib/end-to-end.mjs";
import { prepare } from "./lib/prepare.mjs";

/** `npm run axe`: axe on every screen, and what it found written to docs/axe.md. */

await prepare();
process.env.CULVERT_AXE_REPORT = "1";
const { failed, broken } = await runEndToEnd(["axe.test.ts"]);
process.exit(failed > 0 || broken ? 1 : 0);
