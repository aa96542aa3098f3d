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
  readonly met: boolean;
}

export function atLeast(times: number, name: string, ratio: number): Bound {
  return { ratio, words: `≥ ${times.toFixed(1)} ${name}`, met: ratio >= times };
}

export function atMost(times: number, name: string, ratio: number): Bound {
  return { ratio, words: `≤ ${times.toFixed(times === 1 || times === 2 ? 1 : 2)} ${name}`, met: ratio <= times };
}

/** The median of the ratios taken pair by pair, so that a slow minute of the machine counts for both sides. */
export function pairedRatio(ours: readonly (number | undefined)[], theirs: readonly (number | undefined)[]): number {
  const ratios = ours.map((value, i) => (value ?? Number.NaN) / (theirs[i] ?? Number.NaN));
  return median(ratios.filter((ratio) => !Number.isNaN(ratio)));
}

export function medianOf(values: readonly (number | undefined)[]): number {
  return median(values.filter((value) => value !== undefined));
}

export function comparisonTable(comparisons: readonly Comparison[]): string {
  const lines = comparisons.map((row) => {
    const cell = (value: number | undefined): string =>
      value === undefined || Number.isNaN(value) ? "" : format(value);
    const bounds = row.bounds.map(({ ratio, words, met }) => `${format(ratio)} (${words}: ${met ? "met" : "MISSED"})`);
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
