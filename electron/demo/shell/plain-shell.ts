import { Interpreter } from "./interpreter.ts";
import type { ShellStreams } from "./live-pipeline.ts";
import { PROGRAMS } from "./programs/index.ts";
import { parseLine } from "./syntax.ts";
import { BrokenPipe, type ByteSource, type ShellHost, STATUS_BROKEN_PIPE } from "./types.ts";

export interface PlainShellOptions {
  readonly host: ShellHost;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: ByteSource;
  out(data: Uint8Array): Promise<void>;
  err(data: Uint8Array): Promise<void>;
  readonly signal: AbortSignal;
}

/** A longer script than this is cut off. */
const MOST_SOURCE_BYTES = 256 * 1024;

/** Runs `command` without a terminal, as `ssh host command` does; resolves with the exit status. */
export function runPlainCommand(command: string, options: PlainShellOptions): Promise<number> {
  return untilGone(async () => (await interpreterFor(options).run(command, streamsOf(options), options.signal)).status);
}

/** A shell without a terminal: runs the commands that standard input brings, until its end or `exit`. */
export function runPlainShell(options: PlainShellOptions): Promise<number> {
  return untilGone(async () => {
    const interpreter = interpreterFor(options);
    const streams: ShellStreams = { ...streamsOf(options), stdin: { read: () => Promise.resolve(undefined) } };
    let source = "";
    for (let ended = false; !ended; ) {
      const chunk = await options.stdin.read();
      ended = chunk === undefined || source.length > MOST_SOURCE_BYTES;
      source += chunk === undefined ? "" : Buffer.from(chunk).toString();
      // Whole lines only; at the end what is left.
      for (let command = nextCommand(source, ended); command !== undefined; command = nextCommand(source, ended)) {
        source = source.slice(command.length);
        const result = await interpreter.run(command, streams, options.signal);
        if (result.exit || options.signal.aborted) return result.status;
      }
    }
    return interpreter.state.lastStatus;
  });
}

/** The first complete command of `source` with its line end. */
function nextCommand(source: string, ended: boolean): string | undefined {
  for (let end = source.indexOf("\n"); end >= 0; end = source.indexOf("\n", end + 1)) {
    const command = source.slice(0, end + 1);
    if (parseLine(command.trimEnd()).kind !== "incomplete") return command;
  }
  return ended && source !== "" ? source : undefined;
}

function interpreterFor({ host, env }: PlainShellOptions): Interpreter {
  return new Interpreter({ host, programs: PROGRAMS, env });
}

function streamsOf(options: PlainShellOptions): ShellStreams {
  return {
    stdin: options.stdin,
    stdinIsTerminal: false,
    terminal: undefined,
    out: (data) => options.out(data),
    err: (data) => options.err(data),
  };
}

async function untilGone(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof BrokenPipe) return STATUS_BROKEN_PIPE;
    throw error;
  }
}
