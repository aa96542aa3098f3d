import { relative } from "node:path";
import { inProject } from "./paths.mjs";

/** What a runner's JSON report says of each test, and the last lines of `npm test`: CI shows only the end of the output. */

const SLOWEST = 10;
/** An assertion's diff may be long; its first lines say what it is. */
const MESSAGE_LINES = 6;

/** A file that could not be read has no tests: it is told as a failed one itself. */
export function testsOfVitest(report) {
  return (report?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(inProject(), name);
    const tests = assertionResults.map((test) => ({
      file,
      title: [...test.ancestorTitles, test.title].join(" > "),
      ms: test.duration ?? 0,
      failed: test.status === "failed",
      message: test.failureMessages?.join("\n") ?? "",
    }));
    const isTold = status !== "failed" || tests.some(({ failed }) => failed);
    return isTold ? tests : [...tests, { file, title: "(the file itself)", ms: 0, failed: true, message }];
  });
}

export function testsOfPlaywright(report) {
  const errors = (report?.errors ?? []).map(({ message = "", location }) => ({
    file: location === undefined ? "" : relative(inProject(), location.file),
    title: "(outside of a test)",
    ms: 0,
    failed: true,
    message,
  }));
  return [...errors, ...(report?.suites ?? []).flatMap((suite) => ofSuite(suite, []))];
}

function ofSuite({ specs = [], suites = [] }, titles) {
  const own = specs.flatMap((spec) =>
    spec.tests.map(({ status, results }) => ({
      file: `test/e2e/${spec.file}`,
      title: [...titles, spec.title].join(" > "),
      ms: results.reduce((sum, { duration }) => sum + duration, 0),
      failed: status === "unexpected",
      message: results.flatMap((result) => result.errors.map(({ message }) => message ?? "")).join("\n"),
    })),
  );
  return [...own, ...suites.flatMap((suite) => ofSuite(suite, [...titles, suite.title]))];
}

/** The lines: ten slowest tests, then each that failed, with where it is and how it failed. */
export function summaryLines(tests) {
  const slowest = [...tests].sort((a, b) => b.ms - a.ms).slice(0, SLOWEST);
  const failed = tests.filter((test) => test.failed);
  return [
    `The ${slowest.length} slowest tests:`,
    ...slowest.map((test) => `  ${(test.ms / 1000).toFixed(1).padStart(6)} s  ${placeOf(test)}`),
    ...(failed.length === 0 ? [] : ["", "Failed:"]),
    ...failed.flatMap((test) => [`  ${placeOf(test)}`, ...messageLines(test.message)]),
  ];
}

function placeOf({ file, title }) {
  return `${file}: ${title.replaceAll("\n", " ")}`;
}

function messageLines(message = "") {
  return withoutColours(message)
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, MESSAGE_LINES)
    .map((line) => `      ${line.slice(0, 200)}`);
}

/** Playwright's messages are coloured even where nobody reads them in a terminal. */
function withoutColours(text) {
  return text
    .split("\u001b[")
    .map((part, index) => (index === 0 ? part : part.replace(/^[\d;]*m/, "")))
    .join("");
}
