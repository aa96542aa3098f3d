/** Questions about a command line's syntax tree, asked before anything runs. */
import { type PipelineNode, parse, type ScriptNode, type StatementNode, serialize, type WordNode } from "just-bash";

export type Parsed =
  | { readonly kind: "script"; readonly script: ScriptNode }
  /** The line goes on: an open quote, a missing `done`, a pipe at the end. */
  | { readonly kind: "incomplete" }
  /** just-bash will say what is wrong. */
  | { readonly kind: "wrong" };

export function parseLine(source: string): Parsed {
  if (/(^|[^\\])(\\\\)*\\$/.test(source)) return { kind: "incomplete" };
  try {
    const script = parse(source);
    const isOpen = /(\||&&)\s*$/.test(source) || JSON.stringify(script).includes('"terminated":false');
    return isOpen ? { kind: "incomplete" } : { kind: "script", script };
  } catch (error) {
    return { kind: isAtEnd(error) ? "incomplete" : "wrong" };
  }
}

/** True when the parser stumbled over the end of the text, and more text could mend it. */
function isAtEnd(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (/unexpected EOF|got EOF/.test(error.message)) return true;
  if (/redirection target/.test(error.message)) return false;
  const token: unknown = Reflect.get(error, "token");
  return typeof token === "object" && token !== null && Reflect.get(token, "type") === "EOF";
}

/** The word's text when nothing in it needs expansion. */
export function literalText(word: WordNode | null): string | undefined {
  if (word === null) return undefined;
  let text = "";
  for (const part of word.parts) {
    if (part.type !== "Literal" && part.type !== "SingleQuoted" && part.type !== "Escaped") return undefined;
    text += part.value;
  }
  return text;
}

export function sourceOfStatements(statements: readonly StatementNode[]): string {
  return serialize({ type: "Script", statements: [...statements] });
}

/** `name` with `words` as they stand: for handing words back to just-bash to expand. */
export function sourceOfCommand(name: string, words: readonly WordNode[]): string {
  const pipeline: PipelineNode = {
    type: "Pipeline",
    negated: false,
    commands: [
      {
        type: "SimpleCommand",
        assignments: [],
        name: { type: "Word", parts: [{ type: "Literal", value: name }] },
        args: [...words],
        redirections: [],
      },
    ],
  };
  return sourceOfStatements([{ type: "Statement", pipelines: [pipeline], operators: [], background: false }]);
}

/** How much of standard input a script will read, guessed from its commands. */
export type InputNeed = "none" | "line" | "all";

/** Readers and how many operands they have before they stop reading standard input. */
const READERS: Readonly<Record<string, number>> = {
  cat: 1,
  wc: 1,
  sort: 1,
  uniq: 1,
  head: 1,
  tail: 1,
  tac: 1,
  rev: 1,
  nl: 1,
  fold: 1,
  cut: 1,
  paste: 1,
  base64: 1,
  md5sum: 1,
  sha1sum: 1,
  sha256sum: 1,
  gzip: 1,
  gunzip: 1,
  zcat: 1,
  od: 1,
  bash: 1,
  sh: 1,
  grep: 2,
  egrep: 2,
  fgrep: 2,
  sed: 2,
  awk: 2,
  jq: 2,
  tr: 3,
  tee: 99,
  xargs: 99,
  tar: 99,
};

export function inputNeed(script: ScriptNode): InputNeed {
  const found = script.statements.flatMap((statement) =>
    statement.pipelines.map((pipeline): InputNeed => {
      const first = pipeline.commands[0];
      if (first === undefined) return "none";
      // A loop or group may read; only its text tells, and waiting for an end that never comes is the worse mistake.
      if (first.type !== "SimpleCommand")
        return /\bread\b/.test(JSON.stringify(first)) && !hasInput(first) ? "all" : "none";
      if (hasInput(first)) return "none";
      const name = literalText(first.name) ?? "";
      if (name === "read") return "line";
      const operands = first.args.filter((word) => !literalText(word)?.startsWith("-")).length;
      const most = READERS[name];
      return most !== undefined && operands < most ? "all" : "none";
    }),
  );
  return found.includes("all") ? "all" : found.includes("line") ? "line" : "none";
}

function hasInput(command: { readonly redirections?: readonly { readonly operator: string }[] }): boolean {
  return (command.redirections ?? []).some(({ operator }) => operator.startsWith("<"));
}
