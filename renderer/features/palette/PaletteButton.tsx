import { Search } from "lucide-react";
import { useKeysOf } from "../../commands/bindings.ts";
import { strings } from "../../strings.ts";
import { Keys } from "../../ui/Keys.tsx";
import { openPalette } from "./palette-store.ts";

/** The way to every command for the pointer, and the place where its keys are learnt. */
export function PaletteButton() {
  const keys = useKeysOf("palette");
  return (
    <button
      type="button"
      aria-label={strings.palette.button}
      aria-haspopup="dialog"
      onClick={() => openPalette("commands")}
      className="flex h-7 w-full max-w-md min-w-0 items-center gap-2 rounded-md border border-line-strong bg-canvas px-2 text-text-3 hover:bg-hover hover:text-text-2"
    >
      <Search className="size-3.5 shrink-0" />
      <span className="min-w-0 flex-1 truncate text-left">{strings.palette.button}</span>
      {keys !== undefined && (
        <span className="max-sm:hidden">
          <Keys keys={keys} />
        </span>
      )}
    </button>
  );
}
