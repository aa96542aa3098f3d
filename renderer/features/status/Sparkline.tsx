import type { Sample } from "../../state/tunnel-store.ts";

const SPAN_MS = 48_000;
const WIDTH = 72;
const HEIGHT = 16;
/** The scale never goes below this, so that a quiet tunnel looks quiet. Bytes per second. */
const FULL_AT_LEAST = 4000;

/** The last 48 seconds of the rates; a picture only, the figures stand beside it. Broken where nothing was known. */
export function Sparkline({ samples }: { samples: readonly Sample[] }) {
  const last = samples.at(-1)?.at ?? 0;
  // With the one before them, as the line comes from there: a quiet tunnel's samples lie far apart.
  const recent = samples.slice(
    Math.max(
      0,
      samples.findLastIndex(({ at }) => at <= last - SPAN_MS),
    ),
  );
  const full = recent.reduce((most, { downRate, upRate }) => Math.max(most, downRate ?? 0, upRate ?? 0), FULL_AT_LEAST);
  const path = (pick: (sample: Sample) => number | null): string => {
    let pen = "M";
    let line = "";
    for (const sample of recent) {
      const value = pick(sample);
      if (value === null) {
        pen = "M";
        continue;
      }
      const x = WIDTH * (1 - (last - sample.at) / SPAN_MS);
      const y = HEIGHT - 1 - (value / full) * (HEIGHT - 2);
      line += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
      pen = "L";
    }
    return line;
  };
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      fill="none"
      aria-hidden="true"
      className="block shrink-0"
    >
      <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} stroke="var(--line-strong)" />
      <path d={path(({ upRate }) => upRate)} stroke="var(--up)" strokeWidth="1.25" strokeDasharray="2 1.5" />
      <path d={path(({ downRate }) => downRate)} stroke="var(--down)" strokeWidth="1.25" />
    </svg>
  );
}
