import { type FileHandle, lstat, open, stat } from "node:fs/promises";
import { CulvertError } from "../base/errors.ts";

/**
 * A file that is not there yet, readable by its owner only. Rejects with "file-exists", "file-unwritable" or "disk-full", which
 * speak of `name`: the file's own, or the one that it is made for.
 */
export async function openNewFile(path: string, name = path): Promise<FileHandle> {
  try {
    return await open(path, "wx", 0o600);
  } catch (error) {
    if (codeOf(error) === "EEXIST") await refuseTaken(path, name);
    throw unwritable(error, name);
  }
}

/** Rejects when something has this name, or nothing can. */
export async function refuseTaken(path: string, name = path): Promise<void> {
  try {
    // A link that leads nowhere takes the name as well.
    const found = await lstat(path);
    const isFolder = found.isDirectory() || (await stat(path).catch(() => found)).isDirectory();
    if (isFolder) throw new CulvertError("file-unwritable", `${name}: ${WORDS["EISDIR"]}`);
  } catch (error) {
    if (error instanceof CulvertError) throw error;
    if (codeOf(error) !== "ENOENT") throw unwritable(error, name);
    if (/[/\\]$/.test(path)) throw unwritable(error, name);
    return;
  }
  throw new CulvertError("file-exists", name);
}

/** "file-unwritable" or "disk-full"; `path` is left out where it is told beside the error. */
export function unwritable(error: unknown, path?: string): CulvertError {
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT") return new CulvertError("disk-full", path, { cause: error });
  // Where a file is to be made, only its folder can be missing.
  const fault = code === "ENOENT" ? "the folder does not exist" : fileFault(error);
  const detail = path === undefined ? fault : `${path}: ${fault}`;
  return new CulvertError("file-unwritable", detail, { cause: error });
}

/** What went wrong with a file, as a sentence without its end, from what a call of the system's threw. */
export function fileFault(error: unknown): string {
  const code = codeOf(error);
  return WORDS[code] ?? code;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "you have no permission",
  EPERM: "you have no permission",
  EROFS: "that place is read-only",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is a file, not a folder",
  ENOSPC: "the disk is full",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its links lead in a circle",
};

/** The system's word for a fault, as ENOENT. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
