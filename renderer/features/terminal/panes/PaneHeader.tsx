import { Maximize2, Minimize2, X } from "lucide-react";
import { shownName } from "../../../../shared/visible-text.ts";
import { useBridge } from "../../../bridge/bridge-context.ts";
import { askToClosePane } from "../../../state/close-asked.ts";
import { useSettings } from "../../../state/queries.ts";
import { type Pane, sessionOf, useShells } from "../../../state/shell-store.ts";
import { focusPaneKey, toggleZoom } from "../../../state/tabs.ts";
import { strings } from "../../../strings.ts";
import { cx } from "../../../ui/class-names.ts";
import { shortId } from "../../../ui/format.ts";
import { IconButton } from "../../../ui/IconButton.tsx";
import { MiddleText } from "../../../ui/MiddleText.tsx";
import { StatusShape } from "../../../ui/StatusShape.tsx";
import { useDescription } from "../use-description.ts";

/** Which of its tab's panes it is, from 1. */
export interface PanePlace {
  readonly at: number;
  readonly of: number;
}

interface PaneHeaderProps {
  pane: Pane;
  place: PanePlace;
  focused: boolean;
  zoomed: boolean;
}

/** Above a pane that has neighbours: which shell it is, how it is, and what can be done with its place. */
export function PaneHeader({ pane, place, focused, zoomed }: PaneHeaderProps) {
  const bridge = useBridge();
  const { marks } = useSettings();
  const session = useShells((state) => sessionOf(state, pane));
  const { status, word, machine, region } = useDescription(pane, session);
  const zoom = (): void => {
    focusPaneKey(pane.key);
    toggleZoom();
  };
  return (
    <header
      className={cx(
        "@container relative flex h-7 shrink-0 items-center gap-2 border-b border-line bg-chrome pr-0.5 pl-3",
        focused ? "text-text" : "text-text-3",
      )}
    >
      {focused && <span className="absolute inset-x-0 top-0 h-0.5 bg-accent" aria-hidden="true" />}
      <StatusShape status={status} />
      {/* What has no room wraps out of sight, from the end: the region first, then the machine, the app's name never. */}
      <span className="flex h-5 min-w-0 flex-1 flex-wrap items-baseline gap-x-1.5 overflow-hidden">
        <bdi className={cx("max-w-full truncate leading-5", focused && "font-medium")}>
          {shownName(pane.request.appName)}
        </bdi>
        {machine !== "" && (
          <MiddleText text={shortId(machine)} className="max-w-full font-mono text-xs leading-5 text-text-3" />
        )}
        {region !== "" && <span className="text-xs leading-5 text-text-3">{region}</span>}
      </span>
      <span className="shrink-0 text-xs text-text-3 @max-[13rem]:sr-only">
        {[zoomed ? strings.panes.zoomed(place.at, place.of) : "", word].filter(Boolean).join(" · ")}
      </span>
      <IconButton small label={zoomed ? strings.panes.unzoom : strings.panes.zoom} onClick={zoom}>
        {zoomed ? <Minimize2 className="size-3.5" /> : <Maximize2 className="size-3.5" />}
      </IconButton>
      <IconButton small label={strings.panes.close} onClick={() => askToClosePane({ bridge, marks }, pane)}>
        <X className="size-3.5" />
      </IconButton>
    </header>
  );
}
