import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inProject } from "./paths.mjs";
import { mustRun, run, runNode } from "./run.mjs";

/** What the build is made of. */
const SOURCES = [
  "electron",
  "renderer",
  "shared",
  "scripts/vite",
  "scripts/build.mjs",
  "package.json",
  "package-lock.json",
];
const STAMP = "dist/.stamp";

/** Installs and builds when that has not been done, or not for these sources. */
export async function prepare() {
  await install();
  if (!isBuilt()) await mustRun("The build", runNode([inProject("scripts/build.mjs")]));
}

/**
 * `npm install`, held to the lock file, and not `npm ci`: the lock file was written where the registry has the optional
 * native packages (Biome, Tailwind, Vite) of Linux only, and `npm ci` refuses a lock file that lacks those of others.
 */
export async function install() {
  if (isInstalled()) return;
  console.error("Installing dependencies …");
  const npm = process.env.npm_execpath;
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  await mustRun("npm install", npm?.endsWith(".js") ? runNode([npm, ...args]) : run("npm", args));
}

/** Whether node_modules holds what the lock file says: npm keeps its own copy of it there. */
function isInstalled() {
  const wanted = readPackages("package-lock.json");
  const present = readPackages("node_modules/.package-lock.json");
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || entry.link) return true;
    const found = present[path];
    return found === undefined
      ? entry.optional === true || entry.devOptional === true
      : found.version === entry.version;
  });
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(inProject(path), "utf8")).packages;
  } catch {
    return undefined;
  }
}

export function isBuilt() {
  const stamp = inProject(STAMP);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === sourceHash();
}

/** Called by the build before it reads the sources; the result is what to write when it is done. */
export function sourceHash() {
  const hash = createHash("sha256");
  for (const source of SOURCES) addTo(hash, inProject(source), source);
  return hash.digest("hex");
}

export function writeStamp(hash) {
  writeFileSync(inProject(STAMP), hash);
}

function addTo(hash, path, name) {
  const entries = listOf(path);
  if (entries === undefined) {
    if (existsSync(path)) hash.update(`${name}\0`).update(readFileSync(path));
    return;
  }
  for (const entry of entries.sort()) addTo(hash, join(path, entry), `${name}/${entry}`);
}

function listOf(path) {
  try {
    return readdirSync(path);
  } catch {
    return undefined;
  }
}
