import { X } from "lucide-react";
import type { Tunnel } from "../../../shared/models.ts";
import { rttOf } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";
import { Badge } from "../../ui/Badge.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { FactList } from "../../ui/FactList.tsx";
import { age, bytes, duration, integer } from "../../ui/format.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { useNow } from "../../ui/use-now.ts";
import { carrierName, tunnelStatus } from "../status/tunnel-status.ts";
import { NewPeer } from "./NewPeer.tsx";
import type { PeerRow } from "./peer-rows.ts";
import { RemovePeer } from "./RemovePeer.tsx";

const s = strings.peers;

/** Everything about one peer: where it is, its key, and how its tunnel does if it is ours. */
export function PeerDetails({ row, onClose }: { row: PeerRow; onClose(): void }) {
  const { peer, place, tunnel } = row;
  return (
    <section
      aria-label={s.details(peer.name)}
      className="flex flex-col gap-4 rounded-md border border-line bg-chrome p-4"
    >
      <header className="flex items-start gap-2">
        <h3 className="min-w-0 flex-1 font-semibold break-words">{peer.name}</h3>
        <IconButton label={strings.common.close} onClick={onClose} small>
          <X className="size-4" />
        </IconButton>
      </header>
      {(peer.thisComputer || peer.leftBehind) && (
        <p className="flex flex-wrap items-center gap-2 text-text-2">
          <Badge tone={peer.thisComputer ? "accent" : "warn"}>
            {peer.thisComputer ? s.thisComputer : s.leftBehind}
          </Badge>
          {peer.leftBehind && s.leftBehindText}
        </p>
      )}
      <FactList
        facts={[
          [place.fixed ? s.configuration : s.organization, place.label],
          ...(peer.network === null ? [] : [[s.network, peer.network] as const]),
          ...(peer.region === "" ? [] : [[s.region, peer.region] as const]),
          [
            place.fixed ? s.reaches : s.address,
            <Copied key="address" text={peer.address} label={s.copyAddress(peer.name)} />,
          ],
          [s.publicKey, <Copied key="key" text={peer.publicKey} label={s.copyKey(peer.name)} />],
        ]}
      />
      {tunnel !== undefined && <TunnelFacts tunnel={tunnel} />}
      {place.fixed ? (
        <p className="text-text-3">{s.fixedText}</p>
      ) : (
        <div className="flex flex-wrap gap-2">
          {peer.thisComputer && peer.network === null && <NewPeer org={place} isRotation />}
          <RemovePeer row={row} onRemoved={onClose} />
        </div>
      )}
    </section>
  );
}

function Copied({ text, label }: { text: string; label: string }) {
  return (
    <span className="flex min-w-0 items-start gap-1">
      <code className="min-w-0 flex-1 pt-1 font-mono text-xs break-all">{text}</code>
      <CopyButton text={text} label={label} />
    </span>
  );
}

function TunnelFacts({ tunnel }: { tunnel: Tunnel }) {
  const now = useNow(1000);
  const rtt = rttOf(tunnel);
  const carrier = carrierName(tunnel);
  return (
    <div className="flex flex-col gap-2 border-t border-line pt-3">
      <h4 className="text-xs font-medium text-text-3">{s.tunnel}</h4>
      <FactList
        facts={[
          [
            s.state,
            <span key="state" className="flex items-center gap-1.5">
              <StatusShape status={tunnelStatus(tunnel)} />
              {strings.tunnelStates[tunnel.state]}
            </span>,
          ],
          [
            s.endpoint,
            <code key="endpoint" className="font-mono text-xs break-all">
              {tunnel.gateway}
            </code>,
          ],
          ...(carrier === null ? [] : [[s.carrier, carrier] as const]),
          [s.columns.handshake, tunnel.lastHandshakeAt === null ? s.never : s.ago(age(now - tunnel.lastHandshakeAt))],
          ...(rtt === null ? [] : [[s.rtt, duration(rtt)] as const]),
          [s.received, s.figures(bytes(tunnel.bytesIn), integer(tunnel.packetsIn))],
          [s.sent, s.figures(bytes(tunnel.bytesOut), integer(tunnel.packetsOut))],
        ]}
      />
    </div>
  );
}
