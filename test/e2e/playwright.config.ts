import { defineConfig } from "@playwright/test";

/** End-to-end tests: the built program, its browser edition and a real browser; Electron's own where its binary is. */

const report = process.env["CULVERT_E2E_REPORT"];
const browser = process.env["CULVERT_BROWSER"];
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results",
  snapshotPathTemplate: "{testDir}/snapshots/{arg}{ext}",
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env["CI"] !== undefined,
  // Each test has servers, a tunnel and a demo cloud of its own: one at a time keeps the figures honest.
  workers: 1,
  reporter: [["list"], ...(report === undefined ? [] : [["json", { outputFile: report }] as const])],
  use: {
    viewport: { width: 1280, height: 800 },
    // A part that is not there is named at once, and not by the test's own end.
    actionTimeout: 20_000,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      ...(browser === undefined ? {} : { executablePath: browser }),
      args: [
        // Chromium's sandbox does not start as root; the page is our own.
        ...(isRoot ? ["--no-sandbox"] : []),
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        // The terminal then draws text into the page, where a test can read it.
        "--disable-3d-apis",
      ],
    },
  },
});
