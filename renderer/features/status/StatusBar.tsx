import { ChartLine, PanelLeft } from "lucide-react";
import { useKeysOf } from "../../commands/bindings.ts";
import { useShells } from "../../state/shell-store.ts";
import { toggleStats, useWindow } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { isSidebarShown, toggleSidebar } from "../frame/sidebar.ts";
import { CapturingMark } from "./CapturingMark.tsx";
import { LinkNotice, useLinkTrouble } from "./LinkBanner.tsx";
import { NoTunnel } from "./NoTunnel.tsx";
import { OfflineNotice, useOffline } from "./OfflineNotice.tsx";
import { useShownTunnel } from "./shown-tunnel.ts";
import { TunnelFigures } from "./TunnelFigures.tsx";

/**
 * The tunnel of the shell in front, or the one that was chosen, live (#22). It is a status region by role, but not spoken on each
 * change: the figures move every second; what matters is announced by state/announcer.ts. While the host is not reached its
 * figures are old, and the notice of that stands in their place, as does that of a computer without a network: nothing above
 * it moves.
 */
export function StatusBar() {
  const sidebarShown = useWindow(isSidebarShown);
  const statsOpen = useWindow((state) => state.statsOpen);
  const sidebarKeys = useKeysOf("sidebar");
  const statsKeys = useKeysOf("stats");
  const trouble = useLinkTrouble();
  const isOffline = useOffline();
  return (
    <footer
      data-region="status"
      className={cx(
        "@container flex min-h-7 shrink-0 items-center gap-1 border-t border-line px-1 text-xs",
        trouble === null && !isOffline ? "bg-chrome" : "bg-warn-soft",
      )}
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
      {trouble !== null ? (
        <LinkNotice trouble={trouble} className="min-w-0 flex-1 px-1" />
      ) : isOffline ? (
        <OfflineNotice />
      ) : (
        <LiveFigures />
      )}
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

function LiveFigures() {
  const shells = useShells((state) => [...state.sessions.values()].filter((one) => one.state === "open").length);
  return (
    <div
      role="status"
      aria-live="off"
      aria-label={strings.statusBar.label}
      className="flex h-6 min-w-0 flex-1 items-center gap-2 overflow-hidden text-text-2 @xl:gap-3"
    >
      <ShownTunnel />
      <span className="flex-1" />
      <span className="hidden shrink-0 pr-1 whitespace-nowrap @min-[22rem]:inline">
        {strings.statusBar.shells(shells)}
      </span>
    </div>
  );
}

/** Apart, because its figures change every few seconds, and the bar's buttons with their tooltips do not. */
function ShownTunnel() {
  const tunnel = useShownTunnel();
  return tunnel === undefined ? <NoTunnel /> : <TunnelFigures tunnel={tunnel} />;
}
