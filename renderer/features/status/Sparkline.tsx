import type { Sample } from "../../state/tunnel-store.ts";

const POINTS = 48;
const WIDTH = 72;
const HEIGHT = 16;
/** The scale never goes below this, so that a quiet tunnel looks quiet. Bytes per second. */
const FULL_AT_LEAST = 4000;

/** The last 48 seconds of the rates; a picture only, the figures stand beside it. Broken where nothing was known. */
export function Sparkline({ samples }: { samples: readonly Sample[] }) {
  const recent = samples.slice(-POINTS);
  const full = recent.reduce((most, { downRate, upRate }) => Math.max(most, downRate ?? 0, upRate ?? 0), FULL_AT_LEAST);
  const path = (pick: (sample: Sample) => number | null): string => {
    let pen = "M";
    let line = "";
    for (const [index, sample] of recent.entries()) {
      const value = pick(sample);
      if (value === null) {
        pen = "M";
        continue;
      }
      const x = ((POINTS - recent.length + index) / (POINTS - 1)) * WIDTH;
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
