import type { ByteSource } from "./types.ts";

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const CTRL_U = 0x15;
const CTRL_BACKSLASH = 0x1c;
const ENTER = 0x0d;
const NEWLINE = 0x0a;
/** What may be typed ahead while a program runs that has not read so far; a real terminal holds 4 KiB. */
const MOST_PENDING = 64 * 1024;
/** At the prompt, and for a program that reads, nothing is dropped: beyond the first the client has to wait, until less than the second is left. */
const HIGH_WATER = 64 * 1024;
const LOW_WATER = 8 * 1024;

export interface TerminalInputOptions {
  /** Shows what is typed to a program that reads line by line. */
  echo(text: string): void;
  /** Whether more may come. */
  flow(on: boolean): void;
}

/** The keyboard's side of a terminal: raw bytes for the line editor, lines or keys for programs, Ctrl+C for whoever runs. */
export class TerminalInput implements ByteSource {
  readonly #options: TerminalInputOptions;
  #pending: number[] = [];
  /** Bytes of `#pending` that are taken already. */
  #head = 0;
  #held = false;
  /** The program in the foreground takes input. */
  #isRead = false;
  #closed = false;
  #wake: (() => void) | undefined;
  #interrupt: (() => void) | undefined;
  /** A reader that an interruption ended takes nothing of what comes after it, even in the same turn. */
  #interruptions = 0;

  constructor(options: TerminalInputOptions) {
    this.#options = options;
  }

  /** Bytes that were typed. */
  push(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (this.#interrupt !== undefined && (byte === CTRL_C || byte === CTRL_BACKSLASH)) {
        // As a terminal does on its interrupt key: what was typed before is thrown away.
        this.#pending = [];
        this.#head = 0;
        this.#interruptions++;
        this.#interrupt();
      } else if (this.#keepsAll || this.#length < MOST_PENDING) this.#pending.push(byte);
    }
    // A program in the foreground that does not read must stay reachable for Ctrl+C.
    if (this.#keepsAll && this.#length > HIGH_WATER) this.#hold(true);
    this.#wake?.();
  }

  /** No more input: readers get the end. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** A program takes the foreground: until it leaves, Ctrl+C calls `interrupt`, also one that came before it had begun. */
  foreground(interrupt: (() => void) | undefined): void {
    this.#interrupt = interrupt;
    this.#isRead = false;
    if (interrupt === undefined) return;
    const typed = this.#pending.slice(this.#head);
    const last = Math.max(typed.lastIndexOf(CTRL_C), typed.lastIndexOf(CTRL_BACKSLASH));
    if (last >= 0) {
      this.#pending = typed.slice(last + 1);
      this.#head = 0;
      interrupt();
    }
    this.#hold(false);
  }

  /** Wakes a reader that waits, because what it reads for was interrupted. */
  release(): void {
    this.#wake?.();
  }

  take(): number | undefined {
    const byte = this.#pending[this.#head];
    if (byte === undefined) return undefined;
    this.#head++;
    if (this.#head === this.#pending.length || this.#head >= HIGH_WATER) {
      this.#pending = this.#pending.slice(this.#head);
      this.#head = 0;
    }
    if (this.#length < LOW_WATER) this.#hold(false);
    return byte;
  }

  /** Resolves when a byte can be taken (true) or none will come any more. */
  async available(): Promise<boolean> {
    while (this.#length === 0 && !this.#closed) await this.#change();
    return this.#length > 0;
  }

  /** One line with its end, edited with backspace and Ctrl+U; undefined at Ctrl+D on an empty line, and at Ctrl+C. */
  async read(): Promise<Uint8Array | undefined> {
    const interrupt = this.#interrupt;
    const interruptions = this.#interruptions;
    this.#isRead = true;
    let line: number[] = [];
    let echoed = "";
    const echo = (text: string): void => {
      this.#options.echo(echoed + text);
      echoed = "";
    };
    for (;;) {
      if (this.#interruptions !== interruptions) return undefined;
      const byte = this.take();
      if (byte === undefined) {
        if (echoed !== "") echo("");
        if (this.#closed || this.#interrupt !== interrupt) return undefined;
        await this.#change();
        if (this.#length === 0 && !this.#closed) return undefined; // woken by a hangup
      } else if (byte === ENTER || byte === NEWLINE) {
        echo("\n");
        return Uint8Array.from([...line, NEWLINE]);
      } else if (byte === CTRL_D) {
        if (echoed !== "") echo("");
        return line.length === 0 ? undefined : Uint8Array.from(line);
      } else if (byte === CTRL_U || byte === 0x7f || byte === 0x08) {
        const kept = byte === CTRL_U ? [] : dropLast(line);
        const removed = characters(line) - characters(kept);
        echo("\b \b".repeat(removed));
        line = kept;
      } else if (byte >= 0x20 || byte === 0x09) {
        line.push(byte);
        echoed += String.fromCharCode(byte);
      }
    }
  }

  /** The next key as text, or undefined when `timeoutMs` pass or the program is interrupted. */
  async key(timeoutMs: number): Promise<string | undefined> {
    const interruptions = this.#interruptions;
    if (this.#length === 0 && !this.#closed) {
      const timer = setTimeout(() => this.release(), timeoutMs);
      await this.#change();
      clearTimeout(timer);
    }
    const byte = this.#interruptions === interruptions ? this.take() : undefined;
    return byte === undefined ? undefined : String.fromCharCode(byte);
  }

  get #keepsAll(): boolean {
    return this.#interrupt === undefined || this.#isRead;
  }

  get #length(): number {
    return this.#pending.length - this.#head;
  }

  #hold(on: boolean): void {
    if (this.#held === on) return;
    this.#held = on;
    this.#options.flow(!on);
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
