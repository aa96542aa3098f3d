import type { ReactNode } from "react";
import { sentenceFor } from "../../../shared/errors.ts";
import type { Tunnel } from "../../../shared/models.ts";
import type { Sample } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";
import { age, bytes, duration, integer, rate } from "../../ui/format.ts";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { useNow } from "../../ui/use-now.ts";
import { carrierName, tunnelStatus } from "../status/tunnel-status.ts";

/** The tunnel's figures of this moment. */
export function FigureGrid({ tunnel, sample }: { tunnel: Tunnel; sample: Sample | undefined }) {
  const now = useNow(1000);
  const ms = (value: number | null): string => (value === null ? "–" : duration(value));
  const s = strings.stats;
  return (
    <div className="flex flex-col gap-2">
      {tunnel.error !== null && (
        <p className="text-bad">
          {sentenceFor(tunnel.error.code)} {tunnel.error.detail}
        </p>
      )}
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(8.5rem,1fr))] gap-x-4 gap-y-2">
        <Item name={s.state}>
          <span className="flex items-center gap-1.5">
            <StatusShape status={tunnelStatus(tunnel)} />
            {strings.tunnelStates[tunnel.state]}
          </span>
        </Item>
        <Item name={s.down}>{rate(sample?.downRate ?? 0)}</Item>
        <Item name={s.up}>{rate(sample?.upRate ?? 0)}</Item>
        <Item name={s.rtt}>{ms(tunnel.rttMs)}</Item>
        <Item name={s.handshakeRtt}>{ms(tunnel.handshakeRttMs)}</Item>
        <Item name={s.handshakeAge}>{tunnel.lastHandshakeAt === null ? "–" : age(now - tunnel.lastHandshakeAt)}</Item>
        <Item name={s.carrier}>{carrierName(tunnel)}</Item>
        <Item name={s.gateway}>{tunnel.gateway}</Item>
        <Item name={s.address} wide>
          {tunnel.address}
        </Item>
        <Item name={s.mtu}>{s.mtuBytes(tunnel.mtu)}</Item>
        <Item name={s.received}>
          {bytes(tunnel.bytesIn)} <Quiet>{s.packets(integer(tunnel.packetsIn))}</Quiet>
        </Item>
        <Item name={s.sent}>
          {bytes(tunnel.bytesOut)} <Quiet>{s.packets(integer(tunnel.packetsOut))}</Quiet>
        </Item>
        <Item name={s.handshakes} wide>
          {integer(tunnel.handshakesSent)} <Quiet>{s.sentWord}</Quiet> · {integer(tunnel.handshakesReceived)}{" "}
          <Quiet>{s.receivedWord}</Quiet> · {integer(tunnel.handshakesCompleted)} <Quiet>{s.completedWord}</Quiet> ·{" "}
          {integer(tunnel.handshakesFailed)} <Quiet>{s.failedWord}</Quiet>
        </Item>
        <Item name={s.keepalives}>
          {integer(tunnel.keepalivesIn)} <Quiet>{s.receivedWord}</Quiet> · {integer(tunnel.keepalivesOut)}{" "}
          <Quiet>{s.sentWord}</Quiet>
        </Item>
        <Item name={s.cookies}>
          {integer(tunnel.cookiesReceived)} <Quiet>{s.receivedWord}</Quiet> · {integer(tunnel.cookiesSent)}{" "}
          <Quiet>{s.sentWord}</Quiet>
        </Item>
        <Item name={s.retransmits}>{integer(tunnel.retransmits)}</Item>
        <Item name={s.upSince}>{age(now - tunnel.createdAt)}</Item>
      </dl>
    </div>
  );
}

function Item({ name, wide, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={wide === true ? "col-span-2 min-w-0" : "min-w-0"}>
      <dt className="truncate text-xs text-text-3">{name}</dt>
      <dd className="truncate tabular-nums" title={typeof children === "string" ? children : undefined}>
        {children}
      </dd>
    </div>
  );
}

function Quiet({ children }: { children: ReactNode }) {
  return <span className="text-xs text-text-3">{children}</span>;
}
