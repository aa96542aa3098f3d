import type { Sample } from "../../state/tunnel-store.ts";

const POINTS = 48;
const WIDTH = 96;
const HEIGHT = 16;
/** The scale never goes below this, so that a quiet tunnel looks quiet. Bytes per second. */
const FULL_AT_LEAST = 4000;

/** The last 48 seconds of the rates; a picture only, the figures stand beside it. */
export function Sparkline({ samples }: { samples: readonly Sample[] }) {
  const recent = samples.slice(-POINTS);
  const full = Math.max(FULL_AT_LEAST, ...recent.map(({ downRate, upRate }) => Math.max(downRate, upRate)));
  const line = (pick: (sample: Sample) => number): string =>
    recent
      .map((sample, index) => {
        const x = ((POINTS - recent.length + index) / (POINTS - 1)) * WIDTH;
        const y = HEIGHT - 1 - (pick(sample) / full) * (HEIGHT - 2);
        return `${x.toFixed(1)},${y.toFixed(1)}`;
      })
      .join(" ");
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      fill="none"
      aria-hidden="true"
      className="hidden shrink-0 @3xl:block"
    >
      <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} stroke="var(--line)" />
      <polyline points={line(({ upRate }) => upRate)} stroke="var(--up)" strokeWidth="1.25" />
      <polyline points={line(({ downRate }) => downRate)} stroke="var(--down)" strokeWidth="1.25" />
    </svg>
  );
}
