import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import type { NetworkEvent } from "../../../shared/network-events.ts";
import type { Sample } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";
import { timeOfDay } from "../../ui/format.ts";
import { Chart } from "./Chart.tsx";
import { CHARTS, markNear, marksOf, type Span, samplesWithin, summaryOf } from "./chart-model.ts";
import { SYNC_KEY } from "./plot-options.ts";

/** The cursor means a mark that is nearer than this part of the time shown. */
const NEAR = 0.015;

/**
 * Charts in one, two or four columns, in a low drawer rather beside each other. They take the height that the panel has left
 * by what stands above them (--above) and in them, within bounds: where it is their rows that end at the drawer's edge, none is cut.
 */
const GRID =
  "grid grid-cols-1 gap-2 [--above:96px] [--least:72px] [--plot:round(down,clamp(var(--least),(100cqh_-_var(--above))/var(--rows)_-_34px,104px),1px)] [--rows:4] @xl:grid-cols-2 @xl:[--rows:2] @4xl:[--above:76px] @7xl:grid-cols-4 @7xl:[--rows:1] [@container(min-width:56rem)_and_(max-height:18rem)]:grid-cols-4 [@container(min-width:56rem)_and_(max-height:18rem)]:[--above:104px] [@container(min-width:56rem)_and_(max-height:18rem)]:[--rows:1]";

/** The charts under one cursor: the pointer moves it, and so does a slider, for the keyboard. Events are marked in each. */
export function TunnelCharts({
  samples: all,
  events,
  span,
  children,
}: {
  samples: readonly Sample[];
  events: readonly NetworkEvent[];
  span: Span;
  /** Stands before the slider, in its row. */
  children: ReactNode;
}) {
  const s = strings.stats;
  const [hoverAt, setHoverAt] = useState<number | null>(null);
  const [pinnedAt, setPinnedAt] = useState<number | null>(null);
  const isOver = useRef(false);
  const samples = useMemo(() => samplesWithin(all, span), [all, span]);
  const last = samples.length - 1;
  const marks = useMemo(() => marksOf(events, samples[0]?.at ?? 0), [events, samples]);
  const index = indexAt(samples, hoverAt ?? pinnedAt);
  const shown = samples[index];
  const isLive = index === last;
  const near = isLive || shown === undefined ? undefined : markNear(marks, shown.at, Number(span) * 60_000 * NEAR);

  useEffect(() => {
    if (!isOver.current) placeCursor(pinnedAt === null || samples.length === 0 ? null : pinnedAt);
  }, [pinnedAt, samples]);

  const onCursor = (at: number | null): void => {
    // A cursor that stands still under new data is not a person's.
    if (isOver.current || at === null) setHoverAt(at === null ? null : (samples[at]?.at ?? null));
  };

  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-text-2 tabular-nums">
        {children}
        <label className="flex min-w-32 flex-1 items-center gap-2">
          <span className="shrink-0 text-text-3">{s.time}</span>
          <input
            type="range"
            dir="ltr"
            min={0}
            max={Math.max(0, last)}
            value={Math.max(0, index)}
            disabled={last < 1}
            onChange={({ target }) => {
              const next = Number(target.value);
              setPinnedAt(next >= last ? null : (samples[next]?.at ?? null));
            }}
            aria-valuetext={valueText(shown, isLive)}
            className="h-6 min-w-0 flex-1 accent-(--accent)"
          />
        </label>
        <span className="min-w-16">
          {shown === undefined ? "–" : timeOfDay(shown.at)} {isLive && <span className="text-text-3">{s.live}</span>}
        </span>
        {near !== undefined && <span className={near.trouble ? "text-bad" : "text-text"}>{near.text}</span>}
      </div>
      <div
        className={GRID}
        onPointerEnter={() => {
          isOver.current = true;
        }}
        onPointerLeave={() => {
          isOver.current = false;
          setHoverAt(null);
        }}
      >
        {CHARTS.map((chart) => (
          <Chart
            key={chart.id}
            chart={chart}
            samples={samples}
            span={span}
            marks={marks}
            shown={shown}
            onCursor={onCursor}
          />
        ))}
      </div>
    </div>
  );
}

function indexAt(samples: readonly Sample[], at: number | null): number {
  if (at === null) return samples.length - 1;
  const found = samples.findLastIndex((sample) => sample.at <= at);
  return Math.max(found, samples.length === 0 ? -1 : 0);
}

function valueText(sample: Sample | undefined, isLive: boolean): string {
  if (sample === undefined) return strings.stats.unknown;
  const figures = CHARTS.map((chart) => summaryOf(chart, sample)).join("; ");
  return `${isLive ? strings.stats.live : timeOfDay(sample.at)}: ${figures}`;
}

/** Puts the one cursor of all charts at a time, or away. */
function placeCursor(at: number | null): void {
  const [plot] = uPlot.sync(SYNC_KEY).plots;
  if (plot === undefined) return;
  const left = at === null ? -10 : plot.valToPos(at / 1000, "x");
  plot.setCursor({ left, top: left < 0 ? -10 : 1 });
}
