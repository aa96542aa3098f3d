import { ArrowDown, ArrowUp } from "lucide-react";
import type { Tunnel } from "../../../shared/models.ts";
import { rttOf, useTunnels } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";
import { duration, percent, rate, roughAge } from "../../ui/format.ts";
import { CarrierMenu } from "./CarrierMenu.tsx";
import { Figure } from "./Figure.tsx";
import { Sparkline } from "./Sparkline.tsx";
import { TunnelState } from "./TunnelState.tsx";
import { carrierName } from "./tunnel-status.ts";

/** State, carrier, region, round trip and loss stay whatever the width; rates, picture and handshake come with room. */
export function TunnelFigures({ tunnel }: { tunnel: Tunnel }) {
  const s = strings.statusBar;
  const samples = useTunnels(({ history }) => history.get(tunnel.id)?.samples) ?? [];
  const now = useTunnels((state) => state.takenAt) ?? 0;
  const brief = useTunnels(({ briefs }) => briefs.find(({ id }) => id === tunnel.id)) ?? tunnel;
  const sample = samples.at(-1);
  const rtt = rttOf(tunnel);
  const loss = sample?.lossPercent ?? null;
  return (
    <>
      <TunnelState tunnel={brief} />
      <CarrierMenu carrier={tunnel.carrier} name={carrierName(tunnel)} />
      <Figure name={s.gateway} title={tunnel.gateway} from="lg" shrink>
        {tunnel.region === null ? tunnel.gateway : s.gatewayIn(tunnel.region)}
      </Figure>
      {rtt !== null && (
        <Figure name={s.rtt} title={strings.stats.meanings.rtt} shown>
          {duration(rtt)}
        </Figure>
      )}
      {tunnel.state === "up" && (
        <Figure name={s.loss} title={strings.stats.meanings.loss} from="sm" shown>
          {loss === null ? "–" : percent(loss)}
        </Figure>
      )}
      <Figure name={s.down} from="3xl">
        <span className="flex items-center gap-1">
          <ArrowDown className="size-3 text-down" aria-hidden="true" />
          <span className="min-w-14">{rate(sample?.downRate ?? 0)}</span>
        </span>
      </Figure>
      <Figure name={s.up} from="3xl">
        <span className="flex items-center gap-1">
          <ArrowUp className="size-3 text-up" aria-hidden="true" />
          <span className="min-w-14">{rate(sample?.upRate ?? 0)}</span>
        </span>
      </Figure>
      <Figure name="" title={s.rates} from="3xl">
        <Sparkline samples={samples} />
      </Figure>
      {tunnel.lastHandshakeAt !== null && (
        <Figure name={s.handshake} from="5xl" shown>
          {s.ago(roughAge(now - tunnel.lastHandshakeAt))}
        </Figure>
      )}
    </>
  );
}
