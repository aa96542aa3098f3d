import { randomBytes } from "node:crypto";
import { type FileHandle, link, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf, openNewFile, refuseTaken, unwritable } from "../engine/new-file.ts";

/**
 * A file with a secret that this program makes: readable by its owner only, never in place of another. Who waits for it finds
 * it whole: it is written under another name beside its place, and gets its own when it is complete.
 */
export class NewFile {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #draft: string;
  #text: string | undefined;

  private constructor(path: string, file: FileHandle, draft: string) {
    this.path = path;
    this.#file = file;
    this.#draft = draft;
  }

  /** Rejects with "file-exists" or "file-unwritable" where the place will not do. */
  static async open(path: string): Promise<NewFile> {
    await refuseTaken(path);
    const draft = join(dirname(path), `.culvert-${randomBytes(8).toString("hex")}`);
    return new NewFile(path, await openNewFile(draft, path), draft);
  }

  /** Once. Rejects with "file-exists" when somebody has taken the name meanwhile. */
  async write(text: string): Promise<void> {
    try {
      await this.#file.writeFile(text);
      await this.#file.close();
    } catch (error) {
      throw unwritable(error, this.path);
    }
    try {
      await link(this.#draft, this.path);
    } catch (error) {
      await refuseTaken(this.path);
      if (!WITHOUT_LINKS.has(codeOf(error))) throw unwritable(error, this.path);
      const file = await openNewFile(this.path);
      await file.writeFile(text).finally(() => file.close());
    }
    this.#text = text;
    await rm(this.#draft, { force: true });
  }

  /** Unless somebody has made something else of it; true when it is gone now. */
  async remove(): Promise<boolean> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#draft, { force: true }).catch(() => undefined);
    try {
      if (this.#text === undefined || (await readFile(this.path, "utf8")) !== this.#text) return false;
      await rm(this.path);
      return true;
    } catch {
      return false;
    }
  }
}

/** What file systems say that know no second name for a file, as those of memory cards: there the file is written in place. */
const WITHOUT_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);
