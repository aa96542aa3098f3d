import { useRef, useState } from "react";
import type { Tunnel } from "../../../shared/models.ts";
import type { NetworkEvent } from "../../../shared/network-events.ts";
import type { Sample } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";
import { Choice } from "../../ui/Choice.tsx";
import { Scroll } from "../../ui/Scroll.tsx";
import { SPANS, type Span } from "./chart-model.ts";
import { FigureGrid } from "./FigureGrid.tsx";
import { HistoryTable } from "./HistoryTable.tsx";
import { TunnelCharts } from "./TunnelCharts.tsx";
import { TunnelLine } from "./TunnelLine.tsx";
import { TunnelTrouble } from "./TunnelTrouble.tsx";
import { useFirstChart } from "./use-first-chart.ts";

type Form = "charts" | "table";

const SPAN_OPTIONS = SPANS.map((value) => ({ value, label: strings.stats.spans[value] }));
const FORM_OPTIONS = [
  { value: "charts", label: strings.stats.charts },
  { value: "table", label: strings.stats.table },
] as const;

/** What most people look for: how fast, how far, how lossy, over the last minutes and now. */
export function OverviewPanel({
  tunnel,
  samples,
  events,
  now,
  onDrops,
}: {
  tunnel: Tunnel;
  samples: readonly Sample[];
  events: readonly NetworkEvent[];
  now: number;
  onDrops(): void;
}) {
  const [form, setForm] = useState<Form>("charts");
  const [span, setSpan] = useState<Span>("5");
  const isTroubled = tunnel.error !== null || tunnel.state === "silent" || tunnel.state === "failed";
  const viewport = useRef<HTMLDivElement>(null);
  useFirstChart(viewport, !isTroubled);
  const choices = (
    <div className="flex flex-wrap items-center gap-2 text-sm">
      <Choice label={strings.stats.form} value={form} options={FORM_OPTIONS} onChoose={setForm} />
      <Choice label={strings.stats.span} value={span} options={SPAN_OPTIONS} onChoose={setSpan} />
    </div>
  );
  return (
    // The charts measure their height against this one's.
    <Scroll className="h-full [container-type:size]" steady viewport={viewport}>
      <div className="@container flex flex-col gap-2 p-3">
        <TunnelLine tunnel={tunnel} now={now} />
        {isTroubled && <TunnelTrouble tunnel={tunnel} now={now} />}
        {form === "charts" ? (
          <TunnelCharts samples={samples} events={events} span={span}>
            {choices}
          </TunnelCharts>
        ) : (
          <>
            {choices}
            <HistoryTable samples={samples} span={span} />
          </>
        )}
        <FigureGrid tunnel={tunnel} sample={samples.at(-1)} now={now} onDrops={onDrops} />
      </div>
    </Scroll>
  );
}
