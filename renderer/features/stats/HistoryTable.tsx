import type { Sample } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";
import { duration, rate } from "../../ui/format.ts";
import { Cell, HeadCell, Table } from "../../ui/Table.tsx";

const SHOWN = 12;
const STEP = 5;

/** What the charts show, in words and figures: the last minute in steps of five seconds. */
export function HistoryTable({ samples }: { samples: readonly Sample[] }) {
  const s = strings.stats;
  const rows = samples
    .filter((_, index) => (samples.length - 1 - index) % STEP === 0)
    .slice(-SHOWN)
    .reverse();
  return (
    <Table label={s.historyTable}>
      <thead>
        <tr>
          <HeadCell>{s.time}</HeadCell>
          <HeadCell right>{s.down}</HeadCell>
          <HeadCell right>{s.up}</HeadCell>
          <HeadCell right>{s.rtt}</HeadCell>
          <HeadCell right>{s.handshakeAge}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {rows.map((sample) => (
          <tr key={sample.at}>
            <Cell mono>{new Date(sample.at).toLocaleTimeString("en-GB")}</Cell>
            <Cell right>{sample.downRate === null ? "–" : rate(sample.downRate)}</Cell>
            <Cell right>{sample.upRate === null ? "–" : rate(sample.upRate)}</Cell>
            <Cell right>{sample.rttMs === null ? "–" : duration(sample.rttMs)}</Cell>
            <Cell right>{sample.handshakeAgeMs === null ? "–" : `${Math.round(sample.handshakeAgeMs / 1000)} s`}</Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
