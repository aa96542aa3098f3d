import { strings } from "../../strings.ts";
import { integer } from "../../ui/format.ts";
import { Cell, HeadCell, Table } from "../../ui/Table.tsx";

/** Where the overview's count of them leads. */
export const DROPS_ID = "dropped-packets";

/** Packets that were dropped, by reason: in words, and by the engine's own name, which logs have too. */
export function DropTable({ drops }: { drops: Readonly<Record<string, number>> }) {
  const s = strings.stats;
  const rows = Object.entries(drops).sort(([, a], [, b]) => b - a);
  return (
    <section id={DROPS_ID} tabIndex={-1} aria-label={s.drops} className="flex max-w-xl scroll-my-3 flex-col gap-1">
      <h3 className="text-xs font-medium text-text-2">{s.drops}</h3>
      {rows.length === 0 ? (
        <p className="text-text-3">{s.noDrops}</p>
      ) : (
        <Table label={s.drops}>
          <thead>
            <tr>
              <HeadCell>{s.reason}</HeadCell>
              <HeadCell right>{s.packetsWord}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {rows.map(([reason, count]) => (
              <tr key={reason}>
                <Cell>
                  {strings.drops.of(reason)}
                  {strings.drops.of(reason) !== reason && (
                    <code className="pl-2 font-mono text-xs text-text-3">{reason}</code>
                  )}
                </Cell>
                <Cell right>{integer(count)}</Cell>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}
