import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inProject } from "./paths.mjs";
import { runNode } from "./run.mjs";
import { testsOfPlaywright, testsOfVitest } from "./summary.mjs";

/** What one test runner counted, whether it failed for any reason, and each test by itself (see `summary.mjs`). */
export function noCounts() {
  return { passed: 0, failed: 0, skipped: 0, broken: false, tests: [] };
}

export function addCounts(sum, more) {
  return {
    passed: sum.passed + more.passed,
    failed: sum.failed + more.failed,
    skipped: sum.skipped + more.skipped,
    broken: sum.broken || more.broken,
    tests: [...sum.tests, ...more.tests],
  };
}

/** Runs vitest with one of our configurations; people read the default reporter, we read the JSON one. */
export async function runVitest(config, args = []) {
  return withReport(async (report) => {
    const code = await runNode([
      inProject("node_modules/vitest/vitest.mjs"),
      "run",
      "--config",
      inProject(config),
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...args,
    ]);
    const counts = readVitest(report);
    // Exit code 1 without a failed test: nothing ran, or something broke outside of the tests.
    return { ...counts, broken: code !== 0 && counts.failed === 0 };
  });
}

/** Runs Playwright the same way; extra environment says which browser was found. */
export async function runPlaywright(args = [], env = {}) {
  return withReport(async (report) => {
    const code = await runNode(
      [
        inProject("node_modules/@playwright/test/cli.js"),
        "test",
        "--config",
        inProject("test/e2e/playwright.config.ts"),
        ...args,
      ],
      { env: { ...env, CULVERT_E2E_REPORT: report } },
    );
    const counts = readPlaywright(report);
    return { ...counts, broken: code !== 0 && counts.failed === 0 };
  });
}

async function withReport(run) {
  const folder = mkdtempSync(join(tmpdir(), "culvert-report-"));
  try {
    return await run(join(folder, "report.json"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readVitest(path) {
  const report = readJson(path);
  return {
    passed: report?.numPassedTests ?? 0,
    failed: report?.numFailedTests ?? 0,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
    tests: testsOfVitest(report),
  };
}

function readPlaywright(path) {
  const report = readJson(path);
  const stats = report?.stats;
  return {
    passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0),
    failed: stats?.unexpected ?? 0,
    skipped: stats?.skipped ?? 0,
    tests: testsOfPlaywright(report),
  };
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
