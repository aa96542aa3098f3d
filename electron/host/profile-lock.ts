import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Disposable } from "../base/dispose.ts";
import { CulvertError } from "../base/errors.ts";

const holderSchema = z.object({
  pid: z.number().int().positive(),
  /** Tells this process from a later one with the same number; empty where the system does not say. */
  born: z.string(),
  /** Address of the browser edition, without any token. */
  url: z.string().optional(),
  /** What a second start of the browser edition shows to get a new token from the first. */
  key: z.string().optional(),
});
export type LockHolder = z.infer<typeof holderSchema>;

/** Thrown when another live process holds the profile. */
export class ProfileHeldError extends CulvertError {
  readonly holder: LockHolder;

  constructor(holder: LockHolder) {
    const where = holder.url === undefined ? "" : ` at ${holder.url}`;
    super("already-running", `process ${holder.pid}${where}`);
    this.holder = holder;
  }
}

const FILE = "core.lock";
const MOST_TRIES = 5;

/** Held from start to end by the one process that may write to a profile. */
export class ProfileLock implements Disposable {
  readonly #path: string;
  #text: string;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /** Throws ProfileHeldError, or CulvertError storage when the folder cannot be written. */
  static acquire(folder: string): ProfileLock {
    const path = join(folder, FILE);
    const text = JSON.stringify({ pid: process.pid, born: birthOf(process.pid) });
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        if (createFile(path, text)) return new ProfileLock(path, text);
        const found = readText(path);
        if (found === undefined) continue;
        const holder = parseHolder(found);
        if (holder !== undefined && isAlive(holder)) throw new ProfileHeldError(holder);
        moveAway(path, found);
      }
    } catch (error) {
      if (error instanceof CulvertError) throw error;
      throw new CulvertError("storage", `could not lock ${path}: ${String(error)}`, { cause: error });
    }
    throw new CulvertError("storage", `could not lock ${path}`);
  }

  /** Adds where this process can be reached. */
  announce(url: string, key: string): void {
    const next = JSON.stringify({ pid: process.pid, born: birthOf(process.pid), url, key });
    const temporary = `${this.#path}.${process.pid}`;
    rmSync(temporary, { force: true });
    createFile(temporary, next);
    renameSync(temporary, this.#path);
    this.#text = next;
  }

  dispose(): void {
    // Only our own: a person may have removed it and started another.
    if (readText(this.#path) === this.#text) rmSync(this.#path, { force: true });
  }
}

/** False when the file exists. */
function createFile(path: string, text: string): boolean {
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
  writeSync(file, text);
  closeSync(file);
  return true;
}

/** Takes a dead process's lock out of the way. Another start may be doing the same: what it put there is given back. */
function moveAway(path: string, stale: string): void {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readText(aside);
  if (moved !== undefined && moved !== stale) createFile(path, moved);
  rmSync(aside, { force: true });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isAlive(holder: LockHolder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: alive, and another user's.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  return birthOf(holder.pid) === holder.born;
}

/** Linux: the start time of the process in clock ticks since boot (proc(5), stat field 22). Elsewhere the empty text. */
function birthOf(pid: number): string {
  if (process.platform !== "linux") return "";
  const stat = readText(`/proc/${pid}/stat`);
  // Field 2 is the program's name in parentheses and may hold spaces: count from behind it.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
