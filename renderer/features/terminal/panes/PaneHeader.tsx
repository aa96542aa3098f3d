import { Maximize2, Minimize2, X } from "lucide-react";
import { useBridge } from "../../../bridge/bridge-context.ts";
import { closePane } from "../../../state/shell-actions.ts";
import { type Pane, sessionOf, useShells } from "../../../state/shell-store.ts";
import { focusPaneKey, toggleZoom } from "../../../state/tabs.ts";
import { strings } from "../../../strings.ts";
import { cx } from "../../../ui/class-names.ts";
import { shortId } from "../../../ui/format.ts";
import { IconButton } from "../../../ui/IconButton.tsx";
import { MiddleText } from "../../../ui/MiddleText.tsx";
import { StatusShape } from "../../../ui/StatusShape.tsx";
import { describePane } from "../tab-state.ts";

/** Above a pane that has neighbours: which shell it is, how it is, and what can be done with its place. */
export function PaneHeader({ pane, focused, zoomed }: { pane: Pane; focused: boolean; zoomed: boolean }) {
  const bridge = useBridge();
  const session = useShells((state) => sessionOf(state, pane));
  const { status, word, machine, region } = describePane(pane, session);
  const zoom = (): void => {
    focusPaneKey(pane.key);
    toggleZoom();
  };
  return (
    <header
      className={cx(
        "relative flex h-7 shrink-0 items-center gap-2 border-b border-line bg-chrome pr-0.5 pl-3",
        focused ? "text-text" : "text-text-3",
      )}
    >
      {focused && <span className="absolute inset-x-0 top-0 h-0.5 bg-accent" aria-hidden="true" />}
      <StatusShape status={status} />
      <span className="flex min-w-0 flex-1 items-baseline gap-1.5">
        <bdi className={cx("truncate", focused && "font-medium")}>{pane.request.appName}</bdi>
        {machine !== "" && (
          <MiddleText text={shortId(machine)} className="shrink-[1000] font-mono text-xs text-text-3" />
        )}
        {region !== "" && <span className="shrink-0 text-xs text-text-3">{region}</span>}
        <span className="shrink-[100] truncate text-xs text-text-3">{word}</span>
      </span>
      <IconButton small label={zoomed ? strings.panes.unzoom : strings.panes.zoom} onClick={zoom}>
        {zoomed ? <Minimize2 className="size-3.5" /> : <Maximize2 className="size-3.5" />}
      </IconButton>
      <IconButton small label={strings.panes.close} onClick={() => closePane(bridge, pane)}>
        <X className="size-3.5" />
      </IconButton>
    </header>
  );
}
