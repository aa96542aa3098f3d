import { ChartLine, PanelLeft } from "lucide-react";
import { useBridgeState, useHostSilence } from "../../bridge/use-bridge-state.ts";
import { useKeysOf } from "../../commands/bindings.ts";
import { useShells } from "../../state/shell-store.ts";
import { toggleStats, useWindow } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { isSidebarShown, toggleSidebar } from "../frame/sidebar.ts";
import { CapturingMark } from "./CapturingMark.tsx";
import { runningStage, useConnecting, useShownTunnel } from "./shown-tunnel.ts";
import { TunnelFigures } from "./TunnelFigures.tsx";

/**
 * The tunnel of the shell in front, or the one that was chosen, live (#22). It is a status region by role, but not spoken on each
 * change: the figures move every second; what matters is announced by state/announcer.ts.
 */
export function StatusBar() {
  const shells = useShells((state) => [...state.sessions.values()].filter((one) => one.state === "open").length);
  const sidebarShown = useWindow(isSidebarShown);
  const statsOpen = useWindow((state) => state.statsOpen);
  const sidebarKeys = useKeysOf("sidebar");
  const statsKeys = useKeysOf("stats");
  const state = useBridgeState();
  const isSilent = useHostSilence();
  const lost = state === "lost" || state === "gone" || state === "locked" || isSilent;
  return (
    <footer
      data-region="status"
      className="@container flex h-7 shrink-0 items-center gap-1 border-t border-line bg-chrome px-1 text-xs"
    >
      <IconButton
        label={strings.commands.sidebar}
        shortcut={sidebarKeys}
        aria-pressed={sidebarShown}
        onClick={toggleSidebar}
        small
      >
        <PanelLeft className="size-3.5" />
      </IconButton>
      <div
        role="status"
        aria-live="off"
        aria-label={strings.statusBar.label}
        className={cx(
          "flex h-full min-w-0 flex-1 items-center gap-2 overflow-hidden @xl:gap-3",
          lost ? "text-text-3" : "text-text-2",
        )}
      >
        <ShownTunnel lost={lost} />
        <span className="flex-1" />
        <span className="hidden shrink-0 pr-1 whitespace-nowrap @min-[22rem]:inline">
          {strings.statusBar.shells(shells)}
        </span>
      </div>
      <CapturingMark />
      <IconButton
        label={strings.commands.stats}
        shortcut={statsKeys}
        aria-pressed={statsOpen}
        onClick={toggleStats}
        small
      >
        <ChartLine className="size-3.5" />
      </IconButton>
    </footer>
  );
}

/** Apart, because its figures change every few seconds, and the bar's buttons with their tooltips do not. */
function ShownTunnel({ lost }: { lost: boolean }) {
  const tunnel = useShownTunnel();
  return tunnel === undefined ? <NoTunnel /> : <TunnelFigures tunnel={tunnel} lost={lost} />;
}

/** Before there is a tunnel, what is on its way to one. */
function NoTunnel() {
  const connecting = useConnecting();
  const stage = connecting === undefined ? null : runningStage(connecting);
  return (
    <span className="flex min-w-0 items-center gap-1.5 px-1">
      <StatusShape status={connecting === undefined ? "unknown" : "starting"} />
      <span className="truncate">
        {connecting === undefined
          ? strings.statusBar.noTunnel
          : strings.statusBar.connecting(stage === null ? null : strings.stages.names[stage])}
      </span>
    </span>
  );
}
