/** One line of the bench table: a figure, and where it makes sense what was measured beside it in the same run. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** For example "node:crypto 7.1 µs". */
  readonly against?: string;
  /** value / reference, or its inverse where less is better: above 1 we are ahead. */
  readonly ratio?: number;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The median of the ratios within each round: what slows a whole round is in both. */
export function medianRatio(of: readonly number[], to: readonly number[]): number {
  return median(of.map((value, round) => value / to[round]!));
}

/** The smallest value that at least `share` of all values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ what, value, unit, against, ratio }) => {
    const shown = ratio === undefined ? "" : `${format(ratio)}×`;
    return `| ${what} | ${format(value)} ${unit} | ${against ?? ""} | ${shown} |`;
  });
  return ["| what | Culvert | in the same run | ratio |", "| --- | ---: | --- | ---: |", ...lines].join("\n");
}
