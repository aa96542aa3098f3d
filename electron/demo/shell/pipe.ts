import { BrokenPipe, type ByteSource } from "./types.ts";

/** What may lie in a pipe before its writer has to wait, as in Linux. */
const CAPACITY = 64 * 1024;

/** Bytes from one program to the next. One writer and one reader. */
export class Pipe implements ByteSource {
  #chunks: Uint8Array[] = [];
  #length = 0;
  #ended = false;
  #readerGone = false;
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  /** Resolves when there is room for more. `data` is kept, not copied. */
  async write(data: Uint8Array): Promise<void> {
    if (this.#readerGone) throw new BrokenPipe();
    if (data.length === 0) return;
    this.#chunks.push(data);
    this.#length += data.length;
    this.#wakeReader?.();
    if (this.#length < CAPACITY) return;
    await new Promise<void>((resolve) => {
      this.#wakeWriter = resolve;
    });
    if (this.#readerGone) throw new BrokenPipe();
  }

  end(): void {
    this.#ended = true;
    this.#wakeReader?.();
  }

  /** The reader takes no more; the writer learns it at its next write. */
  closeReader(): void {
    this.#readerGone = true;
    this.#chunks = [];
    this.#wakeWriter?.();
    this.#wakeReader?.();
  }

  async read(): Promise<Uint8Array | undefined> {
    while (this.#chunks.length === 0 && !this.#ended && !this.#readerGone) {
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
    const chunk = this.#chunks.shift();
    this.#length -= chunk?.length ?? 0;
    if (this.#length < CAPACITY) this.#wakeWriter?.();
    return chunk;
  }
}

/** A source that gives `data` and ends. */
export function sourceOf(data: Uint8Array): ByteSource {
  let rest: Uint8Array | undefined = data.length === 0 ? undefined : data;
  return {
    read: () => {
      const chunk = rest;
      rest = undefined;
      return Promise.resolve(chunk);
    },
  };
}
