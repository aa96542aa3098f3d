import { Search, X } from "lucide-react";
import type { KeyboardEvent } from "react";
import { isDesktop } from "../../bridge/desktop-link.ts";
import { keysOf } from "../../state/shortcuts.ts";
import { setFilter, useTree } from "../../state/tree-store.ts";
import { strings } from "../../strings.ts";
import { CONTROL } from "../../ui/TextField.tsx";

/** The element that the "filter apps" shortcut goes to. */
export const FILTER_ID = "app-filter";

/** Filters the tree while one types. Down goes into the tree, Enter opens the first match, Escape clears. */
export function FilterField({ onOpenFirst, onLeave }: { onOpenFirst(): void; onLeave(): void }) {
  const filter = useTree((state) => state.filter);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") onLeave();
    else if (event.key === "Enter" && filter !== "") onOpenFirst();
    else if (event.key === "Escape" && filter !== "") setFilter("");
    else return;
    event.preventDefault();
  };
  return (
    <div className="relative px-2 py-2">
      <Search className="pointer-events-none absolute top-1/2 left-4 size-3.5 -translate-y-1/2 text-text-3" />
      <input
        id={FILTER_ID}
        type="search"
        value={filter}
        autoComplete="off"
        spellCheck={false}
        aria-label={strings.tree.filter}
        placeholder={strings.tree.filter}
        title={keysOf("filterApps", isDesktop() ? "desktop" : "browser")}
        onChange={(event) => setFilter(event.target.value)}
        onKeyDown={onKeyDown}
        className={`${CONTROL} h-7 border-line-strong px-7 [&::-webkit-search-cancel-button]:hidden`}
      />
      {filter !== "" && (
        <button
          type="button"
          aria-label={strings.tree.clearFilter}
          onClick={() => setFilter("")}
          className="absolute top-1/2 right-2.5 flex size-6 -translate-y-1/2 items-center justify-center rounded-sm text-text-3 hover:text-text"
        >
          <X className="size-3.5" />
        </button>
      )}
    </div>
  );
}
