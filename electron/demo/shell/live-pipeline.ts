import { setImmediate as nextTurn } from "node:timers/promises";
import { Pipe } from "./pipe.ts";
import {
  BrokenPipe,
  type ByteSource,
  Interrupted,
  type Program,
  type ProgramIo,
  type ShellHost,
  STATUS_BROKEN_PIPE,
  STATUS_INTERRUPTED,
  type Terminal,
} from "./types.ts";

/** Where a running command's bytes come from and go to. */
export interface ShellStreams {
  readonly stdin: ByteSource;
  readonly stdinIsTerminal: boolean;
  readonly terminal: Terminal | undefined;
  /** Resolves when there is room for more; rejects with BrokenPipe when nobody is there any more. */
  out(data: Uint8Array): Promise<void>;
  err(data: Uint8Array): Promise<void>;
}

export interface LiveCommand {
  readonly program: Program;
  readonly args: readonly string[];
}

export interface LiveContext {
  readonly streams: ShellStreams;
  readonly host: ShellHost;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Bytes after which a program has to let the rest of the process run: timers, sockets, the next Ctrl+C. */
const BYTES_PER_TURN = 64 * 1024;
const encoder = new TextEncoder();

/** Runs programs of our own side by side, each reading what the one before writes. The status is the last one's. */
export async function runLive(commands: readonly LiveCommand[], context: LiveContext): Promise<number> {
  const pipes = commands.slice(1).map(() => new Pipe());
  const stop = (): void => {
    for (const pipe of pipes) pipe.closeReader();
  };
  context.signal.addEventListener("abort", stop);
  try {
    const statuses = await Promise.all(
      commands.map((command, i) => runStage(command, pipes[i - 1], pipes[i], context)),
    );
    return context.signal.aborted ? STATUS_INTERRUPTED : (statuses.at(-1) ?? 0);
  } finally {
    context.signal.removeEventListener("abort", stop);
  }
}

async function runStage(
  { program, args }: LiveCommand,
  input: Pipe | undefined,
  output: Pipe | undefined,
  context: LiveContext,
): Promise<number> {
  const { streams, signal } = context;
  const write = output === undefined ? streams.out : (data: Uint8Array) => output.write(data);
  const io: ProgramIo = {
    args,
    stdin: { read: () => whileRunning(signal, () => (input ?? streams.stdin).read()) },
    stdinIsTerminal: input === undefined && streams.stdinIsTerminal,
    terminal: output === undefined ? streams.terminal : undefined,
    cwd: context.cwd,
    env: context.env,
    host: context.host,
    out: steadyWriter(write, signal),
    err: (text) => streams.err(encoder.encode(text)),
    sleep: (ms) => sleepFor(ms, signal),
  };
  try {
    return await program.run(io);
  } catch (error) {
    if (error instanceof BrokenPipe) return STATUS_BROKEN_PIPE;
    if (error instanceof Interrupted) return STATUS_INTERRUPTED;
    throw error;
  } finally {
    output?.end();
    input?.closeReader();
  }
}

/** A writer that gives up the processor every now and then, even when its reader is always ready. */
function steadyWriter(
  write: (data: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): (data: string | Uint8Array) => Promise<void> {
  let sinceTurn = 0;
  return async (data) => {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    await whileRunning(signal, () => write(bytes));
    // An empty write must not spin either.
    sinceTurn += bytes.length + 64;
    if (sinceTurn < BYTES_PER_TURN) return;
    sinceTurn = 0;
    await nextTurn();
    if (signal.aborted) throw new Interrupted();
  };
}

async function whileRunning<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw new Interrupted();
  try {
    return await action();
  } finally {
    // What the interruption cut short looks like an end or a broken pipe; it is neither.
    if (signal.aborted) await Promise.reject(new Interrupted());
  }
}

export function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new Interrupted());
      return;
    }
    const interrupted = (): void => {
      clearTimeout(timer);
      reject(new Interrupted());
    };
    // setTimeout cannot wait longer than this; nobody sits in front of a demo for 24 days.
    const timer = setTimeout(
      () => {
        signal.removeEventListener("abort", interrupted);
        resolve();
      },
      Math.min(ms, 0x7fff_ffff),
    );
    signal.addEventListener("abort", interrupted, { once: true });
  });
}
