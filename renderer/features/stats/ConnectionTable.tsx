import type { ConnectionStats } from "../../../shared/models.ts";
import { strings } from "../../strings.ts";
import { age, bytes, duration, integer } from "../../ui/format.ts";
import { LongAddress } from "../../ui/LongAddress.tsx";
import { Cell, HeadCell, Table } from "../../ui/Table.tsx";
import { useNow } from "../../ui/use-now.ts";

/** The TCP connections inside the tunnel, each with its own round trip, windows and losses. */
export function ConnectionTable({ connections }: { connections: readonly ConnectionStats[] }) {
  const s = strings.stats;
  const now = useNow(1000, connections.length > 0);
  return (
    <section aria-label={s.connections} className="flex flex-col gap-1">
      <h3 className="text-xs font-medium text-text-2">{s.connections}</h3>
      {connections.length === 0 ? (
        <p className="text-text-3">{s.noConnections}</p>
      ) : (
        <Table label={s.connections}>
          <thead>
            <tr>
              <HeadCell>{s.remote}</HeadCell>
              <HeadCell>{s.state}</HeadCell>
              <HeadCell right>{s.rtt}</HeadCell>
              <HeadCell right parts={s.bothWays}>
                {s.bytesWord}
              </HeadCell>
              <HeadCell right parts={s.windowParts} meaning={s.meanings.windows}>
                {s.windows}
              </HeadCell>
              <HeadCell right>{s.retransmits}</HeadCell>
              <HeadCell right parts={s.disorderParts} meaning={s.meanings.disorder}>
                {s.outOfOrder}
              </HeadCell>
              <HeadCell right>{s.openFor}</HeadCell>
              <HeadCell>{s.local}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {connections.map((one) => (
              <tr key={one.id} className="hover:bg-hover">
                <Cell mono>
                  <LongAddress text={one.remote} />
                </Cell>
                <Cell>{one.state}</Cell>
                <Cell right>
                  {one.rttMs === null ? "–" : duration(one.rttMs)}
                  {one.rttVarMs !== null && <span className="text-text-3"> ±{duration(one.rttVarMs)}</span>}
                </Cell>
                <Cell right>{s.outOf(bytes(one.bytesIn), bytes(one.bytesOut))}</Cell>
                <Cell right>
                  {s.outOf(bytes(one.congestionWindow), bytes(one.sendWindow), bytes(one.receiveWindow))}
                </Cell>
                <Cell right>{integer(one.retransmits)}</Cell>
                <Cell right>{s.outOf(integer(one.outOfOrder), integer(one.duplicateAcks))}</Cell>
                <Cell right>{age(now - one.openedAt)}</Cell>
                <Cell mono>
                  <LongAddress text={one.local} />
                </Cell>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}
