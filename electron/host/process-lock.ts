import { closeSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
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

const MOST_TRIES = 5;

/** A file that says which living process something belongs to. What a dead one left behind is taken over. */
export class ProcessLock implements Disposable {
  readonly #path: string;
  #text: string;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /** Throws `held` of the live process that has it, or CulvertError storage when the folder cannot be written. */
  static acquire(path: string, held: (holder: LockHolder) => CulvertError): ProcessLock {
    const text = JSON.stringify({ pid: process.pid, born: birthOf(process.pid) });
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        if (createFile(path, text)) return new ProcessLock(path, text);
        const found = readText(path);
        if (found === undefined) continue;
        const holder = parseHolder(found);
        if (holder !== undefined && isAlive(holder)) throw held(holder);
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

/** False when the file exists. It comes to be with its text in it: read empty, it would pass for a dead process's. */
function createFile(path: string, text: string): boolean {
  const draft = `${path}.draft-${process.pid}`;
  rmSync(draft, { force: true });
  writeNew(draft, text);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    // Some file systems, as those of memory cards, know no second name for a file.
    return isTaken(error) ? false : writeNew(path, text);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** False when the file exists. */
function writeNew(path: string, text: string): boolean {
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
  writeSync(file, text);
  closeSync(file);
  return true;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
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
