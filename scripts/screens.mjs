import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright";
import { findBrowser } from "./lib/browser.mjs";
import { inProject } from "./lib/paths.mjs";
import { withPalette } from "./lib/png-palette.mjs";
import { prepare } from "./lib/prepare.mjs";
import { addHost, beforeAnyAccount, changedHostKey, inTheDemo } from "./lib/screens-scenes.mjs";
import { startServer } from "./lib/screens-server.mjs";

/**
 * `npm run screens`: pictures of the built program on its demo network, dark and light, into docs/screens (or into the
 * folder that is named). What a picture shows is live, so figures differ between runs.
 */

const folder = process.argv[2] ?? inProject("docs/screens");
const SIZE = { width: 1280, height: 800 };

await prepare();
const executablePath = await findBrowser();
if (executablePath === undefined) process.exit(1);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath,
  args: [
    // Chromium's sandbox does not start as root; the page is our own.
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    // The terminal then draws text into the page, where a scene can wait for it.
    "--disable-3d-apis",
  ],
});
try {
  for (const theme of ["dark", "light"]) await takeAll(theme);
} finally {
  await browser.close();
}

async function takeAll(theme) {
  const profile = mkdtempSync(join(tmpdir(), "culvert-screens-"));
  try {
    await run(theme, profile, beforeAnyAccount);
    await run(theme, profile, inTheDemo, "--demo");
    const scene = changedHostKey(profile);
    await run(theme, profile, scene);
    await run(theme, profile, addHost);
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

/** One run of the program on the profile, with a fresh page. */
async function run(theme, profile, scenes, ...words) {
  const server = await startServer(profile, ...words);
  const context = await browser.newContext({ viewport: SIZE, colorScheme: theme, reducedMotion: "reduce" });
  const page = await context.newPage();
  const take = async (name) => {
    writeFileSync(join(folder, `${name}-${theme}.png`), withPalette(await page.screenshot()));
    console.error(`${name}-${theme}.png`);
  };
  try {
    await page.goto(server.url);
    await scenes(page, take);
  } finally {
    await context.close();
    await server.stop();
  }
}
