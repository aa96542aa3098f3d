import { setImmediate as nextTurn } from "node:timers/promises";
import type { Bash, ScriptNode, StatementNode, WordNode } from "just-bash";
import { type LiveCommand, runLive, type ShellStreams } from "./live-pipeline.ts";
import { CAPTURE, createSandbox } from "./sandbox.ts";
import { runScript, type WalkHost } from "./script-walk.ts";
import { ShellState } from "./shell-state.ts";
import { inputNeed, literalText, parseLine, sourceOfCommand, sourceOfStatements } from "./syntax.ts";
import { type Program, type ShellHost, STATUS_INTERRUPTED } from "./types.ts";

export interface RunResult {
  readonly status: number;
  /** The script said `exit`. */
  readonly exit: boolean;
}

export interface InterpreterOptions {
  readonly host: ShellHost;
  readonly programs: ReadonlyMap<string, Program>;
  readonly env: Readonly<Record<string, string>>;
}

const HOME = "/root";
const encoder = new TextEncoder();

/** Runs command lines one after the other, as one shell would: what a line changes, the next one sees. */
export class Interpreter {
  readonly state: ShellState;
  readonly #options: InterpreterOptions;
  readonly #bash: Bash;
  #signal: AbortSignal = new AbortController().signal;
  #captured: readonly string[] = [];

  constructor(options: InterpreterOptions) {
    const { host } = options;
    this.#options = options;
    this.state = new ShellState("/app", {
      HOME,
      USER: "root",
      LOGNAME: "root",
      SHELL: "/bin/bash",
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      LANG: "C.UTF-8",
      FLY_APP_NAME: host.app,
      FLY_MACHINE_ID: host.machineId,
      FLY_REGION: host.region,
      FLY_PRIVATE_IP: host.address,
      FLY_PROCESS_GROUP: host.processGroup,
      FLY_IMAGE_REF: host.image,
      PRIMARY_REGION: host.region,
      ...options.env,
    });
    this.#bash = createSandbox({
      host,
      state: this.state,
      programs: options.programs,
      onCapture: (args) => {
        this.#captured = args;
      },
      signal: () => this.#signal,
    });
  }

  /** Resolves when the line has run or `signal` has ended it. Rejects only when the streams are gone. */
  async run(source: string, streams: ShellStreams, signal: AbortSignal): Promise<RunResult> {
    this.#signal = signal;
    const parsed = parseLine(source);
    const script = parsed.kind === "script" ? parsed.script : undefined;
    const host = this.#walkHost(streams, signal);
    const result =
      script !== undefined && host.isWalked(script.statements)
        ? await runScript(script.statements, host)
        : { status: await this.#execute(source, script, streams, signal), exit: false };
    if (!signal.aborted) return result;
    this.state.lastStatus = STATUS_INTERRUPTED;
    return { status: STATUS_INTERRUPTED, exit: false };
  }

  #walkHost(streams: ShellStreams, signal: AbortSignal): WalkHost {
    const programOf = (word: WordNode | null): Program | undefined => {
      const name = literalText(word);
      return name === undefined || this.state.isRedefined(name) ? undefined : this.#options.programs.get(name);
    };
    return {
      state: this.state,
      signal,
      isLive: (pipeline) =>
        pipeline.timed !== true &&
        pipeline.pipeStderr?.includes(true) !== true &&
        pipeline.commands.every(
          (command) =>
            command.type === "SimpleCommand" &&
            command.redirections.length === 0 &&
            command.assignments.length === 0 &&
            programOf(command.name) !== undefined,
        ),
      isWalked: (statements) => statements.some((statement) => needsWalk(statement, this.#walkHost(streams, signal))),
      expand: (words) => this.#expand(words),
      execute: (statements) =>
        this.#execute(sourceOfStatements(statements), { type: "Script", statements: [...statements] }, streams, signal),
      runLive: async (pipeline) => {
        const commands: LiveCommand[] = [];
        for (const command of pipeline.commands) {
          if (command.type !== "SimpleCommand") return undefined;
          const program = programOf(command.name);
          const args = await this.#expand(command.args);
          const isFirst = commands.length === 0;
          if (program?.supports?.(args, isFirst && streams.stdinIsTerminal) === false || program === undefined)
            return undefined;
          commands.push({ program, args });
        }
        const { cwd, exported: env } = this.state;
        return runLive(commands, { streams, host: this.#options.host, cwd, env, signal });
      },
    };
  }

  async #expand(words: readonly WordNode[]): Promise<readonly string[]> {
    const plain = words.map(literalText);
    if (plain.every((text) => text !== undefined)) return plain;
    await this.#bash.exec(this.state.script(sourceOfCommand(CAPTURE, words)), {
      env: { ...this.state.env },
      cwd: this.state.cwd,
      rawScript: true,
      signal: this.#signal,
    });
    const captured = this.#captured;
    this.#captured = [];
    return captured;
  }

  async #execute(
    source: string,
    script: ScriptNode | undefined,
    streams: ShellStreams,
    signal: AbortSignal,
  ): Promise<number> {
    if (signal.aborted) return STATUS_INTERRUPTED;
    const stdin = script === undefined ? "" : await readInput(inputNeed(script), streams, signal);
    if (signal.aborted) return STATUS_INTERRUPTED;
    const result = await this.#bash.exec(this.state.script(source), {
      env: { ...this.state.env },
      cwd: this.state.cwd,
      rawScript: true,
      signal,
      stdin,
      stdinKind: "bytes",
    });
    await nextTurn();
    if (signal.aborted) return STATUS_INTERRUPTED;
    this.state.absorb(script, result.env, result.exitCode);
    if (result.stdout !== "") await streams.out(encoder.encode(result.stdout));
    if (result.stderr !== "") await streams.err(encoder.encode(result.stderr));
    return result.exitCode;
  }
}

/** True when a statement holds a program that streams, an `exit`, or a loop that may go on for long. */
function needsWalk(statement: StatementNode, host: WalkHost): boolean {
  if (statement.deferredError !== undefined || statement.background) return false;
  return statement.pipelines.some((pipeline) => {
    if (host.isLive(pipeline)) return true;
    const command = pipeline.commands[0];
    if (pipeline.commands.length !== 1 || command === undefined) return false;
    switch (command.type) {
      case "SimpleCommand":
        return ["exit", "logout"].includes(literalText(command.name) ?? "");
      case "While":
      case "Until":
        return command.redirections.length === 0;
      case "For":
      case "Group":
        return command.redirections.length === 0 && host.isWalked(command.body);
      case "If":
        return (
          command.redirections.length === 0 &&
          (command.clauses.some((clause) => host.isWalked(clause.condition) || host.isWalked(clause.body)) ||
            host.isWalked(command.elseBody ?? []))
        );
      default:
        return false;
    }
  });
}

/** Standard input as just-bash wants it: one text in which each character is a byte. */
async function readInput(need: "none" | "line" | "all", streams: ShellStreams, signal: AbortSignal): Promise<string> {
  let text = "";
  while (need !== "none" && !signal.aborted) {
    const chunk = await streams.stdin.read();
    if (chunk === undefined) break;
    text += Buffer.from(chunk).toString("latin1");
    if (need === "line" && text.includes("\n")) break;
  }
  return text;
}
