import { Autocomplete } from "@base-ui/react/autocomplete";
import { useKeysOf } from "../../commands/bindings.ts";
import type { CommandId } from "../../commands/command-ids.ts";
import { strings } from "../../strings.ts";
import { Keys } from "../../ui/Keys.tsx";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { Marked } from "./Marked.tsx";
import type { PaletteItem } from "./palette-items.ts";
import type { Hit } from "./search.ts";

/** One line: what it is, where it is, and its keys or its state. */
export function PaletteRow({ hit, onOpen }: { hit: Hit; onOpen(item: PaletteItem, inSplit: boolean): void }) {
  const { item, titleMarks, detailMarks } = hit;
  return (
    <Autocomplete.Item
      value={hit}
      onClick={({ ctrlKey, metaKey }) => onOpen(item, ctrlKey || metaKey)}
      className="flex h-7 items-center gap-2 rounded-sm px-2 data-highlighted:bg-hover data-highlighted:inset-ring data-highlighted:inset-ring-line-strong"
    >
      {item.kind !== "command" && <StatusShape status={item.status} />}
      <span dir="auto" className="max-w-3/5 shrink-0 truncate">
        <Marked text={item.title} marks={titleMarks} />
      </span>{" "}
      <span dir="auto" className="min-w-0 flex-1 truncate text-xs text-text-3">
        <Marked text={item.detail} marks={detailMarks} />
      </span>{" "}
      {item.kind === "command" ? (
        <CommandKeys id={item.id} />
      ) : (
        <span className="shrink-0 text-xs text-text-3">{strings.status[item.status]}</span>
      )}
    </Autocomplete.Item>
  );
}

function CommandKeys({ id }: { id: CommandId }) {
  const keys = useKeysOf(id);
  return keys === undefined ? null : <Keys keys={keys} />;
}
