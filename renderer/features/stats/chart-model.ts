import type { NetworkEvent } from "../../../shared/network-events.ts";
import type { Sample } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";
import { duration, percent, perSecond, rate, timeOfDay } from "../../ui/format.ts";
import { lookOf } from "./event-look.ts";

/** What the charts show, as data: their table twin, the cursor's words and the tests read the same. */

export const SPANS = ["1", "5", "15"] as const;
/** In minutes. */
export type Span = (typeof SPANS)[number];

export interface Series {
  readonly name: string;
  /** A token of ui/tokens.css. */
  readonly colour: string;
  /** Told apart by more than its colour. */
  readonly dashed?: boolean;
  readonly filled?: boolean;
  /** Its scale stands at the right. */
  readonly right?: boolean;
  /** The scale reaches at least this far. */
  readonly least: number;
  /** Distances that its scale may have between lines, where round numbers are not what is round in its unit. */
  readonly steps?: readonly number[];
  format(value: number): string;
  pick(sample: Sample): number | null;
}

export interface ChartModel {
  readonly id: string;
  readonly title: string;
  readonly series: readonly Series[];
}

const s = strings.stats;
const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

export const CHARTS: readonly ChartModel[] = [
  {
    id: "rates",
    title: s.rates,
    series: [
      { name: s.down, colour: "down", filled: true, least: 2000, format: rate, pick: ({ downRate }) => downRate },
      { name: s.up, colour: "up", dashed: true, least: 2000, format: rate, pick: ({ upRate }) => upRate },
    ],
  },
  {
    id: "rtt",
    title: s.rttChart,
    series: [{ name: s.rtt, colour: "ok", filled: true, least: 10, format: duration, pick: ({ rttMs }) => rttMs }],
  },
  {
    id: "loss",
    title: s.lossChart,
    series: [
      { name: s.loss, colour: "bad", filled: true, least: 1, format: percent, pick: ({ lossPercent }) => lossPercent },
      {
        name: s.resent,
        colour: "warn",
        dashed: true,
        right: true,
        least: 1,
        format: perSecond,
        pick: ({ resendRate }) => resendRate,
      },
    ],
  },
  {
    id: "handshake",
    title: s.handshakeAge,
    series: [
      {
        name: s.handshakeAge,
        steps: [30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000],
        colour: "accent",
        least: 120_000,
        format: seconds,
        pick: ({ handshakeAgeMs }) => handshakeAgeMs,
      },
    ],
  },
];

export function figureOf({ format, pick }: Series, sample: Sample | undefined): string {
  const value = sample === undefined ? null : pick(sample);
  return value === null ? "–" : format(value);
}

/** The chart of this moment in words. */
export function summaryOf({ title, series }: ChartModel, sample: Sample | undefined): string {
  return s.summary(title, series.map((one) => s.figure(one.name, figureOf(one, sample))).join(", "));
}

/** The samples of a span, the last one at its end; a little more at the left, so that lines come from beyond the edge. */
export function samplesWithin(samples: readonly Sample[], span: Span): readonly Sample[] {
  const last = samples.at(-1);
  if (last === undefined) return [];
  const from = last.at - Number(span) * 60_000 - 5_000;
  const first = samples.findIndex(({ at }) => at >= from);
  return first <= 0 ? samples : samples.slice(first);
}

/** About what a time of day takes, in pixels, without and with seconds. */
const TICK_WIDTH = { minutes: 72, seconds: 96 } as const;
const STEPS = [15, 30, 60, 120, 300, 600] as const;

/** Ticks at round times of day between two times in seconds; fewer where there is little room, and none over the edges. */
export function timeTicks(from: number, to: number, width: number): number[] {
  const widthOf = (step: number): number => (step % 60 === 0 ? TICK_WIDTH.minutes : TICK_WIDTH.seconds);
  const step = STEPS.find((one) => ((to - from) / one) * widthOf(one) <= width) ?? 600;
  const margin = ((widthOf(step) / 2 - 12) / Math.max(width, widthOf(step))) * (to - from);
  const ticks: number[] = [];
  for (let at = Math.ceil((from + margin) / step) * step; at <= to - margin; at += step) ticks.push(at);
  return ticks;
}

/** Times of day without seconds where none of them needs any. */
export function tickTexts(ticks: readonly number[]): string[] {
  const detail = ticks.every((tick) => tick % 60 === 0) ? "minutes" : "seconds";
  return ticks.map((tick) => timeOfDay(tick * 1000, detail));
}

export interface Mark {
  readonly at: number;
  readonly colour: string;
  readonly trouble: boolean;
  readonly text: string;
}

/** Events that are drawn into the charts: all but what is routine. */
export function marksOf(events: readonly NetworkEvent[], from: number): Mark[] {
  return events
    .filter(({ at, facts }) => at >= from && facts.kind !== "handshake")
    .map(({ at, facts }) => {
      const { colour, trouble } = lookOf(facts.kind);
      return { at, colour, trouble, text: s.eventNear(timeOfDay(at), strings.events.names[facts.kind]) };
    });
}

/** The newest mark so near to a time that a pointer there means it. */
export function markNear(marks: readonly Mark[], at: number, withinMs: number): Mark | undefined {
  let best: Mark | undefined;
  for (const mark of marks) {
    const distance = Math.abs(mark.at - at);
    if (distance <= withinMs && (best === undefined || distance <= Math.abs(best.at - at))) best = mark;
  }
  return best;
}
