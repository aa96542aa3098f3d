import type { PasteBytes } from "./paste-text.ts";

/** Bytes of a paste that are on their way and that the shell has not taken. */
const IN_FLIGHT = 64 * 1024;
const PART = 16 * 1024;
const INTERRUPT = 0x03;

export interface InputChannel {
  input(bytes: Uint8Array): void;
  paste(bytes: Uint8Array): void;
}

export interface PasteProgress {
  readonly sent: number;
  readonly total: number;
}

interface Running {
  readonly bytes: Uint8Array;
  readonly close: Uint8Array;
  at: number;
}

/**
 * What goes to the shell, in order. A short paste goes as if typed; a long one goes in parts, as fast as the shell takes
 * them, and what is typed meanwhile waits behind it, except Ctrl+C, which ends it.
 */
export class InputQueue {
  readonly #channel: InputChannel;
  readonly #onProgress: (progress: PasteProgress | null) => void;
  readonly #waiting: (Running | { readonly typed: Uint8Array })[] = [];
  #running: Running | undefined;
  #untaken = 0;

  constructor(channel: InputChannel, onProgress: (progress: PasteProgress | null) => void) {
    this.#channel = channel;
    this.#onProgress = onProgress;
  }

  type(bytes: Uint8Array): void {
    if (this.#running !== undefined && bytes.length === 1 && bytes[0] === INTERRUPT) this.cancel();
    if (this.#running === undefined) this.#channel.input(bytes);
    else this.#waiting.push({ typed: bytes });
  }

  paste({ open, body, close }: PasteBytes): void {
    const bytes = new Uint8Array(open.length + body.length + close.length);
    bytes.set(open);
    bytes.set(body, open.length);
    bytes.set(close, open.length + body.length);
    if (bytes.length <= PART) this.type(bytes);
    else {
      this.#waiting.push({ bytes, close, at: 0 });
      this.#go();
    }
  }

  /** The shell has so many more bytes. */
  taken(count: number): void {
    this.#untaken = Math.max(0, this.#untaken - count);
    this.#go();
  }

  /** Ends the paste that runs and drops what waits behind it. A shell that was told of its beginning is told of its end. */
  cancel(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    this.#waiting.length = 0;
    if (running.at < running.bytes.length && running.close.length > 0) this.#channel.input(running.close);
    this.#onProgress(null);
  }

  /** The channel is gone: answers how far a paste had come, or undefined when none ran. */
  reset(): PasteProgress | undefined {
    const running = this.#running;
    this.#running = undefined;
    this.#waiting.length = 0;
    this.#untaken = 0;
    if (running === undefined) return undefined;
    this.#onProgress(null);
    return progressOf(running);
  }

  #go(): void {
    for (;;) {
      this.#running ??= this.#next();
      const running = this.#running;
      if (running === undefined) return;
      while (running.at < running.bytes.length && this.#untaken < IN_FLIGHT) {
        const part = running.bytes.subarray(running.at, running.at + PART);
        running.at += part.length;
        this.#untaken += part.length;
        this.#channel.paste(part);
      }
      if (running.at < running.bytes.length) {
        this.#onProgress(progressOf(running));
        return;
      }
      this.#running = undefined;
      this.#onProgress(null);
    }
  }

  /** The next long paste; what was typed before it goes out on the way. */
  #next(): Running | undefined {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (!("typed" in next)) return next;
      this.#channel.input(next.typed);
    }
    return undefined;
  }
}

function progressOf({ at, bytes }: Running): PasteProgress {
  return { sent: at, total: bytes.length };
}
