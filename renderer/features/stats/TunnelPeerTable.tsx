import type { TunnelPeer } from "../../../shared/models.ts";
import { strings } from "../../strings.ts";
import { age, bytes, duration, integer } from "../../ui/format.ts";
import { LongAddress } from "../../ui/LongAddress.tsx";
import { Cell, HeadCell, Table } from "../../ui/Table.tsx";
import { unanswered } from "./handshake-figures.ts";

/** Of a key its beginning is enough to know it again. */
const KEY_ENDS = [6, 0] as const;

/** The WireGuard peers of a tunnel: where each is, over what, and what its handshakes came to. */
export function TunnelPeerTable({ peers, now }: { peers: readonly TunnelPeer[]; now: number }) {
  const s = strings.stats;
  const since = (at: number | null): string => (at === null ? "–" : age(now - at));
  return (
    <section aria-label={s.peers} className="flex flex-col gap-1">
      <h3 className="text-xs font-medium text-text-2">{s.peers}</h3>
      <Table label={s.peers}>
        <thead>
          <tr>
            <HeadCell>{s.publicKey}</HeadCell>
            <HeadCell parts={s.endpointParts}>{s.endpoint}</HeadCell>
            <HeadCell right wraps parts={s.lastHandshakeParts}>
              {s.lastHandshake}
            </HeadCell>
            <HeadCell right wraps parts={s.handshakeParts} meaning={s.meanings.handshakes}>
              {s.handshakes}
            </HeadCell>
            <HeadCell right wraps>
              {s.heard}
            </HeadCell>
            <HeadCell right wraps parts={s.bothWays} meaning={s.meanings.bytes}>
              {s.bytesWord}
            </HeadCell>
            <HeadCell right wraps parts={s.bothWays} meaning={s.meanings.packets}>
              {s.packetsWord}
            </HeadCell>
            <HeadCell right wraps parts={s.bothWays} meaning={s.meanings.keepalives}>
              {s.keepalives}
            </HeadCell>
            <HeadCell right wraps meaning={s.meanings.waitingDropped}>
              {s.waitingDropped}
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          {peers.map((one) => (
            <tr key={one.publicKey} className="hover:bg-hover">
              <Cell mono>
                <LongAddress text={one.publicKey} keep={KEY_ENDS} />
              </Cell>
              <Cell mono>
                {one.endpoint === null ? "–" : <LongAddress text={one.endpoint} />}
                {one.lastReceivedAt !== null && (
                  <span className="font-sans text-text-3"> {strings.carriers[one.carrier] ?? one.carrier}</span>
                )}
              </Cell>
              <Cell right>
                {s.outOf(since(one.lastHandshakeAt), one.handshakeRttMs === null ? "–" : duration(one.handshakeRttMs))}
              </Cell>
              <Cell right title={s.givenUp(integer(one.handshakesFailed))}>
                {s.outOf(
                  integer(one.handshakesSent),
                  integer(one.handshakesReceived),
                  integer(one.handshakesCompleted),
                  integer(unanswered(one)),
                )}
              </Cell>
              <Cell right>{since(one.lastReceivedAt)}</Cell>
              <Cell right>{s.outOf(bytes(one.bytesIn), bytes(one.bytesOut))}</Cell>
              <Cell right>{s.outOf(integer(one.packetsIn), integer(one.packetsOut))}</Cell>
              <Cell right>{s.outOf(integer(one.keepalivesIn), integer(one.keepalivesOut))}</Cell>
              <Cell right>{integer(one.waitingDropped)}</Cell>
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  );
}
