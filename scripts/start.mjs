import { inProject } from "./lib/paths.mjs";
import { prepare } from "./lib/prepare.mjs";
import { runNode } from "./lib/run.mjs";

/**
 * `npm start`: installs and builds when needed, then runs Culvert: the desktop edition where Electron can run, else the
 * browser edition. Without any account it signs in to the demo network, so that there is something to click.
 * `npm start -- serve --port 4000` and the like pass their words on.
 */

await prepare();
const words = process.argv.slice(2);
const args = words.length === 0 ? ["--demo-if-empty"] : words;
process.exit(await runNode([inProject("dist/cli.js"), ...args]));
