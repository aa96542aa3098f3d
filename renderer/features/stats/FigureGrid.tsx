import type { ReactNode } from "react";
import type { Tunnel } from "../../../shared/models.ts";
import type { Sample } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";
import { Figures } from "../../ui/Figures.tsx";
import { age, bytes, duration, integer, percent, rate } from "../../ui/format.ts";
import { Term } from "../../ui/Term.tsx";
import { datagramsIn, datagramsOut, unanswered } from "./handshake-figures.ts";

/** What was counted of the tunnel up to this moment. */
export function FigureGrid({
  tunnel,
  sample,
  now,
  onDrops,
}: {
  tunnel: Tunnel;
  sample: Sample | undefined;
  now: number;
  /** Leads to what was dropped and why. */
  onDrops(): void;
}) {
  const ms = (value: number | null): string => (value === null ? "–" : duration(value));
  const s = strings.stats;
  return (
    <div className="@container flex flex-col gap-2 pt-1.5">
      {/* 12 places: they fill rows of two, three and six. */}
      <dl className="grid grid-flow-dense grid-cols-2 gap-x-4 gap-y-2 @sm:grid-cols-3 @4xl:grid-cols-6">
        <Item name={s.rates}>
          {some(sample?.downRate, rate)} <Quiet>{s.inWord}</Quiet> · {some(sample?.upRate, rate)}{" "}
          <Quiet>{s.outWord}</Quiet>
        </Item>
        <Item name={s.rtt} meaning={s.meanings.rtt}>
          {/* What was measured before a silence says nothing of it. */}
          {ms(tunnel.state === "silent" ? null : tunnel.rttMs)}
        </Item>
        <Item name={s.received} meaning={s.meanings.bytes}>
          {bytes(tunnel.bytesIn)} <Quiet>{s.datagrams(integer(datagramsIn(tunnel)))}</Quiet>
        </Item>
        <Item name={s.sent} meaning={s.meanings.bytes}>
          {bytes(tunnel.bytesOut)} <Quiet>{s.datagrams(integer(datagramsOut(tunnel)))}</Quiet>
        </Item>
        <Item name={s.packetsWord} meaning={s.meanings.packets}>
          {integer(tunnel.packetsIn)} <Quiet>{s.inWord}</Quiet> · {integer(tunnel.packetsOut)}{" "}
          <Quiet>{s.outWord}</Quiet>
        </Item>
        <Item
          name={s.handshakes}
          meaning={s.meanings.handshakes}
          title={s.givenUp(integer(tunnel.handshakesFailed))}
          wide
        >
          {integer(tunnel.handshakesSent)} <Quiet>{s.outWord}</Quiet> · {integer(tunnel.handshakesReceived)}{" "}
          <Quiet>{s.inWord}</Quiet> · {integer(tunnel.handshakesCompleted)} <Quiet>{s.doneWord}</Quiet> ·{" "}
          {integer(unanswered(tunnel))} <Quiet>{s.unansweredWord}</Quiet>
        </Item>
        <Item name={s.lastHandshake}>
          {tunnel.lastHandshakeAt === null ? "–" : s.ago(age(now - tunnel.lastHandshakeAt), ms(tunnel.handshakeRttMs))}
        </Item>
        <Item name={s.keepalives} meaning={s.meanings.keepalives}>
          {integer(tunnel.keepalivesIn)} <Quiet>{s.inWord}</Quiet> · {integer(tunnel.keepalivesOut)}{" "}
          <Quiet>{s.outWord}</Quiet>
        </Item>
        <Item name={s.cookies} meaning={s.meanings.cookies}>
          {integer(tunnel.cookiesReceived)} <Quiet>{s.inWord}</Quiet> · {integer(tunnel.cookiesSent)}{" "}
          <Quiet>{s.outWord}</Quiet>
        </Item>
        <Item name={s.retransmits} meaning={s.meanings.loss}>
          {integer(tunnel.retransmits)}{" "}
          <Quiet>{s.figure(s.loss.toLowerCase(), some(sample?.lossPercent, percent))}</Quiet>
        </Item>
        <Item name={s.droppedWord}>
          <Drops drops={tunnel.drops} onDrops={onDrops} />
        </Item>
      </dl>
    </div>
  );
}

function Drops({ drops, onDrops }: { drops: Tunnel["drops"]; onDrops(): void }) {
  const counts = Object.values(drops);
  if (counts.length === 0) return integer(0);
  const count = counts.reduce((sum, one) => sum + one, 0);
  return (
    <button
      type="button"
      onClick={onDrops}
      className="-my-0.5 min-h-6 rounded-sm underline underline-offset-2 hover:text-text"
    >
      {strings.stats.forReasons(integer(count), counts.length)}
    </button>
  );
}

function Item({
  name,
  meaning,
  title,
  wide,
  children,
}: {
  name: string;
  meaning?: string;
  title?: string;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={wide === true ? "col-span-2 min-w-0" : "min-w-0"}>
      <dt className="truncate text-xs text-text-3">
        {meaning === undefined ? name : <Term meaning={meaning}>{name}</Term>}
      </dt>
      <dd className="tabular-nums wrap-anywhere" title={title ?? (typeof children === "string" ? children : undefined)}>
        <Figures>{children}</Figures>
      </dd>
    </div>
  );
}

function some(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? "–" : format(value);
}

function Quiet({ children }: { children: ReactNode }) {
  return <span className="text-xs text-text-3">{children}</span>;
}
