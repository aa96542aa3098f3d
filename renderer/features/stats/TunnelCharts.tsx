import type { Sample } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";
import { duration, rate } from "../../ui/format.ts";
import { Chart } from "./Chart.tsx";

/** Rates, round-trip time and handshake age over the last minutes. */
export function TunnelCharts({ samples }: { samples: readonly Sample[] }) {
  const s = strings.stats;
  const latest = samples.at(-1);
  return (
    <div className="grid grid-cols-[repeat(auto-fit,minmax(16rem,1fr))] gap-3">
      <Chart
        title={s.rates}
        samples={samples}
        format={rate}
        least={2000}
        series={[
          { name: s.down, colour: "down", fill: true, pick: ({ downRate }) => downRate },
          { name: s.up, colour: "up", pick: ({ upRate }) => upRate },
        ]}
        summary={s.ratesSummary(rate(latest?.downRate ?? 0), rate(latest?.upRate ?? 0))}
      />
      <Chart
        title={s.rttChart}
        samples={samples}
        format={duration}
        least={10}
        series={[{ name: s.rtt, colour: "ok", fill: true, pick: ({ rttMs }) => rttMs }]}
        summary={s.rttSummary(latest?.rttMs == null ? "–" : duration(latest.rttMs))}
      />
      <Chart
        title={s.handshakeAge}
        samples={samples}
        format={(ms) => `${Math.round(ms / 1000)} s`}
        least={120_000}
        series={[{ name: s.handshakeAge, colour: "warn", pick: ({ handshakeAgeMs }) => handshakeAgeMs }]}
        summary={s.ageSummary(latest?.handshakeAgeMs == null ? "–" : `${Math.round(latest.handshakeAgeMs / 1000)} s`)}
      />
    </div>
  );
}
