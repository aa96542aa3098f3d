import { type FileHandle, open, stat } from "node:fs/promises";
import { CulvertError } from "../base/errors.ts";

/** A file that is not there yet, readable by its owner only. Rejects with "file-exists" or "file-unwritable". */
export async function openNewFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx", 0o600);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw unwritable(error, path);
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (isFolder) throw new CulvertError("file-unwritable", `${path}: ${WORDS["EISDIR"]}`, { cause: error });
    throw new CulvertError("file-exists", path, { cause: error });
  }
}

export function unwritable(error: unknown, path: string): CulvertError {
  // Where a file is to be made, only its folder can be missing.
  const fault = codeOf(error) === "ENOENT" ? "the folder does not exist" : fileFault(error);
  return new CulvertError("file-unwritable", `${path}: ${fault}`, { cause: error });
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

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
