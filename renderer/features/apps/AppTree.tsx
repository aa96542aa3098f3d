import { useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, type MouseEvent, memo, useMemo, useRef } from "react";
import { appKey } from "../../../shared/settings.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { useSettings } from "../../state/queries.ts";
import { flip, setCurrent, useTree } from "../../state/tree-store.ts";
import { showOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { useFixedRows } from "../../ui/use-fixed-rows.ts";
import { type AppMark, NO_APP_MARK } from "./app-marks.ts";
import { openApp } from "./open-app.ts";
import { TreeMenu } from "./TreeMenu.tsx";
import { TreeRowContent } from "./TreeRowView.tsx";
import { moveInTree } from "./tree-keys.ts";
import { type AppRow, openState, type TreeRow } from "./tree-model.ts";
import { requestOfRow, rowOfEvent } from "./tree-rows.ts";
import { nameOfRow } from "./tree-text.ts";

/** The heights that the token --row has; a tree of thousands of rows is arithmetic, and does not measure. */
const ROWS = { compact: 28, comfortable: 36 } as const;
const INDENT = ["pl-2", "pl-2", "pl-5", "pl-8", "pl-11"] as const;

/**
 * The tree of organizations, apps and machines. The focus stays on the tree itself and its current row is named by
 * aria-activedescendant, so that rows may come and go with scrolling.
 */
export function AppTree({ rows, terms }: { rows: readonly TreeRow[]; terms: readonly string[] }) {
  const scroll = useRef<HTMLDivElement>(null);
  const currentKey = useTree((state) => state.currentKey);
  const found = rows.findIndex(({ key }) => key === currentKey);
  const current = found === -1 ? 0 : found;
  const { density, marks, recent } = useSettings();
  const height = ROWS[density];
  const { first, last, scrollTo } = useFixedRows(rows.length, height, scroll);
  const used = useMemo(() => new Map(recent.map(({ app, at }) => [app, at])), [recent]);
  const go = (index: number): void => {
    const row = rows[index];
    if (row === undefined) return;
    setCurrent(row.key);
    scrollTo(index);
  };
  const activate = useActivate();
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[current];
    if (row === undefined) return;
    const request = requestOfRow(row);
    if (event.key === "Enter" && event.shiftKey && row.kind === "app" && request !== undefined) {
      event.preventDefault();
      showOverlay({ kind: "machines", request, isSubstitute: false });
      return;
    }
    const move = moveInTree(event.key, rows, current, Math.floor((scroll.current?.clientHeight ?? 0) / height));
    if (move === undefined) return;
    event.preventDefault();
    if (move.kind === "go") go(move.index);
    else if (move.kind === "flip") flip(row.key);
    else activate(row);
  };
  const onClick = (event: MouseEvent): void => {
    const row = rowOfEvent(event, rows);
    if (row === undefined) return;
    setCurrent(row.key);
    // A double click is one wish, not two shells.
    if (event.detail <= 1) activate(row);
  };

  if (rows.length === 0) {
    return <EmptyState title={terms.length > 0 ? strings.tree.noMatch : strings.tree.empty.organizations} />;
  }
  const drawn = Array.from({ length: last - first }, (_, i) => first + i);
  // The current row is always drawn, since aria-activedescendant names it.
  if (current < first) drawn.unshift(current);
  else if (current >= last) drawn.push(current);
  return (
    <TreeMenu rows={rows} current={rows[current]}>
      <div
        ref={scroll}
        role="tree"
        tabIndex={0}
        data-region="tree"
        aria-label={strings.tree.label}
        aria-activedescendant={`row-${rows[current]?.key}`}
        onKeyDown={onKeyDown}
        onClick={onClick}
        className="group/tree scroll-quiet @container min-h-0 outline-none flex-1 overflow-y-auto py-1"
      >
        <div role="none" className="relative w-full" style={{ height: rows.length * height }}>
          {drawn.map((index) => {
            const row = rows[index];
            if (row === undefined) return null;
            const key = row.kind === "app" ? keyOfRow(row) : "";
            return (
              <TreeItem
                key={row.key}
                row={row}
                terms={terms}
                mark={marks[key] ?? NO_APP_MARK}
                usedAt={used.get(key)}
                isCurrent={index === current}
                start={index * height}
                height={height}
              />
            );
          })}
        </div>
      </div>
    </TreeMenu>
  );
}

const TreeItem = memo(function TreeItem({
  row,
  terms,
  mark,
  usedAt,
  isCurrent,
  start,
  height,
}: {
  row: TreeRow;
  terms: readonly string[];
  mark: AppMark;
  usedAt: number | undefined;
  isCurrent: boolean;
  start: number;
  height: number;
}) {
  const open = openState(row);
  return (
    <div
      id={`row-${row.key}`}
      data-row={row.key}
      role="treeitem"
      tabIndex={-1}
      aria-label={nameOfRow(row)}
      aria-level={row.level}
      aria-selected={isCurrent}
      aria-expanded={open}
      style={{ height, transform: `translateY(${start}px)` }}
      className={cx(
        "absolute inset-x-1 top-0 flex items-center gap-2 rounded-md pr-2 hover:bg-hover",
        INDENT[row.level],
        row.kind === "machine" && "ml-4",
        isCurrent &&
          "group-focus-visible/tree:bg-hover group-focus-visible/tree:outline-2 group-focus-visible/tree:-outline-offset-2 group-focus-visible/tree:outline-focus",
      )}
    >
      <TreeRowContent row={row} terms={terms} look={{ mark, usedAt }} onToggle={() => flip(row.key)} />
    </div>
  );
});

function keyOfRow({ account, org, app }: AppRow): string {
  return appKey({ accountId: account.id, orgSlug: org.slug, appName: app.name });
}

/** What Enter and a click do with a row. */
function useActivate(): (row: TreeRow) => void {
  const bridge = useBridge();
  const client = useQueryClient();
  return (row) => {
    const request = requestOfRow(row);
    if (request !== undefined) openApp(bridge, client, request);
    else if (row.kind === "error" || row.kind === "stale" || row.kind === "cancelled") {
      void client.invalidateQueries({ queryKey: row.queryKey });
    } else if (row.kind === "loading") {
      // Only once the row says so: an early key is no wish to end the wait.
      const offers = document.getElementById(`row-${row.key}`)?.querySelector("[data-cancel]") != null;
      if (offers) void client.cancelQueries({ queryKey: row.queryKey });
    } else if (row.kind === "add-host") {
      showOverlay({ kind: "add-host", accountId: row.account.id, orgSlug: row.org.slug });
    } else if (openState(row) !== undefined) flip(row.key);
  };
}
