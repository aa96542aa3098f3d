import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { hasDisplay } from "./open-browser.ts";
import type { StartOptions } from "./program.ts";
import { say } from "./report.ts";

/** How long Electron's own install command may take to fetch the binary. */
const INSTALL_TIMEOUT_MS = 60_000;
/** An Electron that ends badly before this cannot run here: a missing library, a sandbox that the system forbids. */
const EARLY_MS = 10_000;

const APP_FOLDER = fileURLToPath(new URL("..", import.meta.url));

export type DesktopOutcome =
  | { kind: "ran"; exitCode: number }
  /** The desktop edition cannot run here; `reason` ends a sentence. */
  | { kind: "impossible"; reason: string };

/** Runs the desktop edition until its window is closed. */
export async function runDesktop({ demo, demoIfEmpty }: StartOptions): Promise<DesktopOutcome> {
  if (!hasDisplay()) return { kind: "impossible", reason: "there is no display" };
  if (process.platform === "linux" && process.getuid?.() === 0)
    return { kind: "impossible", reason: "Electron's sandbox does not run as root" };
  const binary = findElectron() ?? (await installElectron());
  if (binary === undefined) return { kind: "impossible", reason: "Electron's binary could not be fetched" };
  const words = [...(demo ? ["--demo"] : []), ...(demoIfEmpty ? ["--demo-if-empty"] : [])];
  const startedAt = performance.now();
  const exitCode = await run(binary, [APP_FOLDER, ...words], "inherit");
  if (exitCode !== 0 && performance.now() - startedAt < EARLY_MS)
    return { kind: "impossible", reason: `Electron ended at once with exit code ${exitCode}` };
  return { kind: "ran", exitCode };
}

/** Path of Electron's binary: from CULVERT_ELECTRON, or where the electron package keeps it; undefined when absent. */
export function findElectron(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env["CULVERT_ELECTRON"];
  if (named !== undefined && named !== "") return existsSync(named) ? named : undefined;
  const folder = electronPackage();
  if (folder === undefined) return undefined;
  const pathFile = join(folder, "path.txt");
  const name = existsSync(pathFile) ? readFileSync(pathFile, "utf8").trim() : "electron";
  const binary = join(env["ELECTRON_OVERRIDE_DIST_PATH"] ?? join(folder, "dist"), name);
  return existsSync(binary) ? binary : undefined;
}

async function installElectron(): Promise<string | undefined> {
  const folder = electronPackage();
  if (folder === undefined) return undefined;
  say("Fetching Electron, once …");
  await run(process.execPath, [join(folder, "install.js")], "ignore", AbortSignal.timeout(INSTALL_TIMEOUT_MS));
  return findElectron();
}

function electronPackage(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve("electron/package.json"));
  } catch {
    return undefined;
  }
}

/** The exit code; 1 when the program could not be started or was killed. */
function run(
  program: string,
  args: readonly string[],
  stdio: "inherit" | "ignore",
  signal?: AbortSignal,
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio, ...(signal === undefined ? {} : { signal }) });
    const forward = (name: NodeJS.Signals): void => void child.kill(name);
    process.on("SIGINT", forward);
    process.on("SIGTERM", forward);
    const done = (code: number): void => {
      process.off("SIGINT", forward);
      process.off("SIGTERM", forward);
      resolve(code);
    };
    child.once("error", () => done(1));
    child.once("exit", (code) => done(code ?? 1));
  });
}
