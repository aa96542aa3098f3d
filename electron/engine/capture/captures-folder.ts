import { chmod, lstat, mkdir, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { LIMITS } from "../../../shared/limits.ts";
import { asCulvertError, CulvertError } from "../../base/errors.ts";
import { CaptureFile, type CaptureFileOptions } from "./capture-file.ts";
import { captureName } from "./capture-name.ts";

/** Captures begun in the same second get a number. */
const MOST_TRIES = 20;

/**
 * The folder of ours that pages may have captures written to: 0700, and bounded in bytes and in files, since a page begins
 * one without a person when it is hostile. One object for all tunnels. Nothing is ever removed to make room.
 */
export class CapturesFolder {
  readonly #path: string;
  /** Captures that begin, until their file is there. */
  readonly #claims = new Set<{ readonly limitBytes: number }>();
  readonly #running = new Set<CaptureFile>();

  constructor(path: string) {
    this.#path = path;
  }

  /** A capture in a new file. Rejects with "captures-full", or what `CaptureFile.open` rejects with. */
  async create(options: Omit<CaptureFileOptions, "path">): Promise<CaptureFile> {
    const claim = { limitBytes: options.limitBytes };
    this.#claims.add(claim);
    try {
      await guard("make", this.#path, async () => {
        await mkdir(this.#path, { recursive: true, mode: 0o700 });
        // A folder that was there before may be open to others.
        await chmod(this.#path, 0o700);
      });
      await this.#checkRoom();
      const file = await this.#open(options);
      this.#running.add(file);
      return file;
    } finally {
      this.#claims.delete(claim);
    }
  }

  /** What runs, or begins, counts with the size that it may grow to. */
  async #checkRoom(): Promise<void> {
    for (const file of this.#running) if (!file.running) this.#running.delete(file);
    const names = await guard("read", this.#path, () => readdir(this.#path));
    if (names.length + this.#claims.size > LIMITS.captureFiles)
      throw new CulvertError("captures-full", `${this.#path} holds ${names.length} files`);
    const sizes = await Promise.all(names.map(async (name) => [name, await sizeOf(join(this.#path, name))] as const));
    const running = [...this.#running].map(({ model }) => model);
    const growing = new Set(running.map(({ path }) => basename(path)));
    const growth = [...running, ...this.#claims].reduce((sum, { limitBytes }) => sum + limitBytes, 0);
    const total = sizes.reduce((sum, [name, size]) => (growing.has(name) ? sum : sum + size), growth);
    if (total > LIMITS.capturesBytes)
      throw new CulvertError(
        "captures-full",
        `${this.#path} could grow to ${inGiB(total)}, of ${inGiB(LIMITS.capturesBytes)}`,
      );
  }

  async #open(options: Omit<CaptureFileOptions, "path">): Promise<CaptureFile> {
    const stem = join(this.#path, captureName(options.name, options.clock.wall()));
    for (let number = 1; ; number++) {
      try {
        return await CaptureFile.open({ ...options, path: `${stem}${number === 1 ? "" : `-${number}`}.pcapng` });
      } catch (error) {
        if (asCulvertError(error).code !== "file-exists" || number >= MOST_TRIES) throw error;
      }
    }
  }
}

/** Bytes of a file of this folder's own; of one that is gone meanwhile, and of anything else, none. */
async function sizeOf(path: string): Promise<number> {
  try {
    const found = await lstat(path);
    return found.isFile() ? found.size : 0;
  } catch {
    return 0;
  }
}

async function guard<T>(act: string, path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new CulvertError("storage", `could not ${act} ${path}: ${code}`, { cause: error });
  }
}

function inGiB(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
