import type { IFileSystem } from "just-bash";

/** The machine that a shell believes to run on, and what it can reach: the only door out of the sandbox. */
export interface ShellHost {
  readonly app: string;
  readonly machineId: string;
  readonly region: string;
  readonly organization: string;
  readonly image: string;
  readonly processGroup: string;
  readonly address: string;
  /** Shared by all sessions on the machine. */
  readonly fs: IFileSystem;
  /** Unix milliseconds. */
  readonly bootedAt: number;
  wall(): number;
  /** Addresses of a private name or of an address itself, empty when there is none. */
  resolve(name: string): readonly string[];
  /** Round-trip time in milliseconds between this machine and `address`; undefined when nothing answers there. */
  roundTrip(address: string): number | undefined;
  /** A GET to an address in the private network; undefined when nobody listens there. */
  get(address: string, port: number, path: string, host: string): HttpReply | undefined;
}

export interface HttpReply {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Input of a program: a pipe, or the terminal line by line. */
export interface ByteSource {
  /** The next bytes, or undefined at the end. Rejects with Interrupted when the program is. */
  read(): Promise<Uint8Array | undefined>;
}

/** The terminal as a program sees it. */
export interface Terminal {
  readonly size: TerminalSize;
  /** The next key that is pressed, or undefined after `timeoutMs`. */
  key(timeoutMs: number): Promise<string | undefined>;
}

export interface ProgramIo {
  readonly args: readonly string[];
  readonly stdin: ByteSource;
  /** True when standard input is the terminal: nothing was piped in. */
  readonly stdinIsTerminal: boolean;
  /** Set when standard output is the terminal. */
  readonly terminal: Terminal | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly host: ShellHost;
  /** Resolves when the reader has room again. Rejects with BrokenPipe or Interrupted. */
  out(data: string | Uint8Array): Promise<void>;
  err(text: string): Promise<void>;
  /** Rejects with Interrupted. */
  sleep(ms: number): Promise<void>;
}

/** A command of our own. The answer is the exit status. */
export interface Program {
  readonly name: string;
  /** False hands the call to just-bash's command of that name. */
  supports?(args: readonly string[], stdinIsTerminal: boolean): boolean;
  run(io: ProgramIo): Promise<number>;
}

/** Ctrl+C, or the terminal is gone. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** Nobody reads any more: what SIGPIPE tells. */
export class BrokenPipe extends Error {
  override readonly name = "BrokenPipe";
}

/** Exit statuses that bash gives a command that a signal ended. */
export const STATUS_INTERRUPTED = 130;
export const STATUS_BROKEN_PIPE = 141;
