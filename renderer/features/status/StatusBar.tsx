import { ArrowDown, ArrowUp, ChartLine, PanelLeft } from "lucide-react";
import type { Tunnel } from "../../../shared/models.ts";
import { isDesktop } from "../../bridge/desktop-link.ts";
import { activePane, useShells } from "../../state/shell-store.ts";
import { keysOf } from "../../state/shortcuts.ts";
import { lastSample, tunnelOf, useTunnels } from "../../state/tunnel-store.ts";
import { toggleSidebar, toggleStats, useWindow } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { age, duration, rate } from "../../ui/format.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { useNow } from "../../ui/use-now.ts";
import { CapturingMark } from "./CapturingMark.tsx";
import { Figure } from "./Figure.tsx";
import { Sparkline } from "./Sparkline.tsx";
import { carrierName, tunnelStatus } from "./tunnel-status.ts";

/**
 * The tunnel of the shell in front, live. It is a status region by role, but not spoken on each change: the figures move
 * every second; what matters is announced by state/announcer.ts.
 */
export function StatusBar() {
  const edition = isDesktop() ? "desktop" : "browser";
  const target = useShells(activePane)?.request;
  const shells = useShells((state) => [...state.sessions.values()].filter((one) => one.state === "open").length);
  const tunnels = useTunnels((state) => state.tunnels);
  const { sidebarOpen, statsOpen } = useWindow();
  const tunnel = tunnelOf(tunnels, target);
  return (
    <footer
      data-region="status"
      className="@container flex h-7 shrink-0 items-center gap-1 border-t border-line bg-chrome px-1 text-xs"
    >
      <IconButton
        label={strings.commands.sidebar}
        shortcut={keysOf("sidebar", edition)}
        aria-pressed={sidebarOpen}
        onClick={toggleSidebar}
        small
      >
        <PanelLeft className="size-3.5" />
      </IconButton>
      <div
        role="status"
        aria-live="off"
        aria-label={strings.statusBar.label}
        className="flex min-w-0 flex-1 items-center gap-4 overflow-hidden px-1"
      >
        {tunnel === undefined ? (
          <span className="flex items-center gap-2 text-text-3">
            <StatusShape status="unknown" />
            {strings.statusBar.noTunnel}
          </span>
        ) : (
          <TunnelFigures tunnel={tunnel} />
        )}
        <span className="flex-1" />
        <span className="shrink-0 whitespace-nowrap text-text-2">{strings.statusBar.shells(shells)}</span>
      </div>
      <CapturingMark />
      <IconButton
        label={strings.commands.stats}
        shortcut={keysOf("stats", edition)}
        aria-pressed={statsOpen}
        onClick={toggleStats}
        small
      >
        <ChartLine className="size-3.5" />
      </IconButton>
    </footer>
  );
}

function TunnelFigures({ tunnel }: { tunnel: Tunnel }) {
  const history = useTunnels((state) => state.history);
  const now = useNow(1000);
  const sample = lastSample(history, tunnel);
  const carrier = carrierName(tunnel);
  const rtt = tunnel.rttMs ?? tunnel.handshakeRttMs;
  return (
    <>
      <Figure name={strings.statusBar.tunnel}>
        <span className="flex items-center gap-1.5 font-medium text-text">
          <StatusShape status={tunnelStatus(tunnel)} />
          {strings.tunnelStates[tunnel.state]}
        </span>
      </Figure>
      {carrier !== null && <Figure name={strings.statusBar.carrier}>{carrier}</Figure>}
      <Figure name={strings.statusBar.gateway} title={tunnel.gateway} shrink>
        {tunnel.region === null ? tunnel.gateway : strings.statusBar.gatewayIn(tunnel.region)}
      </Figure>
      {rtt !== null && (
        <Figure name={strings.statusBar.rtt} shown>
          {duration(rtt)}
        </Figure>
      )}
      <Figure name={strings.statusBar.down} from="md">
        <span className="flex items-center gap-1">
          <ArrowDown className="size-3 text-down" aria-hidden="true" />
          <span className="min-w-14">{rate(sample?.downRate ?? 0)}</span>
        </span>
      </Figure>
      <Figure name={strings.statusBar.up} from="md">
        <span className="flex items-center gap-1">
          <ArrowUp className="size-3 text-up" aria-hidden="true" />
          <span className="min-w-14">{rate(sample?.upRate ?? 0)}</span>
        </span>
      </Figure>
      <Sparkline samples={history.get(tunnel.id)?.samples ?? []} />
      {tunnel.lastHandshakeAt !== null && (
        <Figure name={strings.statusBar.handshake} from="lg" shown>
          {strings.statusBar.ago(age(now - tunnel.lastHandshakeAt))}
        </Figure>
      )}
    </>
  );
}
