import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";

/**
 * A file of whole lines that never holds more than `largest` bytes: before it would, it is moved to `<path>.1`, in the place
 * of the one before. What the disk does not take is lost: a full disk must not end the program.
 */
export class RotatingFile {
  readonly #path: string;
  readonly #largest: number;
  #file: number | undefined;
  #length = 0;

  /** Throws when the file cannot be opened. */
  constructor(path: string, largest: number) {
    this.#path = path;
    this.#largest = largest;
    this.#open();
  }

  /** A line longer than a whole file is dropped. */
  write(line: string): void {
    const bytes = Buffer.from(line);
    if (bytes.length > this.#largest) return;
    try {
      if (this.#length + bytes.length > this.#largest) this.#rotate();
      if (this.#file === undefined) return;
      writeSync(this.#file, bytes);
      this.#length += bytes.length;
    } catch {
      // As promised above.
    }
  }

  #open(): void {
    this.#file = openSync(this.#path, "a", 0o600);
    this.#length = fstatSync(this.#file).size;
  }

  #rotate(): void {
    // Windows does not rename what is open.
    this.dispose();
    try {
      renameSync(this.#path, `${this.#path}.1`);
    } finally {
      this.#open();
    }
  }

  /** What is written later is lost. */
  dispose(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
