import { type FileHandle, readFile, rm } from "node:fs/promises";
import { openNewFile, unwritable } from "../engine/new-file.ts";

/** A file with a secret that this program makes: readable by its owner only, never in place of another. */
export class NewFile {
  readonly path: string;
  readonly #file: FileHandle;
  #text = "";

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** Rejects with "file-exists" or "file-unwritable". */
  static async open(path: string): Promise<NewFile> {
    return new NewFile(path, await openNewFile(path));
  }

  async write(text: string): Promise<void> {
    this.#text = text;
    try {
      await this.#file.writeFile(text);
      await this.#file.close();
    } catch (error) {
      throw unwritable(error, this.path);
    }
  }

  /** Unless somebody has made something else of it; true when it is gone now. */
  async remove(): Promise<boolean> {
    await this.#file.close().catch(() => undefined);
    try {
      if ((await readFile(this.path, "utf8")) !== this.#text) return false;
      await rm(this.path);
      return true;
    } catch {
      return false;
    }
  }
}
