import type { FsStat } from "just-bash";
import { textWidth } from "../cell-width.ts";
import type { Program, ProgramIo } from "../types.ts";
import { parseArguments } from "./arguments.ts";

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: FsStat;
  readonly target: string | undefined;
}

interface View {
  readonly long: boolean;
  readonly human: boolean;
  readonly marks: boolean;
  readonly colour: boolean;
  /** Width to fill with columns; undefined for one name a line. */
  readonly columns: number | undefined;
}

const SPEC = "alA1hdFrRtSC";
const LONG_OPTIONS = { all: "a", "almost-all": "A", color: "_", "human-readable": "h", recursive: "R", reverse: "r" };

/** ls with columns and colours where it writes to a terminal; just-bash's own prints plain names only. */
export const ls: Program = {
  name: "ls",
  supports: (args) => parseArguments(args, SPEC, LONG_OPTIONS).unknown === undefined,
  async run(io) {
    const { options, operands } = parseArguments(io.args, SPEC, LONG_OPTIONS);
    const when = options.get("_") ?? "auto";
    const view: View = {
      long: options.has("l"),
      human: options.has("h"),
      marks: options.has("F"),
      colour: when === "always" || when === "" || (when === "auto" && io.terminal !== undefined),
      columns: options.has("1") || options.has("l") ? undefined : io.terminal?.size.columns,
    };
    const files: Entry[] = [];
    const folders: Entry[] = [];
    let status = 0;
    for (const operand of operands.length === 0 ? ["."] : operands) {
      const entry = await look(io, operand, io.host.fs.resolvePath(io.cwd, operand));
      if (entry === undefined) {
        await io.err(`ls: cannot access '${operand}': No such file or directory\n`);
        status = 2;
      } else if (entry.stat.isDirectory && !options.has("d")) folders.push(entry);
      else files.push(entry);
    }
    if (files.length > 0) await io.out(show(sort(files, options), view));
    let isFirst = files.length === 0;
    while (folders.length > 0) {
      const folder = folders.shift()!;
      const children = await list(io, folder, options);
      const heading = operands.length > 1 || options.has("R") ? `${isFirst ? "" : "\n"}${folder.name}:\n` : "";
      isFirst = false;
      await io.out(`${heading}${view.long ? `total ${children.length * 4}\n` : ""}${show(children, view)}`);
      const inner = children.filter((child) => child.stat.isDirectory && child.name !== "." && child.name !== "..");
      if (options.has("R"))
        folders.unshift(
          ...inner.map((child) => ({ ...child, name: `${folder.name.replace(/\/$/, "")}/${child.name}` })),
        );
    }
    return status;
  },
};

/** `ll` and `la`, which half of all servers define. */
export const lsAliases: readonly Program[] = [
  { name: "ll", run: (io) => ls.run({ ...io, args: ["-l", ...io.args] }) },
  { name: "la", run: (io) => ls.run({ ...io, args: ["-A", ...io.args] }) },
];

async function look(io: ProgramIo, name: string, path: string): Promise<Entry | undefined> {
  try {
    const stat = await io.host.fs.lstat(path);
    const target = stat.isSymbolicLink ? await io.host.fs.readlink(path) : undefined;
    return { name, path, stat, target };
  } catch {
    return undefined;
  }
}

async function list(io: ProgramIo, folder: Entry, options: ReadonlyMap<string, string>): Promise<Entry[]> {
  const names = await io.host.fs.readdir(folder.path).catch((): string[] => []);
  const shown = names.filter((name) => options.has("a") || options.has("A") || !name.startsWith("."));
  if (options.has("a")) shown.push(".", "..");
  const entries = await Promise.all(shown.map((name) => look(io, name, io.host.fs.resolvePath(folder.path, name))));
  return sort(
    entries.filter((entry) => entry !== undefined),
    options,
  );
}

function sort(entries: readonly Entry[], options: ReadonlyMap<string, string>): Entry[] {
  const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  const sorted = entries.toSorted((a, b) => {
    if (options.has("t")) return b.stat.mtime.getTime() - a.stat.mtime.getTime() || byName(a, b);
    if (options.has("S")) return b.stat.size - a.stat.size || byName(a, b);
    return byName(a, b);
  });
  return options.has("r") ? sorted.reverse() : sorted;
}

function show(entries: readonly Entry[], view: View): string {
  if (entries.length === 0) return "";
  if (view.long) return longRows(entries, view);
  const names = entries.map((entry) => ({ text: paint(entry, view), width: textWidth(label(entry, view)) }));
  if (view.columns === undefined) return names.map((name) => `${name.text}\n`).join("");
  const cell = Math.max(...names.map((name) => name.width)) + 2;
  const perRow = Math.max(1, Math.floor((view.columns + 1) / cell));
  const rows = Math.ceil(names.length / perRow);
  return Array.from({ length: rows }, (_, row) => {
    const inRow = names.filter((_, i) => i % rows === row);
    const cells = inRow.map((name, i) =>
      i === inRow.length - 1 ? name.text : name.text + " ".repeat(cell - name.width),
    );
    return `${cells.join("")}\n`;
  }).join("");
}

function longRows(entries: readonly Entry[], view: View): string {
  const sizes = entries.map((entry) => (view.human ? humanSize(entry.stat.size) : String(entry.stat.size)));
  const width = Math.max(...sizes.map((size) => size.length));
  return entries
    .map((entry, i) => {
      const time = entry.stat.mtime.toUTCString();
      const date = `${time.slice(8, 11)} ${time.slice(5, 7)} ${time.slice(17, 22)}`;
      const arrow = entry.target === undefined ? "" : ` -> ${entry.target}`;
      return `${modeText(entry.stat)} 1 root root ${sizes[i]!.padStart(width)} ${date} ${paint(entry, view)}${arrow}\n`;
    })
    .join("");
}

function label(entry: Entry, view: View): string {
  if (!view.marks) return entry.name;
  const { stat } = entry;
  return entry.name + (stat.isDirectory ? "/" : stat.isSymbolicLink ? "@" : isProgram(stat) ? "*" : "");
}

/** The colours of GNU ls's default database. */
function paint(entry: Entry, view: View): string {
  const text = label(entry, view);
  if (!view.colour) return text;
  const { stat } = entry;
  const code = stat.isDirectory ? "01;34" : stat.isSymbolicLink ? "01;36" : isProgram(stat) ? "01;32" : "";
  return code === "" ? text : `\x1b[${code}m${text}\x1b[m`;
}

function isProgram(stat: FsStat): boolean {
  return stat.isFile && (stat.mode & 0o111) !== 0;
}

function modeText(stat: FsStat): string {
  const bits = [..."rwxrwxrwx"].map((letter, i) => ((stat.mode >> (8 - i)) & 1 ? letter : "-")).join("");
  return `${stat.isDirectory ? "d" : stat.isSymbolicLink ? "l" : "-"}${bits}`;
}

function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let value = bytes;
  for (const unit of ["K", "M", "G"]) {
    value /= 1024;
    if (value < 1024) return `${value < 10 ? value.toFixed(1) : Math.ceil(value)}${unit}`;
  }
  return `${Math.ceil(value / 1024)}T`;
}
