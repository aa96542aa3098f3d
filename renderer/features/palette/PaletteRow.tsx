import { Autocomplete } from "@base-ui/react/autocomplete";
import { useKeysOf } from "../../commands/bindings.ts";
import type { CommandId } from "../../commands/command-ids.ts";
import { type Pane, sessionOf, useShells } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { Keys } from "../../ui/Keys.tsx";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { useDescription } from "../terminal/use-description.ts";
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
      {item.kind === "pane" && <PaneState paneKey={item.paneKey} part="shape" />}
      {(item.kind === "app" || item.kind === "machine") && <StatusShape status={item.status} />}
      <span dir="auto" className="max-w-3/5 shrink-0 truncate">
        <Marked text={item.title} marks={titleMarks} />
      </span>{" "}
      <span dir="auto" className="min-w-0 flex-1 truncate text-xs text-text-3">
        <Marked text={item.detail} marks={detailMarks} />
      </span>{" "}
      <RowEnd item={item} />
    </Autocomplete.Item>
  );
}

const WORD = "shrink-0 text-xs text-text-3";

function RowEnd({ item }: { item: PaletteItem }) {
  switch (item.kind) {
    case "command":
      return <CommandKeys id={item.id} />;
    case "pane":
      return <PaneState paneKey={item.paneKey} part="word" />;
    case "app":
    case "machine":
      return <span className={WORD}>{strings.status[item.status]}</span>;
  }
}

/** As the shell's tab has it. Nothing of one that was closed meanwhile. */
function PaneState({ paneKey, part }: { paneKey: string; part: "shape" | "word" }) {
  const pane = useShells((state) => state.panes.get(paneKey));
  return pane === undefined ? null : <StateOf pane={pane} part={part} />;
}

function StateOf({ pane, part }: { pane: Pane; part: "shape" | "word" }) {
  const session = useShells((state) => sessionOf(state, pane));
  const { status, word } = useDescription(pane, session);
  return part === "shape" ? <StatusShape status={status} /> : <span className={WORD}>{word}</span>;
}

function CommandKeys({ id }: { id: CommandId }) {
  const keys = useKeysOf(id);
  return keys === undefined ? null : <Keys keys={keys} />;
}
