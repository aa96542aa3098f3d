/** Short options of a command line, as getopt(3) reads them. */
export interface ParsedArguments {
  /** Option letter to its value, "" for one without. The last one wins. */
  readonly options: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
  /** The first option that is not in `spec`. */
  readonly unknown: string | undefined;
}

/**
 * `spec` lists the letters; one that is followed by ":" takes a value. Long options of `long` stand for a letter; those
 * without a counterpart are unknown. "-5" counts as the option "#" with the value "5" when the spec has "#:".
 */
export function parseArguments(
  args: readonly string[],
  spec: string,
  long: Readonly<Record<string, string>> = {},
): ParsedArguments {
  const options = new Map<string, string>();
  const operands: string[] = [];
  let unknown: string | undefined;
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--") {
      operands.push(...rest);
      break;
    }
    if (arg.startsWith("--")) {
      const [name = "", ...value] = arg.slice(2).split("=");
      const letter = long[name];
      if (letter === undefined) unknown ??= arg;
      else
        options.set(letter, value.length > 0 ? value.join("=") : takesValue(spec, letter) ? (rest.shift() ?? "") : "");
    } else if (/^-\d+$/.test(arg) && takesValue(spec, "#")) {
      options.set("#", arg.slice(1));
    } else if (arg.startsWith("-") && arg.length > 1) {
      for (let i = 1; i < arg.length; i++) {
        const letter = arg[i]!;
        if (!spec.includes(letter) || letter === ":") unknown ??= `-${letter}`;
        if (!takesValue(spec, letter)) {
          options.set(letter, "");
          continue;
        }
        options.set(letter, i + 1 < arg.length ? arg.slice(i + 1) : (rest.shift() ?? ""));
        break;
      }
    } else operands.push(arg);
  }
  return { options, operands, unknown };
}

/** A count as coreutils take it: "10", "4K", "1M", "2G", "5kB". */
export function parseCount(text: string): number | undefined {
  const match = /^(\d+)([bkKMG]?)(B?)$/.exec(text);
  if (match === null) return undefined;
  const base = match[3] === "B" ? 1000 : 1024;
  const power = { "": 0, b: 0, k: 1, K: 1, M: 2, G: 3 }[match[2] ?? ""] ?? 0;
  const count = Number(match[1]) * (match[2] === "b" ? 512 : base ** power);
  return Number.isSafeInteger(count) ? count : undefined;
}

function takesValue(spec: string, letter: string): boolean {
  return letter !== ":" && spec.includes(`${letter}:`);
}
