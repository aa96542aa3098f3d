import type { PaneMark } from "../../../state/shell-store.ts";
import { cx } from "../../../ui/class-names.ts";

const COLOURS = { normal: "text-accent", error: "text-bad", paused: "text-warn", unknown: "text-accent" } as const;
const RADIUS = 4.5;
const LENGTH = 2 * Math.PI * RADIUS;

/** How far a program in the shell says it is (OSC 9;4); the tab's name has it in words. */
export function ProgressRing({ progress: { state, value } }: { progress: NonNullable<PaneMark["progress"]> }) {
  const part = state === "unknown" || value === null ? 0.3 : value / 100;
  return (
    <svg
      viewBox="0 0 12 12"
      fill="none"
      aria-hidden="true"
      className={cx("size-3 shrink-0 -rotate-90", COLOURS[state], state === "unknown" && "breathing")}
    >
      <circle cx="6" cy="6" r={RADIUS} stroke="var(--line-strong)" strokeWidth="2.5" />
      <circle
        cx="6"
        cy="6"
        r={RADIUS}
        stroke="currentColor"
        strokeWidth="2.5"
        strokeDasharray={`${part * LENGTH} ${LENGTH}`}
      />
    </svg>
  );
}
