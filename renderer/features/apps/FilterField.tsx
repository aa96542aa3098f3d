import { useKeysOf } from "../../commands/bindings.ts";
import { setFilter, useTree } from "../../state/tree-store.ts";
import { strings } from "../../strings.ts";
import { SearchField } from "../../ui/SearchField.tsx";

/** The element that the "filter apps" shortcut goes to. */
export const FILTER_ID = "app-filter";

/** Filters the tree while one types. Down goes into the tree, Enter opens the first match, Escape clears. */
export function FilterField({ onOpenFirst, onLeave }: { onOpenFirst(): void; onLeave(): void }) {
  const filter = useTree((state) => state.filter);
  const keys = useKeysOf("filterApps");
  const onKey = (key: string): boolean => {
    if (key === "ArrowDown") onLeave();
    else if (key === "Enter" && filter !== "") onOpenFirst();
    else return false;
    return true;
  };
  return (
    <SearchField
      id={FILTER_ID}
      label={strings.tree.filter}
      value={filter}
      title={keys}
      onText={setFilter}
      onKey={onKey}
      className="m-2"
    />
  );
}
