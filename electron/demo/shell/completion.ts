import type { IFileSystem } from "just-bash";
import { splitClusters } from "./line-buffer.ts";

export interface Completion {
  /** Clusters before the cursor that the completion takes the place of. */
  readonly replace: number;
  /** What all candidates have in common, escaped for the shell. */
  readonly common: string;
  /** Names as shown to the user. */
  readonly candidates: readonly string[];
}

export interface CompletionContext {
  readonly fs: IFileSystem;
  readonly cwd: string;
  readonly commands: readonly string[];
}

const MOST_CANDIDATES = 500;

/** Completes the word before the cursor: a command where one is expected, else a path. */
export async function complete(before: string, context: CompletionContext): Promise<Completion> {
  const start = wordStart(before);
  const word = before.slice(start);
  const head = before.slice(0, start).trimEnd();
  const isCommand = (head === "" || /[|;&(]$/.test(head)) && !word.includes("/");
  const typed = word.replace(/\\(.)/g, "$1");
  const folders = /(^|[|;&]\s*)cd$/.test(head);
  const found = isCommand ? commandsFrom(typed, context) : await pathsFrom(typed, folders, context);
  const sorted = [...new Set(found)].sort().slice(0, MOST_CANDIDATES);
  const common = commonPrefix(sorted);
  const isOne = sorted.length === 1;
  return {
    replace: splitClusters(word).length,
    common: common === "" ? word : escaped(common) + (isOne && !common.endsWith("/") ? " " : ""),
    candidates: sorted.map((path) => path.replace(/.*\/(?=.)/, "")),
  };
}

function wordStart(before: string): number {
  for (let at = before.length; at > 0; at--) {
    if (/[\s|;&<>()=]/.test(before[at - 1]!) && before[at - 2] !== "\\") return at;
  }
  return 0;
}

function commandsFrom(typed: string, context: CompletionContext): string[] {
  return context.commands.filter((name) => name.startsWith(typed));
}

async function pathsFrom(typed: string, onlyFolders: boolean, context: CompletionContext): Promise<string[]> {
  const slash = typed.lastIndexOf("/") + 1;
  const folder = typed.slice(0, slash);
  const name = typed.slice(slash);
  const base = folder.startsWith("~/") ? `/root/${folder.slice(2)}` : folder;
  const path = context.fs.resolvePath(context.cwd, base === "" ? "." : base);
  const names = await context.fs.readdir(path).catch((): string[] => []);
  const matching = names.filter((other) => other.startsWith(name) && (name.startsWith(".") || !other.startsWith(".")));
  const marked = await Promise.all(
    matching.slice(0, MOST_CANDIDATES).map(async (other) => {
      const stat = await context.fs.stat(context.fs.resolvePath(path, other)).catch(() => undefined);
      return {
        text: `${folder}${other}${stat?.isDirectory === true ? "/" : ""}`,
        isFolder: stat?.isDirectory === true,
      };
    }),
  );
  return marked.filter((entry) => entry.isFolder || !onlyFolders).map((entry) => entry.text);
}

function commonPrefix(texts: readonly string[]): string {
  const first = texts[0] ?? "";
  let length = first.length;
  for (const text of texts) {
    while (!text.startsWith(first.slice(0, length))) length--;
  }
  // Not through the middle of a surrogate pair.
  return first.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}

function escaped(text: string): string {
  return text.replace(/[\s'"\\$`|;&<>()*?[\]{}!#]/g, "\\$&");
}
