import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useTheme } from "../../state/theme.ts";
import type { Sample } from "../../state/tunnel-store.ts";
import { Figures } from "../../ui/Figures.tsx";
import { colour, useForcedColours } from "./chart-colours.ts";
import { type ChartModel, figureOf, type Mark, type Span, summaryOf } from "./chart-model.ts";
import { plotOptions } from "./plot-options.ts";

interface ChartProps {
  chart: ChartModel;
  samples: readonly Sample[];
  span: Span;
  marks: readonly Mark[];
  /** The sample under the cursor, or the last one. */
  shown: Sample | undefined;
  onCursor(index: number | null): void;
}

/** One chart of the drawer; its figures stand in its head as text. Draws at most once for each sample, and only while it is seen. */
export function Chart({ chart, samples, span, marks, shown, onCursor }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const theme = useTheme();
  const forced = useForcedColours();
  const latest = useRef({ samples, span, marks, onCursor });
  latest.current = { samples, span, marks, onCursor };
  const { series } = chart;

  useEffect(() => {
    const host = place.current;
    if (host === null) return;
    const options = plotOptions({
      width: host.clientWidth,
      height: host.clientHeight,
      series,
      span: () => latest.current.span,
      marks: () => latest.current.marks,
      onCursor: (index) => latest.current.onCursor(index),
    });
    const made = new uPlot(options, dataOf(latest.current.samples, chart), host);
    plot.current = made;
    // The axes and lines take their colours from the palette when they are made.
    made.root.dataset["palette"] = forced ? "forced" : theme;
    const fit = (): void => {
      if (host.clientWidth === 0) return;
      made.setSize({ width: host.clientWidth, height: host.clientHeight });
      made.setData(dataOf(latest.current.samples, chart));
    };
    const observer = new ResizeObserver(fit);
    observer.observe(host);
    document.addEventListener("visibilitychange", fit);
    return () => {
      document.removeEventListener("visibilitychange", fit);
      observer.disconnect();
      plot.current = null;
      made.destroy();
    };
  }, [theme, forced, chart, series]);

  useEffect(() => {
    // What nobody sees is drawn once it is seen again.
    if (document.hidden || place.current?.clientWidth === 0) return;
    latest.current.span = span;
    latest.current.marks = marks;
    plot.current?.setData(dataOf(samples, chart));
  }, [samples, span, marks, chart]);

  return (
    <figure className="@container flex min-w-0 flex-col rounded-md border border-line bg-canvas pt-1.5">
      {/* Figures never stand under the title of their own row: where all of it is too long, the title has a row. */}
      <figcaption className="flex min-w-0 flex-wrap items-baseline gap-x-3 px-3 text-xs text-text-2 @min-[17rem]:flex-nowrap">
        <span className="min-w-0 grow basis-full truncate font-medium @min-[17rem]:basis-0">{chart.title}</span>
        {series.map((one) => (
          <span key={one.name} className="flex items-center gap-1.5 whitespace-nowrap tabular-nums">
            {series.length > 1 && <Line token={one.colour} dashed={one.dashed === true} />}
            {series.length > 1 && <span className="text-text-3">{one.name}</span>}
            <Figures className="text-text">{figureOf(one, shown)}</Figures>
          </span>
        ))}
      </figcaption>
      <div
        ref={place}
        dir="ltr"
        role="img"
        aria-label={summaryOf(chart, samples.at(-1))}
        className="h-(--plot) min-w-0 overflow-hidden"
      />
    </figure>
  );
}

/** The line of a series as the chart draws it. */
function Line({ token, dashed }: { token: string; dashed: boolean }) {
  return (
    <svg width="14" height="4" aria-hidden="true" className="shrink-0">
      <path d="M0 2H14" stroke={colour(token)} strokeWidth="2" {...(dashed ? { strokeDasharray: "4 2" } : {})} />
    </svg>
  );
}

function dataOf(samples: readonly Sample[], { series }: ChartModel): uPlot.AlignedData {
  return [samples.map(({ at }) => at / 1000), ...series.map(({ pick }) => samples.map(pick))];
}
