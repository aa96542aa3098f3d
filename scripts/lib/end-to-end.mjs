import { findBrowser } from "./browser.mjs";
import { noCounts, runPlaywright } from "./suites.mjs";

/** Runs the browser tests in the browser that this computer has, and Electron's own where its binary is. */
export async function runEndToEnd(args = []) {
  const browser = await findBrowser();
  if (browser === undefined) return { ...noCounts(), broken: true };
  console.log(`Browser: ${browser}`);
  return runPlaywright(args, { CULVERT_BROWSER: browser });
}
