import type { Tunnel } from "../../../shared/models.ts";
import { Scroll } from "../../ui/Scroll.tsx";
import { DropTable } from "./DropTable.tsx";
import { TunnelPeerTable } from "./TunnelPeerTable.tsx";
import { WireFigures } from "./WireFigures.tsx";

/** The tunnel's WireGuard peers, and the packets that went no further, and what they are to be held against. */
export function PeersPanel({ tunnel, now }: { tunnel: Tunnel; now: number }) {
  return (
    <Scroll className="h-full">
      <div className="flex flex-col gap-4 p-3">
        <TunnelPeerTable peers={tunnel.peers} now={now} />
        <DropTable drops={tunnel.drops} />
        <WireFigures wire={tunnel.wire} />
      </div>
    </Scroll>
  );
}
