import {
  Bash,
  bytesOutput,
  type CommandName,
  type CustomCommand,
  defineCommand,
  getCommandNames,
  latin1FromBytes,
  unsafeBytesFromLatin1,
} from "just-bash";
import { sleepFor } from "./live-pipeline.ts";
import { sourceOf } from "./pipe.ts";
import type { ShellState } from "./shell-state.ts";
import {
  BrokenPipe,
  Interrupted,
  type Program,
  type ShellHost,
  STATUS_BROKEN_PIPE,
  STATUS_INTERRUPTED,
} from "./types.ts";

/** What one of our programs may write where just-bash collects its output; `yes` never ends by itself. */
const MOST_COLLECTED_BYTES = 4 * 1024 * 1024;
/** Its interpreter gives up the processor only between scripts, so a script has to be short. */
const LIMITS = {
  maxCommandCount: 10_000,
  maxLoopIterations: 10_000,
  maxAwkIterations: 10_000,
  maxSedIterations: 10_000,
  maxJqIterations: 10_000,
  maxCallDepth: 60,
  maxSourceBytes: 256 * 1024,
  maxOutputSize: 16 * 1024 * 1024,
  maxStringLength: 8 * 1024 * 1024,
  maxLiveBytes: 64 * 1024 * 1024,
  maxExecutionTimeMs: 60 * 60 * 1000,
} as const;
/** Database, network and language runtimes: they start threads or speak to the outside. */
const LEFT_OUT = ["sqlite3", "html-to-markdown", "xan", "yq", "python3", "python", "js-exec"];

/** Name of the command that reports the words it was given. */
export const CAPTURE = "__capture";

export interface SandboxOptions {
  readonly host: ShellHost;
  readonly state: ShellState;
  readonly programs: ReadonlyMap<string, Program>;
  onCapture(args: readonly string[]): void;
  /** Of the script that runs now. */
  signal(): AbortSignal;
}

/**
 * just-bash with our programs in it, on the machine's files. It reaches nothing of the host: no network, no real files,
 * no other language. Its second line of defence patches globals of the whole thread, which carries the demo's data plane,
 * and so stays off.
 */
export function createSandbox(options: SandboxOptions): Bash {
  const { host, state } = options;
  const commands = [...options.programs.values()].map((program) => collected(program, options));
  commands.push(
    defineCommand(CAPTURE, (args) => {
      options.onCapture(args);
      return Promise.resolve({ stdout: "", stderr: "", exitCode: 0 });
    }),
    // just-bash would say more about itself than a shell does.
    ...LEFT_OUT.map((name) =>
      defineCommand(name, () =>
        Promise.resolve({ stdout: "", stderr: `bash: ${name}: command not found\n`, exitCode: 127 }),
      ),
    ),
    ...["env", "printenv"].map((name) =>
      defineCommand(name, (args, context) => {
        if (args.length > 0 && context.origCommand !== undefined) return context.origCommand(args);
        const lines = Object.entries(state.exported).map(([key, value]) => `${key}=${value}\n`);
        return Promise.resolve({ stdout: lines.join(""), stderr: "", exitCode: 0 });
      }),
    ),
  );
  return new Bash({
    fs: host.fs,
    cwd: state.cwd,
    env: { HOSTNAME: host.machineId },
    customCommands: commands,
    commands: bundledCommands(),
    executionLimits: LIMITS,
    defenseInDepth: false,
    processInfo: { pid: 402, ppid: 312, uid: 0, gid: 0 },
    sleep: (ms) => sleepFor(ms, options.signal()).catch(() => undefined),
  });
}

function bundledCommands(): CommandName[] {
  const names = getCommandNames().filter((name): name is CommandName => !LEFT_OUT.includes(name));
  return names;
}

/** One of our programs as a command of just-bash: it runs to its end, then its output goes on. */
function collected(program: Program, { host, signal }: SandboxOptions): CustomCommand {
  return defineCommand(program.name, async (args, context) => {
    if (program.supports?.(args, false) === false && context.origCommand !== undefined)
      return context.origCommand(args);
    const out: Buffer[] = [];
    let length = 0;
    let stderr = "";
    let exitCode: number;
    try {
      exitCode = await program.run({
        args,
        stdin: sourceOf(Buffer.from(latin1FromBytes(context.stdin), "latin1")),
        stdinIsTerminal: false,
        terminal: undefined,
        cwd: context.cwd,
        env: context.exportedEnv ?? {},
        host,
        out: (data) => {
          const bytes = Buffer.from(data);
          length += bytes.length;
          if (length > MOST_COLLECTED_BYTES) return Promise.reject(new BrokenPipe());
          out.push(bytes);
          return signal().aborted ? Promise.reject(new Interrupted()) : Promise.resolve();
        },
        err: (text) => {
          stderr += text;
          return Promise.resolve();
        },
        sleep: (ms) => sleepFor(ms, signal()),
      });
    } catch (error) {
      if (error instanceof BrokenPipe) exitCode = STATUS_BROKEN_PIPE;
      else if (error instanceof Interrupted) exitCode = STATUS_INTERRUPTED;
      else throw error;
    }
    return { ...bytesOutput(unsafeBytesFromLatin1(Buffer.concat(out).toString("latin1"))), stderr, exitCode };
  });
}
