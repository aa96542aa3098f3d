import { defineConfig } from "@playwright/test";
import { browserOptions } from "./support/browser-options.ts";

/** End-to-end tests: the built program, its browser edition and a real browser; Electron's own where its binary is. */

const report = process.env["CULVERT_E2E_REPORT"];

/**
 * Each test has servers, a tunnel, a demo cloud and a profile of its own, so two run side by side. One that holds the
 * program to a figure, or keeps the processor busy, has this tag and runs after them by itself: another test beside it
 * would be in the figure. `npm run test:e2e` runs both parts; without a part all tests run, one at a time.
 */
const ALONE = /@alone/;
const part = process.env["CULVERT_E2E_PART"];

export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results",
  snapshotPathTemplate: "{testDir}/snapshots/{arg}{ext}",
  // Asserts nothing: each wait has a limit of its own. It ends a test that would go on for ever, on a slow machine too.
  timeout: 180_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env["CI"] !== undefined,
  workers: part === "together" ? 2 : 1,
  ...(part === "together" ? { grepInvert: ALONE } : {}),
  ...(part === "alone" ? { grep: ALONE } : {}),
  reporter: [["list"], ...(report === undefined ? [] : [["json", { outputFile: report }] as const])],
  use: {
    viewport: { width: 1280, height: 800 },
    // A part that is not there is named at once, and not by the test's own end.
    actionTimeout: 20_000,
    // Pictures and snapshots of each step cost much of the time; ask for them: npm run test:e2e -- --trace retain-on-failure
    trace: "off",
    screenshot: "only-on-failure",
    // The terminal then draws text into the page, where a test can read it.
    launchOptions: browserOptions("--disable-3d-apis"),
  },
});
