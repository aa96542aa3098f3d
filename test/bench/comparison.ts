import { format, median } from "./row.ts";

/** One line of the table that puts Culvert beside what it must beat, all taken in one run. */
export interface Comparison {
  readonly what: string;
  readonly unit: string;
  readonly anchor?: number;
  readonly linux?: number;
  /** Bare UDP in one Node process. */
  readonly bare?: number;
  readonly culvert: number;
  /** Each with its own ratio; met unless the figure is missing. */
  readonly bounds: readonly Bound[];
  /** Runs that failed, in words. */
  readonly failures?: readonly string[];
}

export interface Bound {
  readonly ratio: number;
  readonly words: string;
  /** Level: beyond the bound by less than the rounds differ, and some of them on its other side. None where no bound was set. */
  readonly verdict?: "met" | "level" | "MISSED";
}

/** Beyond the bound by no more than this, rounds on both sides of it tell nothing apart. */
const LEVEL = 0.02;

export function atLeast(times: number, name: string, ratios: Ratios): Bound {
  return { ratio: ratios.median, words: `≥ ${times.toFixed(1)} ${name}`, verdict: verdictOf(ratios, times, 1) };
}

export function atMost(times: number, name: string, ratios: Ratios): Bound {
  const words = `≤ ${times.toFixed(1)} ${name}`;
  return { ratio: ratios.median, words, verdict: verdictOf(ratios, times, -1) };
}

/** A ratio that is shown, and held to nothing. */
export function ratioTo(name: string, { median }: Ratios): Bound {
  return { ratio: median, words: `of ${name}` };
}

function verdictOf({ median, rounds }: Ratios, bound: number, sign: 1 | -1): NonNullable<Bound["verdict"]> {
  const isMet = (ratio: number): boolean => sign * (ratio - bound) >= 0;
  if (isMet(median)) return "met";
  return Math.abs(median / bound - 1) <= LEVEL && rounds.some(isMet) ? "level" : "MISSED";
}

export interface Ratios {
  readonly median: number;
  readonly rounds: readonly number[];
}

/** The ratios taken pair by pair, so that a slow minute of the machine counts for both sides. */
export function pairedRatio(ours: readonly (number | undefined)[], theirs: readonly (number | undefined)[]): Ratios {
  const ratios = ours.map((value, i) => (value ?? Number.NaN) / (theirs[i] ?? Number.NaN));
  const rounds = ratios.filter((ratio) => !Number.isNaN(ratio));
  return { median: median(rounds), rounds };
}

export function medianOf(values: readonly (number | undefined)[]): number {
  return median(values.filter((value) => value !== undefined));
}

export function comparisonTable(comparisons: readonly Comparison[]): string {
  const lines = comparisons.map((row) => {
    const cell = (value: number | undefined): string =>
      value === undefined || Number.isNaN(value) ? "" : format(value);
    const bounds = row.bounds.map(({ ratio, words, verdict }) =>
      verdict === undefined ? `${format(ratio)} ${words}` : `${format(ratio)} (${words}: ${verdict})`,
    );
    const failed = row.failures?.length ? ` ${row.failures.length} runs failed: ${row.failures[0]}` : "";
    const cells = [`${row.what}, ${row.unit}`, cell(row.anchor), cell(row.linux), cell(row.bare), cell(row.culvert)];
    return `| ${cells.join(" | ")} | ${bounds.join("; ")}${failed} |`;
  });
  const head = [
    "| what | anchor | Linux | bare UDP | Culvert | ratio (bound) |",
    "| --- | ---: | ---: | ---: | ---: | --- |",
  ];
  return [...head, ...lines].join("\n");
}
