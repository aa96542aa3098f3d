import { chmod, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFile } from "atomically";
import { CulvertError } from "../base/errors.ts";

/** Names the engine and the host may use: no path can be made of them. */
const NAME = /^[a-z0-9][a-z0-9-]{0,99}$/;

/** A folder of ours: 0700, each file 0600 and replaced whole or not at all. */
export class PrivateFiles {
  readonly #folder: string;

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
    const path = this.#path(name);
    await guard("write", path, () => writeFile(path, text, { mode: 0o600, encoding: "utf8" }));
  }

  /** Keeps a damaged text beside the file as `<name>.json.bak`, for whoever wants to repair it. */
  async setAside(name: string, text: string): Promise<void> {
    const path = `${this.#path(name)}.bak`;
    await guard("write", path, () => writeFile(path, text, { mode: 0o600, encoding: "utf8" }));
  }

  async remove(name: string): Promise<void> {
    const path = this.#path(name);
    await guard("remove", path, () => rm(path, { force: true }));
  }

  #path(name: string): string {
    if (!NAME.test(name)) throw new CulvertError("storage", "a name that is no file name");
    return join(this.#folder, `${name}.json`);
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
