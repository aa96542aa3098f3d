import type { TunnelPeer } from "../../../shared/models.ts";
import { strings } from "../../strings.ts";
import { age, bytes, duration, integer } from "../../ui/format.ts";
import { Cell, HeadCell, Table } from "../../ui/Table.tsx";
import { useNow } from "../../ui/use-now.ts";

/** The WireGuard peers of a tunnel: where each is, over what, and what its handshakes came to. */
export function TunnelPeerTable({ peers }: { peers: readonly TunnelPeer[] }) {
  const s = strings.stats;
  const now = useNow(1000, peers.length > 0);
  const since = (at: number | null): string => (at === null ? "–" : age(now - at));
  return (
    <section aria-label={s.peers} className="flex flex-col gap-1">
      <h3 className="text-xs font-medium text-text-2">{s.peers}</h3>
      <Table label={s.peers}>
        <thead>
          <tr>
            <HeadCell>{s.publicKey}</HeadCell>
            <HeadCell>{s.endpoint}</HeadCell>
            <HeadCell>{s.carrier}</HeadCell>
            <HeadCell right>{s.handshakeAge}</HeadCell>
            <HeadCell right>{s.handshakeRtt}</HeadCell>
            <HeadCell right>{s.handshakesSent}</HeadCell>
            <HeadCell right>{s.handshakesReceived}</HeadCell>
            <HeadCell right>{s.handshakesCompleted}</HeadCell>
            <HeadCell right>{s.handshakesFailed}</HeadCell>
            <HeadCell right>{s.heard}</HeadCell>
            <HeadCell right>{s.received}</HeadCell>
            <HeadCell right>{s.sent}</HeadCell>
            <HeadCell right>{s.keepalivesIn}</HeadCell>
            <HeadCell right>{s.keepalivesOut}</HeadCell>
            <HeadCell right>{s.waitingDropped}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {peers.map((one) => (
            <tr key={one.publicKey} className="hover:bg-hover">
              <Cell mono title={one.publicKey}>
                {one.publicKey.slice(0, 8)}…
              </Cell>
              <Cell mono>{one.endpoint ?? "–"}</Cell>
              <Cell>{strings.carriers[one.carrier]}</Cell>
              <Cell right>{since(one.lastHandshakeAt)}</Cell>
              <Cell right>{one.handshakeRttMs === null ? "–" : duration(one.handshakeRttMs)}</Cell>
              <Cell right>{integer(one.handshakesSent)}</Cell>
              <Cell right>{integer(one.handshakesReceived)}</Cell>
              <Cell right>{integer(one.handshakesCompleted)}</Cell>
              <Cell right>{integer(one.handshakesFailed)}</Cell>
              <Cell right>{since(one.lastReceivedAt)}</Cell>
              <Cell right>
                {bytes(one.bytesIn)} <span className="text-text-3">{s.packets(integer(one.packetsIn))}</span>
              </Cell>
              <Cell right>
                {bytes(one.bytesOut)} <span className="text-text-3">{s.packets(integer(one.packetsOut))}</span>
              </Cell>
              <Cell right>{integer(one.keepalivesIn)}</Cell>
              <Cell right>{integer(one.keepalivesOut)}</Cell>
              <Cell right>{integer(one.waitingDropped)}</Cell>
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  );
}
