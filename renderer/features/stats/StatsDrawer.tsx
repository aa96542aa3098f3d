import { Tabs } from "@base-ui/react/tabs";
import { Activity, X } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import type { Tunnel } from "../../../shared/models.ts";
import type { NetworkEvent } from "../../../shared/network-events.ts";
import { useBridgeState } from "../../bridge/use-bridge-state.ts";
import { eventsOf, useNetworkEvents } from "../../state/network-events.ts";
import { useTunnelNames } from "../../state/network-names.ts";
import { useTunnels } from "../../state/tunnel-store.ts";
import { toggleStats } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { cx } from "../../ui/class-names.ts";
import { age, integer } from "../../ui/format.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { Pick } from "../../ui/Pick.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { useNow } from "../../ui/use-now.ts";
import { chooseTunnel, useShownTunnel } from "../status/shown-tunnel.ts";
import { CaptureButton } from "./CaptureButton.tsx";
import { CaptureRow } from "./CaptureRow.tsx";
import { ConnectionsPanel } from "./ConnectionsPanel.tsx";
import { DROPS_ID } from "./DropTable.tsx";
import { EventsPanel } from "./EventsPanel.tsx";
import { NoTunnel } from "./NoTunnel.tsx";
import { OverviewPanel } from "./OverviewPanel.tsx";
import { PeersPanel } from "./PeersPanel.tsx";
import { statsJson } from "./stats-json.ts";
import { useCapture } from "./use-capture.ts";

/** The drawer once its parts are loaded. */
export function StatsDrawer() {
  const takenAt = useTunnels((state) => state.takenAt);
  const tunnel = useShownTunnel();
  const all = useNetworkEvents(({ events }) => events);
  const events = useMemo(() => eventsOf(all, tunnel), [all, tunnel]);
  if (tunnel !== undefined && takenAt !== null) return <OfTunnel tunnel={tunnel} takenAt={takenAt} events={events} />;
  return (
    <>
      <Header />
      {takenAt === null ? <Skeleton rows={3} /> : <NoTunnel events={events} />}
    </>
  );
}

function OfTunnel({ tunnel, takenAt, events }: { tunnel: Tunnel; takenAt: number; events: readonly NetworkEvent[] }) {
  const samples = useTunnels(({ history }) => history.get(tunnel.id)?.samples) ?? [];
  const lost = useBridgeState() !== "open";
  const clock = useNow(1000, lost);
  // While figures come they carry the time; a clock of our own would draw everything twice a second.
  const now = lost ? Math.max(clock, takenAt) : takenAt;
  const capture = useCapture(tunnel);
  const [view, setView] = useState("overview");
  const s = strings.stats;
  const showDrops = (): void => {
    flushSync(() => setView("peers"));
    document.getElementById(DROPS_ID)?.focus();
  };
  const counts: Readonly<Record<string, number>> = { connections: tunnel.connections.length, events: events.length };
  return (
    <Tabs.Root
      value={view}
      onValueChange={(next) => setView(String(next))}
      className="flex h-full min-h-0 flex-col"
      data-stale={lost || undefined}
    >
      <Header tunnel={tunnel}>
        <Tabs.List aria-label={s.parts} className="flex h-9 min-w-0 gap-1 overflow-x-auto">
          {VIEWS.map((id) => (
            <Tabs.Tab
              key={id}
              value={id}
              className="focus-inset h-9 border-accent px-2 pb-0.5 whitespace-nowrap text-text-2 hover:text-text data-active:border-b-2 data-active:pb-0 data-active:text-text"
            >
              {s.views[id]}
              {counts[id] !== undefined && (
                <span className="pl-1 text-xs text-text-3 tabular-nums">{integer(counts[id])}</span>
              )}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <span className="flex-1" />
        <CaptureButton capture={capture} />
        <CopyButton text={() => statsJson(tunnel, samples, events, takenAt)} label={s.copyJson} />
      </Header>
      <CaptureRow capture={tunnel.capture} error={capture.error} />
      <div className={cx("min-h-0 flex-1", lost && "grayscale")}>
        <Tabs.Panel value="overview" className={PANEL}>
          <OverviewPanel tunnel={tunnel} samples={samples} events={events} now={now} onDrops={showDrops} />
        </Tabs.Panel>
        <Tabs.Panel value="connections" className={PANEL}>
          <ConnectionsPanel connections={tunnel.connections} now={now} />
        </Tabs.Panel>
        <Tabs.Panel value="events" className={PANEL}>
          <EventsPanel events={events} />
        </Tabs.Panel>
        <Tabs.Panel value="peers" className={PANEL}>
          <PeersPanel tunnel={tunnel} now={now} />
        </Tabs.Panel>
      </div>
      {lost && (
        <p role="status" className="shrink-0 border-t border-line bg-warn-soft px-3 py-1 tabular-nums">
          {s.stale(age(now - takenAt))}
        </p>
      )}
    </Tabs.Root>
  );
}

const VIEWS = ["overview", "connections", "events", "peers"] as const;
const PANEL = "focus-inset h-full";

function Header({ tunnel, children }: { tunnel?: Tunnel; children?: ReactNode }) {
  const tunnels = useTunnels((state) => state.briefs);
  const tunnelName = useTunnelNames();
  const s = strings.stats;
  return (
    <header className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-2 border-b border-line pr-1 pl-3">
      <Activity className="size-4 shrink-0 text-text-3" aria-hidden="true" />
      <h2 className="font-semibold whitespace-nowrap @max-2xl:sr-only">{s.title}</h2>
      {tunnel !== undefined && tunnels.length > 1 && (
        <Pick
          label={s.tunnel}
          value={tunnel.id}
          options={tunnels.map((one) => ({ value: one.id, label: tunnelName(one) }))}
          onPick={chooseTunnel}
        />
      )}
      {tunnel !== undefined && tunnels.length === 1 && (
        <span className="truncate text-text-3 @max-4xl:hidden">{tunnelName(tunnel)}</span>
      )}
      {children ?? <span className="flex-1" />}
      <IconButton label={s.close} onClick={toggleStats}>
        <X className="size-4" />
      </IconButton>
    </header>
  );
}
