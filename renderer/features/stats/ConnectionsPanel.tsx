import { useMemo, useState } from "react";
import type { ConnectionStats } from "../../../shared/models.ts";
import { useShells } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ConnectionDetails } from "./ConnectionDetails.tsx";
import { ConnectionTable } from "./ConnectionTable.tsx";
import { nameConnections, namesOf, nextSorting, type Sorting, sortConnections } from "./connection-columns.ts";

/** The TCP connections inside the tunnel, and beside them one of them with all its figures. */
export function ConnectionsPanel({ connections, now }: { connections: readonly ConnectionStats[]; now: number }) {
  const sessions = useShells((state) => state.sessions);
  const [sorting, setSorting] = useState<Sorting>({ column: "age", descending: false });
  const [chosenId, setChosenId] = useState<string | null>(null);
  const names = useMemo(() => namesOf(sessions.values()), [sessions]);
  const rows = useMemo(
    () => sortConnections(nameConnections(connections, names), sorting),
    [connections, names, sorting],
  );
  if (connections.length === 0 && chosenId === null) return <EmptyState title={strings.stats.noConnections} />;
  const chosen = rows.find(({ connection }) => connection.id === chosenId);
  return (
    <div className="@container h-full">
      <div className="flex h-full flex-col @3xl:flex-row">
        <ConnectionTable
          rows={rows}
          sorting={sorting}
          chosenId={chosenId}
          now={now}
          onSort={(column) => setSorting(nextSorting(sorting, column))}
          onChoose={(id) => setChosenId(id === chosenId ? null : id)}
        />
        {chosenId !== null && <ConnectionDetails row={chosen} now={now} onClose={() => setChosenId(null)} />}
      </div>
    </div>
  );
}
