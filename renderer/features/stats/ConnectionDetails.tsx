import { X } from "lucide-react";
import { strings } from "../../strings.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { cx } from "../../ui/class-names.ts";
import { Figures } from "../../ui/Figures.tsx";
import { age, bytes, duration, integer, momentOf } from "../../ui/format.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { Term } from "../../ui/Term.tsx";
import type { NamedConnection } from "./connection-columns.ts";

/** Everything that is known of one connection. It stays when the connection ends, and says so. */
export function ConnectionDetails({
  row,
  now,
  onClose,
}: {
  row: NamedConnection | undefined;
  now: number;
  onClose(): void;
}) {
  const s = strings.stats;
  const title = row === undefined ? s.connectionGone : (row.name ?? row.connection.remote);
  return (
    <section
      aria-label={s.detailsOf(row?.name ?? row?.connection.remote ?? "")}
      className="scroll-quiet max-h-1/2 shrink-0 overflow-y-auto border-t border-line bg-canvas @3xl:max-h-none @3xl:w-80 @3xl:border-t-0 @3xl:border-l"
    >
      <header className="sticky top-0 flex h-8 items-center gap-1 border-b border-line bg-canvas pr-1 pl-3">
        <h3 className="min-w-0 flex-1 truncate font-medium" title={title}>
          {title}
        </h3>
        {row !== undefined && <CopyButton text={JSON.stringify(row.connection, null, 2)} label={s.copyJson} />}
        <IconButton label={s.closeDetails} onClick={onClose}>
          <X className="size-4" />
        </IconButton>
      </header>
      {row !== undefined && <Facts row={row} now={now} />}
    </section>
  );
}

function Facts({ row: { connection: one }, now }: { row: NamedConnection; now: number }) {
  const s = strings.stats;
  const ms = (value: number | null): string => (value === null ? "–" : duration(value));
  const facts: readonly (readonly [name: string, value: string, meaning?: string])[] = [
    [s.state, one.state],
    [s.remote, one.remote],
    [s.local, one.local],
    [s.openedAt, `${momentOf(one.openedAt, now)} (${age(now - one.openedAt)})`],
    [s.rtt, ms(one.rttMs)],
    [s.rttVar, ms(one.rttVarMs), s.meanings.rttOf],
    [s.minRtt, ms(one.minRttMs)],
    [s.timeout, ms(one.timeoutMs), s.meanings.timeout],
    [s.congestionWindow, bytes(one.congestionWindow), s.meanings.windows],
    [s.sendWindow, bytes(one.sendWindow), s.meanings.windows],
    [s.receiveWindow, bytes(one.receiveWindow), s.meanings.windows],
    [s.inFlight, bytes(one.bytesInFlight), s.meanings.inFlight],
    [s.segments, s.outOf(integer(one.segmentsIn), integer(one.segmentsOut))],
    [s.retransmits, integer(one.retransmits)],
    [s.timeouts, integer(one.timeouts)],
    [s.outOfOrder, integer(one.outOfOrder), s.meanings.disorder],
    [s.duplicateAcks, integer(one.duplicateAcks), s.meanings.disorder],
    [s.bytesDown, bytes(one.bytesIn)],
    [s.bytesUp, bytes(one.bytesOut)],
  ];
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 px-3 py-2 tabular-nums">
      {facts.map(([name, value, meaning]) => (
        <div key={name} className="contents">
          <dt className="text-xs leading-5 text-text-3">
            {meaning === undefined ? name : <Term meaning={meaning}>{name}</Term>}
          </dt>
          <dd
            className={cx(
              "min-w-0 text-right",
              value.startsWith("[") ? "font-mono text-xs leading-5 break-all" : "wrap-anywhere",
            )}
          >
            <Figures>{value}</Figures>
          </dd>
        </div>
      ))}
    </dl>
  );
}
