import type { ConnectionStats } from "../../../shared/models.ts";
import { strings } from "../../strings.ts";
import { age, bytes, duration, integer } from "../../ui/format.ts";
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
              <HeadCell>{s.local}</HeadCell>
              <HeadCell>{s.state}</HeadCell>
              <HeadCell right>{s.rtt}</HeadCell>
              <HeadCell right>{s.congestionWindow}</HeadCell>
              <HeadCell right>{s.sendWindow}</HeadCell>
              <HeadCell right>{s.receiveWindow}</HeadCell>
              <HeadCell right>{s.retransmits}</HeadCell>
              <HeadCell right>{s.outOfOrder}</HeadCell>
              <HeadCell right>{s.duplicateAcks}</HeadCell>
              <HeadCell right>{s.received}</HeadCell>
              <HeadCell right>{s.sent}</HeadCell>
              <HeadCell right>{s.openFor}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {connections.map((one) => (
              <tr key={one.id} className="hover:bg-hover">
                <Cell mono>{one.remote}</Cell>
                <Cell mono>{one.local}</Cell>
                <Cell>{one.state}</Cell>
                <Cell right>
                  {one.rttMs === null ? "–" : duration(one.rttMs)}
                  {one.rttVarMs !== null && <span className="text-text-3"> ±{duration(one.rttVarMs)}</span>}
                </Cell>
                <Cell right>{bytes(one.congestionWindow)}</Cell>
                <Cell right>{bytes(one.sendWindow)}</Cell>
                <Cell right>{bytes(one.receiveWindow)}</Cell>
                <Cell right>{integer(one.retransmits)}</Cell>
                <Cell right>{integer(one.outOfOrder)}</Cell>
                <Cell right>{integer(one.duplicateAcks)}</Cell>
                <Cell right>{bytes(one.bytesIn)}</Cell>
                <Cell right>{bytes(one.bytesOut)}</Cell>
                <Cell right>{age(now - one.openedAt)}</Cell>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}
