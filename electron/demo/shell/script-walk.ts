/**
 * Runs the outer levels of a script statement by statement, so that a program which streams can be reached where it stands:
 * lists, `if`, loops and groups here, everything else by just-bash as a whole. (What cannot be walked loses nothing but
 * this: its output comes when it ends.)
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { PipelineNode, StatementNode, WordNode } from "just-bash";
import type { ShellState } from "./shell-state.ts";
import { literalText } from "./syntax.ts";
import { STATUS_INTERRUPTED } from "./types.ts";

export interface WalkHost {
  readonly state: ShellState;
  readonly signal: AbortSignal;
  /** All commands of the pipeline are programs of our own. */
  isLive(pipeline: PipelineNode): boolean;
  isWalked(statements: readonly StatementNode[]): boolean;
  expand(words: readonly WordNode[]): Promise<readonly string[]>;
  /** By just-bash; answers the status. */
  execute(statements: readonly StatementNode[]): Promise<number>;
  /** Undefined when a program does not know its arguments. */
  runLive(pipeline: PipelineNode): Promise<number | undefined>;
}

type Flow =
  | { readonly kind: "next"; readonly status: number }
  | { readonly kind: "exit"; readonly status: number }
  /** `levels` loops are still to be left; with `again` the last of them goes on. */
  | { readonly kind: "leave"; readonly levels: number; readonly again: boolean };

type Command = PipelineNode["commands"][number];

export async function runScript(
  statements: readonly StatementNode[],
  host: WalkHost,
): Promise<{ readonly status: number; readonly exit: boolean }> {
  const flow = await runList(statements, host);
  return { status: flow.kind === "leave" ? 0 : flow.status, exit: flow.kind === "exit" };
}

async function runList(statements: readonly StatementNode[], host: WalkHost): Promise<Flow> {
  let flow: Flow = next(0);
  for (const statement of statements) {
    flow = await runStatement(statement, host);
    if (flow.kind !== "next") return flow;
    if (host.signal.aborted) return next(STATUS_INTERRUPTED);
  }
  return flow;
}

async function runStatement(statement: StatementNode, host: WalkHost): Promise<Flow> {
  if (statement.deferredError !== undefined || statement.background) return next(await host.execute([statement]));
  let flow: Flow = next(0);
  for (const [i, pipeline] of statement.pipelines.entries()) {
    const operator = statement.operators[i - 1];
    if (operator === "&&" && flow.kind === "next" && flow.status !== 0) continue;
    if (operator === "||" && flow.kind === "next" && flow.status === 0) continue;
    flow = await runPipeline(pipeline, host);
    if (flow.kind !== "next" || host.signal.aborted) return flow;
    host.state.lastStatus = flow.status;
  }
  return flow;
}

async function runPipeline(pipeline: PipelineNode, host: WalkHost): Promise<Flow> {
  const flow = await runPlainPipeline(pipeline, host);
  return pipeline.negated && flow.kind === "next" ? next(flow.status === 0 ? 1 : 0) : flow;
}

async function runPlainPipeline(pipeline: PipelineNode, host: WalkHost): Promise<Flow> {
  const plain: PipelineNode = { ...pipeline, negated: false };
  if (host.isLive(plain)) {
    const status = await host.runLive(plain);
    if (status !== undefined) return next(status);
  } else if (plain.commands.length === 1 && plain.timed !== true) {
    const flow = await runCommand(plain.commands[0]!, host);
    if (flow !== undefined) return flow;
  }
  return next(await host.execute([{ type: "Statement", pipelines: [plain], operators: [], background: false }]));
}

/** Undefined when the command is not one to be walked. */
async function runCommand(command: Command, host: WalkHost): Promise<Flow | undefined> {
  if (command.type === "SimpleCommand") return runControl(command, host);
  if (command.type === "FunctionDef" || command.redirections.length > 0) return undefined;
  switch (command.type) {
    case "Group":
      return runList(command.body, host);
    case "If":
      for (const { condition, body } of command.clauses) {
        const flow = await runList(condition, host);
        if (flow.kind !== "next" || host.signal.aborted) return flow;
        if (flow.status === 0) return runList(body, host);
      }
      return runList(command.elseBody ?? [], host);
    case "While":
    case "Until":
      return runLoop(command.body, host, async () => {
        const flow = await runList(command.condition, host);
        return flow.kind !== "next" ? flow : (flow.status === 0) === (command.type === "While");
      });
    case "For": {
      const words = [...(await host.expand(command.words ?? []))];
      return runLoop(command.body, host, () => {
        const word = words.shift();
        if (word !== undefined) host.state.set(command.variable, word);
        return Promise.resolve(word !== undefined);
      });
    }
    default:
      return undefined;
  }
}

/** exit, logout, break, continue: what changes the way through the script. */
async function runControl(command: Command & { type: "SimpleCommand" }, host: WalkHost): Promise<Flow | undefined> {
  const name = literalText(command.name);
  if (name === undefined || !["exit", "logout", "break", "continue"].includes(name)) return undefined;
  const argument = (await host.expand(command.args))[0];
  const number = argument === undefined ? undefined : Number.parseInt(argument, 10);
  if (name === "exit" || name === "logout") return { kind: "exit", status: (number ?? host.state.lastStatus) & 0xff };
  return { kind: "leave", levels: Math.max(1, number ?? 1), again: name === "continue" };
}

async function runLoop(
  body: readonly StatementNode[],
  host: WalkHost,
  goesOn: () => Promise<boolean | Flow>,
): Promise<Flow> {
  let status = 0;
  for (;;) {
    // Each round gives the processor to the rest of the process, and to Ctrl+C.
    await nextTurn();
    if (host.signal.aborted) return next(STATUS_INTERRUPTED);
    const decision = await goesOn();
    if (typeof decision === "object") return decision;
    if (!decision || host.signal.aborted) return next(status);
    const flow = await runList(body, host);
    if (flow.kind === "exit") return flow;
    if (flow.kind === "next") status = flow.status;
    else if (flow.levels > 1) return { ...flow, levels: flow.levels - 1 };
    else if (!flow.again) return next(0);
  }
}

function next(status: number): Flow {
  return { kind: "next", status };
}
