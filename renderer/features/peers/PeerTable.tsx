import { ArrowDown, ArrowUp, MonitorCheck } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { strings } from "../../strings.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { cx } from "../../ui/class-names.ts";
import { age } from "../../ui/format.ts";
import { Highlight } from "../../ui/Highlight.tsx";
import { LongAddress } from "../../ui/LongAddress.tsx";
import { Cell, Table } from "../../ui/Table.tsx";
import { useNow } from "../../ui/use-now.ts";
import type { PeerColumn, PeerRow, PeerSort } from "./peer-rows.ts";

/** So many rows at first; more are drawn when they are asked for. */
const PAGE = 200;

interface PeerTableProps {
  rows: readonly PeerRow[];
  terms: readonly string[];
  sort: PeerSort;
  withOrg: boolean;
  /** The peers of a configuration: a file knows no regions, and no tunnel here is one peer's alone. */
  fixed: boolean;
  chosen: string | undefined;
  onSort(sort: PeerSort): void;
  onChoose(key: string): void;
}

/** The peers, one of them chosen. The arrows move between their names; a name opens its details. */
export function PeerTable({ rows, terms, sort, withOrg, fixed, chosen, onSort, onChoose }: PeerTableProps) {
  const [limit, setLimit] = useState(PAGE);
  const now = useNow(
    1000,
    rows.some(({ tunnel }) => tunnel !== undefined),
  );
  const shown = rows.slice(0, limit);
  const stop = shown.some(({ key }) => key === chosen) ? chosen : shown[0]?.key;
  const columns: PeerColumn[] = fixed
    ? ["name", "address"]
    : ["name", ...(withOrg ? (["org"] as const) : []), "region", "address", "handshake"];
  const words = fixed ? strings.peers.configColumns : strings.peers.columns;
  return (
    <>
      <Table label={strings.peers.table} stacks>
        <thead>
          <tr>
            {columns.map((column) => (
              <SortHead key={column} column={column} label={words[column]} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={moveFocus}>
          {shown.map((row) => (
            <tr key={row.key} aria-selected={row.key === chosen} className="hover:bg-hover aria-selected:bg-pressed">
              <Cell>
                <NameButton row={row} terms={terms} isStop={row.key === stop} onChoose={() => onChoose(row.key)} />
              </Cell>
              {withOrg && (
                <Cell title={row.place.label}>
                  <span className="block max-w-56 truncate">{row.place.label}</span>
                </Cell>
              )}
              {!fixed && (
                <Cell mono>
                  <Highlight text={row.peer.region} terms={terms} />
                </Cell>
              )}
              <Cell mono>
                <LongAddress text={row.peer.address} />
              </Cell>
              {!fixed && (
                <Cell>
                  <Handshake at={row.tunnel?.lastHandshakeAt ?? null} now={now} />
                </Cell>
              )}
            </tr>
          ))}
        </tbody>
      </Table>
      {rows.length > shown.length && (
        <p className="flex flex-wrap items-center gap-3 text-text-3">
          {strings.peers.shown(shown.length, rows.length)}
          <Button onClick={() => setLimit(limit + PAGE)}>{strings.peers.showMore}</Button>
        </p>
      )}
    </>
  );
}

interface SortHeadProps {
  column: PeerColumn;
  label: string;
  sort: PeerSort;
  onSort(sort: PeerSort): void;
}

function SortHead({ column, label, sort, onSort }: SortHeadProps) {
  const isSorted = sort.by === column;
  const Arrow = sort.down ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (sort.down ? "descending" : "ascending") : "none"}
      className="h-7 border-b border-line bg-chrome px-1 text-xs font-medium whitespace-nowrap text-text-3 first:pl-2"
    >
      <button
        type="button"
        onClick={() => onSort({ by: column, down: isSorted && !sort.down })}
        className="focus-inset flex h-6 items-center gap-1 rounded-sm px-1 hover:text-text"
      >
        {label}
        {isSorted && <Arrow className="size-3" aria-hidden="true" />}
      </button>
    </th>
  );
}

function NameButton({
  row: { peer },
  terms,
  isStop,
  onChoose,
}: {
  row: PeerRow;
  terms: readonly string[];
  isStop: boolean;
  onChoose(): void;
}) {
  return (
    <span className="flex min-w-0 items-center gap-2 @max-lg:flex-wrap @max-lg:gap-y-1">
      <button
        type="button"
        data-peer={peer.name}
        tabIndex={isStop ? 0 : -1}
        onClick={onChoose}
        title={peer.name}
        className="focus-inset h-6 max-w-80 min-w-0 truncate @max-lg:max-w-full rounded-sm text-left font-medium hover:underline"
      >
        <Highlight text={peer.name} terms={terms} />
      </button>
      {peer.thisComputer && (
        <Badge tone="accent">
          <MonitorCheck className="mr-1 size-3" aria-hidden="true" />
          {strings.peers.thisComputer}
        </Badge>
      )}
      {peer.leftBehind && <Badge tone="warn">{strings.peers.leftBehind}</Badge>}
      {peer.network !== null && <Badge>{peer.network}</Badge>}
    </span>
  );
}

function Handshake({ at, now }: { at: number | null; now: number }) {
  return at === null ? (
    <span className="text-text-3" title={strings.peers.handshakeUnknown}>
      –<span className="sr-only"> {strings.peers.handshakeUnknown}</span>
    </span>
  ) : (
    <span className={cx("tabular-nums")}>{strings.peers.ago(age(now - at))}</span>
  );
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const names = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-peer]")];
  const at = names.findIndex((name) => name.matches(":focus"));
  if (at === -1) return;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: names.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  names[to]?.focus();
}
