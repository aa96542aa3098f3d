import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { token, useTheme } from "../../state/theme.ts";
import type { Sample } from "../../state/tunnel-store.ts";

const HEIGHT = 112;
/** A chart shows what there is, but never less than one minute and never more than five. */
const SHORTEST_S = 60;
const LONGEST_S = 300;

interface Series {
  readonly name: string;
  /** A token of ui/tokens.css. */
  readonly colour: string;
  readonly fill?: boolean;
  pick(sample: Sample): number | null;
}

interface ChartProps {
  title: string;
  /** The figures of this moment in words: the chart's text for those who do not see it. */
  summary: string;
  samples: readonly Sample[];
  series: readonly Series[];
  /** The scale reaches at least this far. */
  least: number;
  format(value: number): string;
}

/** A line chart over the last five minutes. A table with the same figures is one choice away. */
export function Chart({ title, summary, samples, series, least, format }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const theme = useTheme();
  const shape = useRef({ series, least, format });
  shape.current = { series, least, format };

  useEffect(() => {
    const host = place.current;
    if (host === null) return;
    const made = new uPlot(options(host.clientWidth, shape.current), dataOf([], shape.current.series), host);
    plot.current = made;
    // The axes and lines take their colours from the theme when they are made.
    made.root.dataset["theme"] = theme;
    const observer = new ResizeObserver(() => made.setSize({ width: host.clientWidth, height: HEIGHT }));
    observer.observe(host);
    return () => {
      observer.disconnect();
      plot.current = null;
      made.destroy();
    };
  }, [theme]);

  useEffect(() => {
    plot.current?.setData(dataOf(samples, series));
  });

  return (
    <figure className="flex min-w-0 flex-col rounded-md border border-line bg-canvas pt-2">
      <figcaption className="flex items-center gap-3 px-3 text-xs text-text-2">
        <span className="flex-1 font-medium">{title}</span>
        {series.length > 1 &&
          series.map(({ name, colour }) => (
            <span key={name} className="flex items-center gap-1 text-text-3">
              <span className="h-0.5 w-3" style={{ background: `var(--${colour})` }} aria-hidden="true" />
              {name}
            </span>
          ))}
      </figcaption>
      <div ref={place} role="img" aria-label={`${title}: ${summary}`} className="min-w-0 overflow-hidden" />
    </figure>
  );
}

function dataOf(samples: readonly Sample[], series: readonly Series[]): uPlot.AlignedData {
  return [samples.map(({ at }) => at / 1000), ...series.map(({ pick }) => samples.map(pick))];
}

function options(
  width: number,
  { series, least, format }: Pick<ChartProps, "series" | "least" | "format">,
): uPlot.Options {
  const font = '11px "Inter Variable", sans-serif';
  const axis = { stroke: token("text-3"), font, ticks: { show: false }, grid: { stroke: token("line"), width: 1 } };
  return {
    width,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { size: 6 } },
    legend: { show: false },
    scales: {
      x: {
        time: true,
        range: (_plot, min, max) => {
          const end = Number.isFinite(max) && max > 1 ? max : Date.now() / 1000;
          const span = Number.isFinite(min) && min > 1 ? end - min : 0;
          return [end - Math.min(LONGEST_S, Math.max(SHORTEST_S, span)), end];
        },
      },
      y: { range: (_plot, _min, max) => [0, Math.max(least, Number.isFinite(max) ? max * 1.15 : least)] },
    },
    axes: [
      { ...axis, size: 24, space: 60, grid: { show: false }, splits, values: agesOf },
      {
        ...axis,
        size: 64,
        space: 28,
        values: (_plot, ticks) => ticks.map((tick) => (tick === 0 ? "0" : format(tick).replace(/\.0 /, " "))),
      },
    ],
    series: [
      {},
      ...series.map(({ name, colour, fill }) => ({
        label: name,
        stroke: token(colour),
        width: 1.5,
        points: { show: false },
        ...(fill === true ? { fill: `${token(colour)}22` } : {}),
      })),
    ],
  };
}

/** Ticks at round ages from the right edge, which is now. */
function splits(_plot: uPlot, _axis: number, min: number, max: number): number[] {
  const step = max - min > 130 ? 60 : 15;
  const count = Math.floor((max - min) / step);
  return Array.from({ length: count + 1 }, (_, index) => max - (count - index) * step);
}

function agesOf(plot: uPlot, ticks: number[]): string[] {
  const end = plot.scales["x"]?.max ?? ticks.at(-1) ?? 0;
  return ticks.map((tick) => {
    const seconds = Math.round(end - tick);
    if (seconds === 0) return "";
    return seconds % 60 === 0 ? `−${seconds / 60} min` : `−${seconds} s`;
  });
}
