import type uPlot from "uplot";
import { colour } from "./chart-colours.ts";
import { type Mark, type Series, type Span, tickTexts, timeTicks } from "./chart-model.ts";

/** All charts of the drawer have one cursor. */
export const SYNC_KEY = "culvert-stats";
const FONT = '12px "Inter Variable", system-ui, sans-serif';
const AXIS_WIDTH = 64;
/** Kept free where nothing has its scale at the right, so that one time stands at one place in all charts. */
const RIGHT_WIDTH = 48;

export interface PlotWish {
  readonly width: number;
  readonly height: number;
  readonly series: readonly Series[];
  span(): Span;
  marks(): readonly Mark[];
  onCursor(index: number | null): void;
}

/** uPlot's description of a chart: time of day below, one scale or two beside it, events as lines across. */
export function plotOptions({ width, height, series, span, marks, onCursor }: PlotWish): uPlot.Options {
  const axis = {
    stroke: colour("text-3"),
    font: FONT,
    ticks: { show: false },
    grid: { stroke: colour("line"), width: 1 },
  };
  const right = series.find((one) => one.right === true);
  const left = series.find((one) => one.right !== true);
  return {
    width,
    height,
    padding: [8, right === undefined ? RIGHT_WIDTH : 0, 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      points: { size: 6 },
      sync: { key: SYNC_KEY, setSeries: false },
    },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    legend: { show: false },
    scales: {
      x: {
        time: true,
        range: (_plot, _min, max) => {
          const end = Number.isFinite(max) && max > 1 ? max : Date.now() / 1000;
          return [end - Number(span()) * 60, end];
        },
      },
      left: { range: (_plot, _min, max) => scaleOf(left, max) },
      ...(right === undefined ? {} : { right: { range: (_plot, _min, max) => scaleOf(right, max) } }),
    },
    axes: [
      {
        ...axis,
        size: 24,
        grid: { show: false },
        splits: (plot, _axis, min, max) => timeTicks(min, max, plot.bbox.width / devicePixelRatio),
        values: (_plot, ticks) => tickTexts(ticks),
      },
      {
        ...axis,
        scale: "left",
        size: AXIS_WIDTH,
        space: 32,
        values: (_plot, ticks) => scaleTexts(left, ticks),
        ...(left?.steps === undefined ? {} : { incrs: [...left.steps] }),
      },
      ...(right === undefined
        ? []
        : [
            {
              ...axis,
              scale: "right",
              side: 1,
              size: RIGHT_WIDTH,
              space: 32,
              grid: { show: false },
              values: (_plot: uPlot, ticks: number[]) => scaleTexts(right, ticks),
            },
          ]),
    ],
    series: [
      {},
      ...series.map((one) => ({
        label: one.name,
        scale: one.right === true ? "right" : "left",
        stroke: colour(one.colour),
        width: 1.5,
        spanGaps: false,
        points: { show: false },
        ...(one.dashed === true ? { dash: [5, 3] } : {}),
        ...(one.filled === true ? { fill: translucent(colour(one.colour)) } : {}),
      })),
    ],
    hooks: {
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
      draw: [(plot) => drawMarks(plot, marks())],
    },
  };
}

function scaleOf(series: Series | undefined, max: number): [number, number] {
  const least = series?.least ?? 1;
  return [0, Math.max(least, Number.isFinite(max) ? max * 1.15 : least)];
}

function scaleTexts(series: Series | undefined, ticks: readonly number[]): string[] {
  return ticks.map((tick) => (tick === 0 ? "0" : (series?.format(tick).replace(/\.0 /, " ") ?? "")));
}

/** System colours have no form with an opacity; there the line alone must do. */
function translucent(text: string): string {
  return /^#[0-9a-f]{6}$/i.test(text) ? `${text}22` : "transparent";
}

/** A line across for each event, with a dot at its head, or a triangle for trouble. */
function drawMarks({ ctx, bbox, valToPos }: uPlot, marks: readonly Mark[]): void {
  const { left, top, width, height } = bbox;
  const size = 4 * devicePixelRatio;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  for (const mark of marks) {
    const x = Math.round(valToPos(mark.at / 1000, "x", true));
    if (x < left || x > left + width) continue;
    ctx.strokeStyle = ctx.fillStyle = colour(mark.colour);
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, top + size);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    ctx.beginPath();
    if (mark.trouble) {
      ctx.moveTo(x, top - size);
      ctx.lineTo(x + size, top + size);
      ctx.lineTo(x - size, top + size);
    } else ctx.arc(x, top, size * 0.8, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}
