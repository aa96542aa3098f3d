import { existsSync, readdirSync } from "node:fs";
import { inProject } from "./lib/paths.mjs";
import { prepare } from "./lib/prepare.mjs";
import { runNode } from "./lib/run.mjs";

/**
 * `npm run dist`: installers of the desktop edition for this system, in release/. Needs Node 22.12 or newer (that is
 * electron-builder's own demand) and Electron's binary, fetched here or given as a folder in CULVERT_ELECTRON_DIST.
 */

const NEEDED = [22, 12];
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  console.error(`Packaging needs Node ${NEEDED.join(".")} or newer; this is ${process.versions.node}.`);
  process.exit(78);
}

await prepare();
const given = process.env.CULVERT_ELECTRON_DIST;
const folder = given ?? inProject("node_modules/electron/dist");
if (given === undefined) await runNode([inProject("node_modules/electron/install.js")]);
if (!existsSync(folder) || readdirSync(folder).length === 0) {
  console.error("Electron's binary is not here and could not be fetched. Give its folder in CULVERT_ELECTRON_DIST.");
  process.exit(69);
}
process.exit(
  await runNode([
    inProject("node_modules/electron-builder/cli.js"),
    "--config",
    inProject("electron-builder.yml"),
    `--config.electronDist=${folder}`,
    "--publish",
    "never",
    ...process.argv.slice(2),
  ]),
);
