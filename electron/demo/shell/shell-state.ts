import type { ScriptNode } from "just-bash";
import { literalText, sourceOfStatements } from "./syntax.ts";

/** just-bash's own bookkeeping, which real shells do not export. */
const INTERNAL = /^(\?|IFS|OSTYPE|MACHTYPE|HOSTTYPE|SHELLOPTS|BASHOPTS|OPTIND|BASH_ALIAS_.*)$/;
/** Commands whose effect does not come back in the environment and is had again by running them again. */
const REPEATED = new Set(["declare", "local", "readonly", "set", "shopt", "typeset", "unset"]);
const MOST_REPEATED = 200;

/**
 * What lives from one line to the next. just-bash forgets everything but files when an `exec` ends: variables and the
 * folder come back with its result, functions, arrays and options are defined anew before each line.
 */
export class ShellState {
  cwd: string;
  lastStatus = 0;
  #env: Readonly<Record<string, string>>;
  readonly #exported: Set<string>;
  readonly #functions = new Map<string, string>();
  #repeated: string[] = [];

  constructor(cwd: string, env: Readonly<Record<string, string>>) {
    this.cwd = cwd;
    this.#env = env;
    this.#exported = new Set([...Object.keys(env), "PWD", "OLDPWD", "PATH"]);
  }

  get env(): Readonly<Record<string, string>> {
    return { ...this.#env, PWD: this.cwd };
  }

  /** What a child process would get. */
  get exported(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.env).filter(([name]) => this.#exported.has(name) && !INTERNAL.test(name)),
    );
  }

  set(name: string, value: string): void {
    this.#env = { ...this.#env, [name]: value };
  }

  /** True when `name` is no longer the command it was. */
  isRedefined(name: string): boolean {
    return this.#functions.has(name) || `BASH_ALIAS_${name}` in this.#env;
  }

  /** `source` behind everything that has to be said again first. */
  script(source: string): string {
    const before = [...this.#functions.values(), ...this.#repeated];
    // Aliases themselves come back in the environment.
    if (Object.keys(this.#env).some((name) => name.startsWith("BASH_ALIAS_")))
      before.unshift("shopt -s expand_aliases");
    // No other way to set $? is open to us; it costs a subshell, so only where somebody looks.
    if (this.lastStatus !== 0 && source.includes("$?")) before.push(`(exit ${this.lastStatus})`);
    return [...before, source].join("\n");
  }

  /** Learns from a script that has run and from what just-bash answered. */
  absorb(script: ScriptNode | undefined, env: Readonly<Record<string, string>>, status: number): void {
    this.#env = Object.fromEntries(Object.entries(env).filter(([name]) => /^[A-Za-z_]\w*$/.test(name)));
    this.cwd = env["PWD"] ?? this.cwd;
    this.lastStatus = status;
    for (const statement of script?.statements ?? []) {
      for (const { commands } of statement.pipelines) {
        const command = commands[0];
        if (commands.length !== 1 || command === undefined) continue;
        const source = (): string =>
          sourceOfStatements([{ ...statement, pipelines: statement.pipelines, background: false }]);
        if (command.type === "FunctionDef") this.#functions.set(command.name, source());
        if (command.type !== "SimpleCommand") continue;
        const name = literalText(command.name);
        const isArray = command.assignments.some(({ name: target, array }) => array !== null || target.includes("["));
        if (isArray && name === undefined) this.#repeat(source());
        if (name !== undefined && REPEATED.has(name)) this.#repeat(`${source()} > /dev/null 2>&1`);
        if (name === "export" || (name === "declare" && command.args.some((word) => literalText(word) === "-x")))
          for (const word of command.args) this.#export(word.parts[0]?.type === "Literal" ? word.parts[0].value : "");
      }
    }
  }

  #repeat(source: string): void {
    this.#repeated = [...this.#repeated.filter((other) => other !== source), source].slice(-MOST_REPEATED);
  }

  #export(text: string): void {
    const name = /^[A-Za-z_]\w*/.exec(text)?.[0];
    if (name !== undefined) this.#exported.add(name);
  }
}
