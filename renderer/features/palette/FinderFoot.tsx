import { IS_MAC } from "../../commands/chords.ts";
import { strings } from "../../strings.ts";
import { Keys } from "../../ui/Keys.tsx";
import type { PaletteMode } from "./palette-store.ts";

/** The keys of the list. */
export function FinderFoot({ mode }: { mode: PaletteMode }) {
  const s = strings.palette.keys;
  const rows = [
    ["↑ ↓", s.choose],
    ["Enter", mode === "commands" ? s.run : s.open],
    [IS_MAC ? "⌘↵" : "Ctrl+Enter", s.split],
    ["Esc", s.close],
  ] as const;
  return (
    <dl className="flex shrink-0 flex-wrap gap-x-4 gap-y-1 border-t border-line px-3 py-2 text-xs text-text-3">
      {rows.map(([keys, meaning]) => (
        <div key={keys} className="flex items-center gap-1.5">
          <dt>
            <Keys keys={keys} />
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
