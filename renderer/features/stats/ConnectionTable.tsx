import { ScrollArea } from "@base-ui/react/scroll-area";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type KeyboardEvent, useRef } from "react";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";
import { Figures } from "../../ui/Figures.tsx";
import { integer } from "../../ui/format.ts";
import { LongAddress } from "../../ui/LongAddress.tsx";
import { useFixedRows } from "../../ui/use-fixed-rows.ts";
import { COLUMNS, type Column, type NamedConnection, type Sorting } from "./connection-columns.ts";

interface ConnectionTableProps {
  rows: readonly NamedConnection[];
  sorting: Sorting;
  chosenId: string | null;
  now: number;
  onSort(column: string): void;
  onChoose(id: string): void;
}

const ROW_HEIGHT = 28;
const BAR = "z-30 flex border-line bg-chrome p-px";
const STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1 };

/**
 * Scrolls in both ways, which bars that stay say; its head and the destinations stay in sight. Of many rows only those in sight
 * are drawn.
 */
export function ConnectionTable({ rows, sorting, chosenId, now, onSort, onChoose }: ConnectionTableProps) {
  const s = strings.stats;
  const place = useRef<HTMLDivElement>(null);
  const { first, last } = useFixedRows(rows.length, ROW_HEIGHT, place);

  /** The arrows go from row to row, also to one that is not drawn yet. */
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const at = rows.findIndex(({ connection }) => connection.id === idOf(event.target));
    if (step === undefined || at === -1) return;
    event.preventDefault();
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    if (next !== undefined) focusRow(place.current, next.connection.id);
  };

  return (
    <ScrollArea.Root className="group relative min-h-0 min-w-0 flex-1 overflow-hidden">
      <ScrollArea.Viewport
        ref={place}
        role="group"
        aria-label={s.connections}
        className="focus-inset h-full overscroll-contain"
      >
        <table
          aria-label={s.connections}
          aria-rowcount={rows.length + 1}
          className="w-max min-w-full border-separate border-spacing-0 text-left tabular-nums"
          onKeyDown={onKeyDown}
        >
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <Head key={column.id} column={column} sorting={sorting} onSort={onSort} />
              ))}
            </tr>
          </thead>
          <tbody>
            <Gap rows={first} />
            {rows.slice(first, last).map((row, index) => (
              <Row
                key={row.connection.id}
                row={row}
                at={first + index + 2}
                chosen={row.connection.id === chosenId}
                now={now}
                onChoose={onChoose}
              />
            ))}
            <Gap rows={rows.length - last} />
          </tbody>
        </table>
        <p className="sr-only">{s.counted(s.connections, integer(rows.length))}</p>
        <div className="hidden h-2.5 group-data-has-overflow-x:block" />
      </ScrollArea.Viewport>
      <ScrollArea.Scrollbar orientation="horizontal" className={cx(BAR, "h-2.5 flex-col border-t")}>
        <ScrollArea.Thumb className="h-full rounded-sm bg-field-line" />
      </ScrollArea.Scrollbar>
      <ScrollArea.Scrollbar orientation="vertical" className={cx(BAR, "w-2.5 border-s")}>
        <ScrollArea.Thumb className="w-full rounded-sm bg-field-line" />
      </ScrollArea.Scrollbar>
    </ScrollArea.Root>
  );
}

function Head({
  column: { id, head, meaning, right },
  sorting,
  onSort,
}: {
  column: Column;
  sorting: Sorting;
  onSort(column: string): void;
}) {
  const isSorted = sorting.column === id;
  const Arrow = sorting.descending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (sorting.descending ? "descending" : "ascending") : "none"}
      className={cx(
        "sticky top-0 h-7 border-b border-line bg-chrome p-0 text-xs font-medium whitespace-nowrap text-text-3",
        id === COLUMNS[0]?.id ? "left-0 z-20 border-r" : "z-10",
      )}
    >
      <button
        type="button"
        title={meaning ?? strings.stats.sortBy(head)}
        aria-description={meaning}
        onClick={() => onSort(id)}
        className={cx(
          "focus-inset flex h-7 w-full items-center gap-1 px-2 hover:text-text",
          id === COLUMNS[0]?.id && "pl-3",
          right === true && "flex-row-reverse",
          isSorted && "text-text",
        )}
      >
        {head}
        <Arrow className={cx("size-3 shrink-0", !isSorted && "invisible")} aria-hidden="true" />
      </button>
    </th>
  );
}

function Row({
  row,
  at,
  chosen,
  now,
  onChoose,
}: {
  row: NamedConnection;
  at: number;
  chosen: boolean;
  now: number;
  onChoose(id: string): void;
}) {
  const { id, remote } = row.connection;
  const back = chosen ? "bg-accent-soft" : "bg-chrome group-hover:bg-hover";
  return (
    <tr aria-rowindex={at} className="group">
      {COLUMNS.map((column, index) =>
        index === 0 ? (
          <th
            key={column.id}
            scope="row"
            className={cx("sticky left-0 z-10 h-7 border-r border-b border-line p-0 font-normal", back)}
          >
            <button
              type="button"
              data-connection={id}
              aria-expanded={chosen}
              title={row.port === undefined ? remote : strings.stats.fromPort(remote, row.port)}
              onClick={() => onChoose(id)}
              className={cx(
                "focus-inset flex h-7 w-44 items-center gap-1 pr-2 pl-3 text-left @2xl:w-60",
                row.name === null && "font-mono text-xs",
              )}
            >
              <span className="min-w-0 truncate">
                {row.name === null ? <LongAddress text={remote} /> : column.text(row, now)}
              </span>
              {row.port !== undefined && <span className="shrink-0 text-xs text-text-3">{row.port}</span>}
            </button>
          </th>
        ) : (
          <td
            key={column.id}
            className={cx(
              "h-7 border-b border-line px-2 whitespace-nowrap",
              column.right === true && "text-right",
              back,
            )}
          >
            <Figures>{column.text(row, now)}</Figures>
          </td>
        ),
      )}
    </tr>
  );
}

/** Stands for rows that are not drawn. */
function Gap({ rows }: { rows: number }) {
  if (rows <= 0) return null;
  return (
    <tr>
      <td aria-hidden="true" colSpan={COLUMNS.length} style={{ height: rows * ROW_HEIGHT }} className="p-0" />
    </tr>
  );
}

function idOf(target: EventTarget): string | undefined {
  return target instanceof HTMLElement ? target.dataset["connection"] : undefined;
}

/** A row that is not drawn yet lies just beyond the edge: it is drawn once its neighbour is in sight. */
function focusRow(host: HTMLElement | null, id: string): void {
  const find = (): HTMLElement | undefined =>
    [...(host?.querySelectorAll<HTMLElement>("[data-connection]") ?? [])].find(
      (one) => one.dataset["connection"] === id,
    );
  const button = find();
  if (button !== undefined) button.focus();
  else requestAnimationFrame(() => find()?.focus());
}
