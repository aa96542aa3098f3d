import type { Sample } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";
import { timeOfDay } from "../../ui/format.ts";
import { Cell, HeadCell, Table } from "../../ui/Table.tsx";
import { CHARTS, figureOf, type Span, samplesWithin } from "./chart-model.ts";

const ROWS = 15;

/** What the charts show, in figures: the span in fifteen even steps, the newest first. */
export function HistoryTable({ samples, span }: { samples: readonly Sample[]; span: Span }) {
  const s = strings.stats;
  const columns = CHARTS.flatMap(({ series }) => series);
  return (
    <Table label={s.historyTable(span)}>
      <thead>
        <tr>
          <HeadCell>{s.time}</HeadCell>
          {columns.map(({ name }) => (
            <HeadCell key={name} right>
              {name}
            </HeadCell>
          ))}
        </tr>
      </thead>
      <tbody>
        {historyRows(samples, span).map((sample) => (
          <tr key={sample.at}>
            <Cell>{timeOfDay(sample.at)}</Cell>
            {columns.map((one) => (
              <Cell key={one.name} right>
                {figureOf(one, sample)}
              </Cell>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** The last sample and those that are one step, two steps and so on before it. */
export function historyRows(samples: readonly Sample[], span: Span): readonly Sample[] {
  const within = samplesWithin(samples, span);
  const step = (Number(span) * 60) / ROWS;
  return within
    .filter((_, index) => (within.length - 1 - index) % step === 0)
    .slice(-ROWS)
    .reverse();
}
