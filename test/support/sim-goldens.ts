import { readFileSync, writeFileSync } from "node:fs";
import type { Measured } from "./sim-measure.ts";

const FILE = new URL("../sim/GOLDENS.md", import.meta.url);

/** What the table holds of one scenario. */
export interface Golden {
  /** MB/s of payload. */
  readonly goodput: number;
  /** Shares of all segments with payload, in percent. */
  readonly repeated: number;
  readonly lost: number;
  readonly dropped: number;
  /** Retransmission timeouts per run. */
  readonly timeouts: number;
}

/** A change may move a figure by chance: so much is no news. */
const GOODPUT_MARGIN = 0.15;
const REPEATED_MARGIN = 0.15;
const REPEATED_MARGIN_POINTS = 0.3;
const TIMEOUTS_MARGIN = 1;

export function toGolden(measured: Measured): Golden {
  const share = (count: number): number => Number(((100 * count) / measured.segments).toFixed(2));
  return {
    goodput: Number((measured.goodput / 1000).toPrecision(3)),
    repeated: share(measured.repeats),
    lost: share(measured.lost),
    dropped: share(measured.dropped),
    timeouts: Number(measured.timeouts.toFixed(1)),
  };
}

/** What of `now` is worse than `golden` allows, in words; empty when nothing is. */
export function worseThan(golden: Golden, now: Golden): string[] {
  const out: string[] = [];
  if (now.goodput < golden.goodput * (1 - GOODPUT_MARGIN)) out.push(`goodput ${golden.goodput} -> ${now.goodput} MB/s`);
  // What the path lost must be repeated. What its queue dropped is the sender's doing.
  const extra = golden.repeated + Math.max(0, now.lost - golden.lost);
  if (now.repeated > extra * (1 + REPEATED_MARGIN) + REPEATED_MARGIN_POINTS)
    out.push(`repeated ${golden.repeated} -> ${now.repeated} %`);
  if (now.timeouts > golden.timeouts * 1.5 + TIMEOUTS_MARGIN)
    out.push(`timeouts ${golden.timeouts} -> ${now.timeouts} a run`);
  return out;
}

/** Better by more than the margin: the table should say so, or the gain can be lost again unnoticed. */
export function betterThan(golden: Golden, now: Golden): boolean {
  const leaner = now.repeated < golden.repeated * (1 - REPEATED_MARGIN) - REPEATED_MARGIN_POINTS;
  return now.goodput > golden.goodput * (1 + GOODPUT_MARGIN) || leaner;
}

export function readGoldens(): Map<string, Golden> {
  const goldens = new Map<string, Golden>();
  for (const line of readFileSync(FILE, "utf8").split("\n")) {
    const cells = line.split("|").map((cell) => cell.trim());
    const [goodput, repeated, lost, dropped, timeouts] = cells.slice(2, 7).map(Number);
    if (cells.length === 8 && goodput !== undefined && !Number.isNaN(goodput))
      goldens.set(cells[1]!, { goodput, repeated: repeated!, lost: lost!, dropped: dropped!, timeouts: timeouts! });
  }
  return goldens;
}

export function writeGoldens(goldens: ReadonlyMap<string, Golden>): void {
  const text = readFileSync(FILE, "utf8");
  const head = text.slice(0, text.indexOf("\n|") + 1);
  const rows = [
    ["buffer, loss, round trip; or what else the path does", "MB/s", "repeated %", "lost %", "dropped %", "timeouts"],
    ...[...goldens].map(([name, golden]) => [
      name,
      ...[golden.goodput, golden.repeated, golden.lost, golden.dropped, golden.timeouts].map(String),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(" | ")} |`;
  const rule = widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  const lines = [line(rows[0]!), line(rule), ...rows.slice(1).map(line)];
  writeFileSync(FILE, `${head}${lines.join("\n")}\n`);
}
