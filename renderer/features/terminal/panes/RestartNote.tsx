import { RotateCcw, X } from "lucide-react";
import { useShells } from "../../../state/shell-store.ts";
import { strings } from "../../../strings.ts";
import { IconButton } from "../../../ui/IconButton.tsx";

/** Says, until somebody puts it away, that shells were lost with the engine and what becomes of them. */
export function RestartNote() {
  const isShown = useShells((state) => state.engineRestarted);
  if (!isShown) return null;
  return (
    <div className="flex min-h-9 shrink-0 items-center gap-3 border-b border-line bg-warn-soft py-1 pr-1 pl-3">
      <RotateCcw className="size-4 shrink-0 text-warn" aria-hidden="true" />
      <p className="min-w-0 flex-1">{strings.panes.engineRestarted}</p>
      <IconButton label={strings.panes.putAway} onClick={() => useShells.setState({ engineRestarted: false })}>
        <X className="size-4" />
      </IconButton>
    </div>
  );
}
