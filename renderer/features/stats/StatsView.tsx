import { Activity, X } from "lucide-react";
import { useState } from "react";
import type { Tunnel } from "../../../shared/models.ts";
import { activePane, useShells } from "../../state/shell-store.ts";
import { tunnelOf, useTunnels } from "../../state/tunnel-store.ts";
import { chooseStatsTunnel, toggleStats, useWindow } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Choice } from "../../ui/Choice.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Pick } from "../../ui/Pick.tsx";
import { Scroll } from "../../ui/Scroll.tsx";
import { CaptureButton } from "./CaptureButton.tsx";
import { CaptureRow } from "./CaptureRow.tsx";
import { ConnectionTable } from "./ConnectionTable.tsx";
import { DropTable } from "./DropTable.tsx";
import { FigureGrid } from "./FigureGrid.tsx";
import { HistoryTable } from "./HistoryTable.tsx";
import { TunnelCharts } from "./TunnelCharts.tsx";
import { TunnelPeerTable } from "./TunnelPeerTable.tsx";
import { useCapture } from "./use-capture.ts";

type Form = "charts" | "table";

/** The network of one tunnel: figures, charts or the same as a table, connections, drops. */
export function StatsView() {
  const { tunnels, history } = useTunnels();
  const target = useShells(activePane)?.request;
  const chosen = useWindow(({ statsTunnel }) => statsTunnel);
  const [form, setForm] = useState<Form>("charts");
  const tunnel = tunnels.find(({ id }) => id === chosen) ?? tunnelOf(tunnels, target) ?? tunnels[0];
  const samples = tunnel === undefined ? [] : (history.get(tunnel.id)?.samples ?? []);
  const capture = useCapture(tunnel);
  return (
    <section aria-label={strings.stats.title} data-region="stats" className="flex h-full flex-col bg-chrome">
      <header className="@container shrink-0">
        <div className="flex h-9 items-center gap-2 border-b border-line pr-1 pl-3">
          <Activity className="size-4 shrink-0 text-text-3" aria-hidden="true" />
          <h2 className="truncate font-semibold">{strings.stats.title}</h2>
          {tunnel !== undefined && tunnels.length > 1 && (
            <Pick
              label={strings.stats.tunnel}
              value={tunnel.id}
              options={tunnels.map((one) => ({ value: one.id, label: labelOf(one) }))}
              onPick={chooseStatsTunnel}
            />
          )}
          {tunnel !== undefined && tunnels.length === 1 && (
            <span className="truncate text-text-3">{labelOf(tunnel)}</span>
          )}
          <span className="flex-1" />
          {tunnel !== undefined && <CaptureButton capture={capture} />}
          <Choice
            label={strings.stats.form}
            value={form}
            options={[
              { value: "charts", label: strings.stats.charts },
              { value: "table", label: strings.stats.table },
            ]}
            onChoose={setForm}
          />
          {tunnel !== undefined && <CopyButton text={JSON.stringify(tunnel, null, 2)} label={strings.stats.copyJson} />}
          <IconButton label={strings.stats.close} onClick={toggleStats}>
            <X className="size-4" />
          </IconButton>
        </div>
      </header>
      {tunnel !== undefined && <CaptureRow capture={tunnel.capture} error={capture.error} />}
      <Scroll className="min-h-0 flex-1">
        <div className="flex flex-col gap-4 p-3">
          {tunnel === undefined ? (
            <EmptyState title={strings.stats.none} text={strings.stats.noneText} />
          ) : (
            <>
              <FigureGrid tunnel={tunnel} sample={samples.at(-1)} />
              {form === "charts" ? <TunnelCharts samples={samples} /> : <HistoryTable samples={samples} />}
              <TunnelPeerTable peers={tunnel.peers} />
              <ConnectionTable connections={tunnel.connections} />
              <DropTable drops={tunnel.drops} />
            </>
          )}
        </div>
      </Scroll>
    </section>
  );
}

function labelOf(tunnel: Tunnel): string {
  return [tunnel.orgSlug, tunnel.network, tunnel.region ?? tunnel.gateway].filter(Boolean).join(" · ");
}
