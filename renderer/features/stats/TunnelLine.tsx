import type { ReactNode } from "react";
import type { Tunnel } from "../../../shared/models.ts";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";
import { Figures } from "../../ui/Figures.tsx";
import { age } from "../../ui/format.ts";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { carrierName, tunnelStatus } from "../status/tunnel-status.ts";

/**
 * Which tunnel it is and how it is, in one line, or in two where room is scarce: the charts below count on that
 * (TunnelCharts), and the one fact that may be long gives way.
 */
export function TunnelLine({ tunnel, now }: { tunnel: Tunnel; now: number }) {
  const s = strings.stats;
  const carrier = carrierName(tunnel);
  return (
    <dl className="flex flex-wrap items-center justify-start gap-x-4 text-xs leading-5 @xl:grid @xl:grid-cols-[auto_auto_minmax(0,max-content)_auto_minmax(0,1fr)] @4xl:grid-cols-[auto_auto_minmax(0,max-content)_auto_auto]">
      <Fact name={s.state} speaksForItself>
        <span className="flex items-center gap-1.5">
          <StatusShape status={tunnelStatus(tunnel)} />
          {strings.tunnelStates[tunnel.state]}
        </span>
      </Fact>
      <Fact name={s.carrier} speaksForItself title={carrier ?? s.noCarrier}>
        {carrier ?? "–"}
      </Fact>
      <Fact name={s.gateway} title={tunnel.gateway}>
        <Figures>{tunnel.gateway}</Figures>
      </Fact>
      <Fact name={s.upSince}>
        <Figures>{age(now - tunnel.createdAt)}</Figures>
      </Fact>
      <Fact name={s.address} title={tunnel.address} below>
        <Figures>
          {tunnel.address} <span className="pl-2 text-text-3">{s.mtu(tunnel.mtu)}</span>
        </Figures>
      </Fact>
    </dl>
  );
}

function Fact({
  name,
  title,
  speaksForItself,
  below,
  children,
}: {
  name: string;
  title?: string;
  /** Its name is read aloud only. */
  speaksForItself?: boolean;
  /** In the second of two lines. */
  below?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={cx("flex min-w-0 gap-1.5 tabular-nums", below === true && "@xl:@max-4xl:col-span-full")}>
      <dt className={speaksForItself === true ? "sr-only" : "shrink-0 text-text-3"}>{name}</dt>
      <dd className="min-w-0 truncate" title={title}>
        {children}
      </dd>
    </div>
  );
}
