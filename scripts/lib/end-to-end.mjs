import { findBrowser } from "./browser.mjs";
import { addCounts, noCounts, runPlaywright } from "./suites.mjs";

/**
 * Runs the browser tests in the browser that this computer has, and Electron's own where its binary is: first those that
 * may run side by side, then each that measures by itself. Words are passed on to both; one of them must find a test.
 */
export async function runEndToEnd(args = []) {
  const browser = await findBrowser();
  if (browser === undefined) return { ...noCounts(), broken: true };
  console.log(`Browser: ${browser}`);
  let sum = noCounts();
  for (const part of ["together", "alone"]) {
    const env = { CULVERT_BROWSER: browser, CULVERT_E2E_PART: part };
    sum = addCounts(sum, await runPlaywright(["--pass-with-no-tests", ...args], env));
  }
  if (sum.passed + sum.failed + sum.skipped > 0) return sum;
  console.error("No end-to-end test has these words.");
  return { ...sum, broken: true };
}
