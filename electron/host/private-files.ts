import { randomUUID } from "node:crypto";
import { chmod, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { CulvertError } from "../base/errors.ts";

/** Names the engine and the host may use: no path can be made of them. */
const NAME = /^[a-z0-9][a-z0-9-]{0,99}$/;

/** A folder of ours: 0700, each file 0600 and replaced whole or not at all. */
export class PrivateFiles {
  readonly #folder: string;
  /** The last write to each file: writes to one file keep their order. */
  readonly #writes = new Map<string, Promise<void>>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<PrivateFiles> {
    return guard("open", folder, async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // A folder that was there before may be readable by others.
      await chmod(folder, 0o700);
      return new PrivateFiles(folder);
    });
  }

  /** The text of `<name>.json`, or undefined when there is none. */
  async read(name: string): Promise<string | undefined> {
    const path = this.#path(name);
    return guard("read", path, async () => {
      try {
        return await readFile(path, "utf8");
      } catch (error) {
        if (isCode(error, "ENOENT")) return undefined;
        throw error;
      }
    });
  }

  async write(name: string, text: string): Promise<void> {
    await this.#replace(this.#path(name), text);
  }

  /** Keeps a damaged text beside the file as `<name>.json.bak`, for whoever wants to repair it. */
  async setAside(name: string, text: string): Promise<void> {
    await this.#replace(`${this.#path(name)}.bak`, text);
  }

  /** The names that `read` knows; what else lies in the folder is not ours. */
  async list(): Promise<string[]> {
    const entries = await guard("list", this.#folder, () => readdir(this.#folder));
    return entries.flatMap((entry) => {
      const name = entry.endsWith(".json") ? entry.slice(0, -".json".length) : "";
      return NAME.test(name) ? [name] : [];
    });
  }

  async remove(name: string): Promise<void> {
    const path = this.#path(name);
    await guard("remove", path, () => rm(path, { force: true }));
  }

  #replace(path: string, text: string): Promise<void> {
    const before = this.#writes.get(path) ?? Promise.resolve();
    const write = before.catch(() => undefined).then(() => guard("write", path, () => replaceFile(path, text)));
    this.#writes.set(path, write);
    return write;
  }

  #path(name: string): string {
    if (!NAME.test(name)) throw new CulvertError("storage", "a name that is no file name");
    return join(this.#folder, `${name}.json`);
  }
}

/**
 * Writes beside the file, then renames over it: a reader, or a crash, sees the old text or the new one.
 * (The atomically package does the same, but ends the process on any signal before its other owners are asked.)
 */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text, "utf8");
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Runs one file operation so that its failure names the file and the reason. */
async function guard<T>(act: string, path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new CulvertError("storage", `could not ${act} ${path}: ${reason}`, { cause: error });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
