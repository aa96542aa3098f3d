import { format } from "../row.ts";

/** One line of the page's table: a figure as the machine is, and with the page's processor slowed down four times. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  readonly throttled?: number;
  readonly bound?: PageBound;
  /** What was measured beside it, in words. */
  readonly beside?: string;
}

export interface PageBound {
  readonly words: string;
  isMet(value: number): boolean;
}

export function atMost(most: number, unit: string): PageBound {
  return { words: `≤ ${most} ${unit}`, isMet: (value) => value <= most };
}

export function below(most: number, unit: string): PageBound {
  return { words: `< ${most} ${unit}`, isMet: (value) => value < most };
}

export function atLeast(least: number): PageBound {
  return { words: `≥ ${least}`, isMet: (value) => value >= least };
}

export function figureTable(figures: readonly Figure[]): string {
  const lines = figures.map(({ what, unit, value, throttled, bound, beside }) => {
    const cells = [
      `${what}, ${unit}`,
      format(value),
      throttled === undefined ? "" : format(throttled),
      bound === undefined ? "" : `${bound.words}: ${verdict(bound, value, throttled)}`,
      beside ?? "",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return ["| what | page | CPU ×4 | bound | beside |", "| --- | ---: | ---: | --- | --- |", ...lines].join("\n");
}

function verdict(bound: PageBound, value: number, throttled: number | undefined): string {
  const word = (one: number): string => (bound.isMet(one) ? "met" : "MISSED");
  return throttled === undefined ? word(value) : `${word(value)}, ×4 ${word(throttled)}`;
}
