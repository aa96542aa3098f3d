import { Search } from "lucide-react";
import { useLayoutEffect } from "react";
import { strings } from "../../strings.ts";
import { Skeleton } from "../../ui/Skeleton.tsx";
import type { FinderProps } from "./Finder.tsx";
import { FIELD, FIELD_ROW } from "./finder-parts.ts";

/**
 * The field while what finds and sorts is still loaded: it takes what is typed, which `Finder` then goes on with. Enter does
 * nothing yet, as nobody has seen what it would open.
 */
export function WaitingFinder({ mode, query, onQuery, field }: FinderProps) {
  const s = strings.palette;
  useLayoutEffect(() => field.current?.focus(), [field]);
  return (
    <>
      <div className={FIELD_ROW}>
        <Search className="size-4 shrink-0 text-text-3" />
        <input
          ref={field}
          type="text"
          aria-label={s.titles[mode]}
          placeholder={s.placeholders[mode]}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => onQuery(event.target.value)}
          className={FIELD}
        />
      </div>
      <Skeleton />
    </>
  );
}
