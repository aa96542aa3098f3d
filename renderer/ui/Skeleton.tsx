import { strings } from "../strings.ts";
import { useAfter } from "./use-after.ts";

const BARS = ["w-2/3", "w-1/2", "w-3/5", "w-2/5", "w-4/5", "w-1/3"] as const;

/** Rows in place of a list that loads; nothing for the first 150 ms, so that quick answers do not flicker. */
export function Skeleton({ rows = 4 }: { rows?: number }) {
  const late = useAfter(150);
  if (!late) return null;
  return (
    <div role="progressbar" aria-label={strings.common.loading} className="flex flex-col">
      {BARS.slice(0, rows).map((width) => (
        <div key={width} className="flex h-(--row) items-center px-3">
          <div className={`breathing h-2 rounded-sm bg-pressed ${width}`} />
        </div>
      ))}
    </div>
  );
}
