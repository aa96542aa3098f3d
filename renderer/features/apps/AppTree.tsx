import { useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, type MouseEvent, memo, type RefObject, useLayoutEffect, useMemo, useRef } from "react";
import { appKey } from "../../../shared/settings.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { useSettings } from "../../state/queries.ts";
import { flip, setCurrent, useTree } from "../../state/tree-store.ts";
import { showOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { useFixedRows } from "../../ui/use-fixed-rows.ts";
import { NO_APP_MARK } from "./app-marks.ts";
import { openApp } from "./open-app.ts";
import { TreeItem } from "./TreeItem.tsx";
import { TreeMenu } from "./TreeMenu.tsx";
import { moveInTree } from "./tree-keys.ts";
import { type AppRow, openState, type TreeRow } from "./tree-model.ts";
import { placesOf } from "./tree-places.ts";
import { isToggle, requestOfRow, rowOfEvent } from "./tree-rows.ts";
import { useMachinesInView } from "./use-machines-in-view.ts";
import { useTreeRows } from "./use-tree.ts";

/** The heights that the token --row has; a tree of thousands of rows is arithmetic, and does not measure. */
const ROWS = { compact: 28, comfortable: 36 } as const;

/** What the tree shows, for those around it that need it only once something happens. */
export interface Shown {
  readonly rows: readonly TreeRow[];
  readonly current: TreeRow | undefined;
}

export const NOTHING_SHOWN: Shown = { rows: [], current: undefined };

/** The tree of organizations, apps and machines, and its menu. */
export const AppTree = memo(function AppTree({ shown }: { shown: RefObject<Shown> }) {
  return (
    <TreeMenu shown={shown}>
      <TreeList shown={shown} />
    </TreeMenu>
  );
});

/**
 * The focus stays on the tree itself and its current row is named by aria-activedescendant, so that rows may come and go
 * with scrolling.
 */
function TreeList({ shown }: { shown: RefObject<Shown> }) {
  const { rows, terms } = useTreeRows();
  const scroll = useRef<HTMLDivElement>(null);
  const currentKey = useTree((state) => state.currentKey);
  const current = useMemo(
    () =>
      Math.max(
        0,
        rows.findIndex(({ key }) => key === currentKey),
      ),
    [rows, currentKey],
  );
  const { density, marks, recent } = useSettings();
  const height = ROWS[density];
  const { first, last, slots, scrollTo } = useFixedRows(rows.length, height, scroll);
  const used = useMemo(() => new Map(recent.map(({ app, at }) => [app, at])), [recent]);
  const { positions, sizes } = useMemo(() => placesOf(rows), [rows]);
  useLayoutEffect(() => {
    shown.current = { rows, current: rows[current] };
    return () => {
      shown.current = NOTHING_SHOWN;
    };
  }, [shown, rows, current]);
  useMachinesInView(
    useMemo(() => rows.slice(first, last).filter((row): row is AppRow => row.kind === "app"), [rows, first, last]),
  );
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
    if (move.kind === "flip") flip(row.key);
    else if (move.kind === "activate") activate(row);
    else {
      const next = rows[move.index];
      if (next !== undefined) setCurrent(next.key);
      scrollTo(move.index);
    }
  };
  const onClick = (event: MouseEvent): void => {
    const row = rowOfEvent(event, rows);
    if (row === undefined) return;
    if (isToggle(event)) {
      flip(row.key);
      return;
    }
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
              key={index < first || index >= last ? "far" : index % slots}
              row={row}
              position={positions[index] ?? 1}
              count={sizes.get(row.parentKey) ?? 1}
              terms={terms}
              mark={marks[key] ?? NO_APP_MARK}
              usedAt={used.get(key)}
              isCurrent={index === current}
              top={index * height}
              height={height}
            />
          );
        })}
      </div>
    </div>
  );
}

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
