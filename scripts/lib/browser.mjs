import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { inProject } from "./paths.mjs";
import { run, runNode } from "./run.mjs";

const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "microsoft-edge-stable",
  "microsoft-edge",
];

const APPLICATIONS = {
  darwin: [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
  win32: ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap((variable) =>
    ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"].map((path) =>
      join(process.env[variable] ?? "", path),
    ),
  ),
};

/** How long Playwright may take to fetch its own Chromium. */
const FETCH_TIMEOUT_MS = 240_000;

/**
 * Path of a Chromium, Chrome or Edge: of the system, else fetched by Playwright, else from the distribution when we may
 * install it. Undefined, with the command that would help, when nothing worked.
 */
export async function findBrowser() {
  const found = systemBrowser() ?? (await fetchedBrowser()) ?? (await installedBrowser());
  if (found === undefined)
    console.error("No Chromium, Chrome or Edge was found. Install one with: npx playwright install chromium");
  return found;
}

function systemBrowser() {
  const named = process.env.CULVERT_BROWSER;
  if (named !== undefined && named !== "") return existsSync(named) ? named : undefined;
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...(APPLICATIONS[process.platform] ?? [])].find(isProgram);
}

async function fetchedBrowser() {
  const { chromium } = await import("playwright");
  if (!existsSync(chromium.executablePath())) {
    console.error("Fetching Chromium with Playwright …");
    await runNode([inProject("node_modules/playwright/cli.js"), "install", "chromium"], { timeout: FETCH_TIMEOUT_MS });
  }
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined;
}

async function installedBrowser() {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  console.error("Installing Chromium with apt-get …");
  await run("apt-get", ["update"]);
  await run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"]);
  return systemBrowser();
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
