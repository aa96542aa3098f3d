import type { ByteSource } from "./types.ts";

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const CTRL_U = 0x15;
const CTRL_BACKSLASH = 0x1c;
const ENTER = 0x0d;
const NEWLINE = 0x0a;
/** What may be typed ahead while nobody reads; a real terminal holds 4 KiB. */
const MOST_PENDING = 64 * 1024;

export interface TerminalInputOptions {
  /** Shows what is typed to a program that reads line by line. */
  echo(text: string): void;
}

/** The keyboard's side of a terminal: raw bytes for the line editor, lines or keys for programs, Ctrl+C for whoever runs. */
export class TerminalInput implements ByteSource {
  readonly #echo: (text: string) => void;
  #pending: number[] = [];
  #closed = false;
  #wake: (() => void) | undefined;
  #interrupt: (() => void) | undefined;

  constructor(options: TerminalInputOptions) {
    this.#echo = (text) => options.echo(text);
  }

  /** Bytes that were typed. */
  push(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (this.#interrupt !== undefined && (byte === CTRL_C || byte === CTRL_BACKSLASH)) {
        // As a terminal does on its interrupt key: what was typed before is thrown away.
        this.#pending = [];
        this.#interrupt();
      } else if (this.#pending.length < MOST_PENDING) this.#pending.push(byte);
    }
    this.#wake?.();
  }

  /** No more input: readers get the end. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** A program takes the foreground: until it leaves, Ctrl+C calls `interrupt`. */
  foreground(interrupt: (() => void) | undefined): void {
    this.#interrupt = interrupt;
  }

  /** Wakes a reader that waits, because what it reads for was interrupted. */
  release(): void {
    this.#wake?.();
  }

  take(): number | undefined {
    return this.#pending.shift();
  }

  /** Resolves when a byte can be taken (true) or none will come any more. */
  async available(): Promise<boolean> {
    while (this.#pending.length === 0 && !this.#closed) await this.#change();
    return this.#pending.length > 0;
  }

  /** One line with its end, edited with backspace and Ctrl+U; undefined at Ctrl+D on an empty line. */
  async read(): Promise<Uint8Array | undefined> {
    const interrupt = this.#interrupt;
    let line: number[] = [];
    for (;;) {
      const byte = this.take();
      if (byte === undefined) {
        if (this.#closed || this.#interrupt !== interrupt) return undefined;
        await this.#change();
        if (this.#pending.length === 0 && !this.#closed) return undefined; // woken by an interruption
      } else if (byte === ENTER || byte === NEWLINE) {
        this.#echo("\n");
        return Uint8Array.from([...line, NEWLINE]);
      } else if (byte === CTRL_D) {
        return line.length === 0 ? undefined : Uint8Array.from(line);
      } else if (byte === CTRL_U || byte === 0x7f || byte === 0x08) {
        const kept = byte === CTRL_U ? [] : dropLast(line);
        const removed = characters(line) - characters(kept);
        this.#echo("\b \b".repeat(removed));
        line = kept;
      } else if (byte >= 0x20 || byte === 0x09) {
        line.push(byte);
        this.#echo(String.fromCharCode(byte));
      }
    }
  }

  /** The next key as text, or undefined when `timeoutMs` pass or the program is interrupted. */
  async key(timeoutMs: number): Promise<string | undefined> {
    if (this.#pending.length === 0 && !this.#closed) {
      const timer = setTimeout(() => this.release(), timeoutMs);
      await this.#change();
      clearTimeout(timer);
    }
    const byte = this.take();
    return byte === undefined ? undefined : String.fromCharCode(byte);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

/** Without the last UTF-8 character. */
function dropLast(bytes: readonly number[]): number[] {
  let end = bytes.length - 1;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.slice(0, Math.max(0, end));
}

function characters(bytes: readonly number[]): number {
  return bytes.filter((byte) => (byte & 0xc0) !== 0x80).length;
}
