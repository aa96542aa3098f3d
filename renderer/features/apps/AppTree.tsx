import { useQueryClient } from "@tanstack/react-query";
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type RefObject,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
} from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { useSettings } from "../../state/queries.ts";
import { flip, setCurrent, setFilter, useTree } from "../../state/tree-store.ts";
import { showOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { NoMatch } from "../../ui/NoMatch.tsx";
import { inPlaces, reveal, useFixedRows, useRested } from "../../ui/use-fixed-rows.ts";
import { FILTER_ID } from "./FilterField.tsx";
import { openApp } from "./open-app.ts";
import { type DrawnRow, useSightFirst, type View } from "./sight-first.ts";
import { TreeItem } from "./TreeItem.tsx";
import { TreeMenu } from "./TreeMenu.tsx";
import { moveInTree } from "./tree-keys.ts";
import { type AppRow, openState, type TreeRow, type TreeSource } from "./tree-model.ts";
import { placesOf } from "./tree-places.ts";
import { editHost, isHostRow, isNetworkRow, isToggle, requestOfRow, rowOfEvent } from "./tree-rows.ts";
import { useMachinesInView } from "./use-machines-in-view.ts";
import { useTreeRows, useTreeSource } from "./use-tree.ts";

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
      <LoadedTree shown={shown} />
    </TreeMenu>
  );
});

/** What is known of accounts, and no filter: a key in that one asks no query for its state. */
function LoadedTree({ shown }: { shown: RefObject<Shown> }) {
  return <TreeList source={useTreeSource()} shown={shown} />;
}

/**
 * The focus stays on the tree itself and its current row is named by aria-activedescendant, so that rows may come and go
 * with scrolling.
 */
const TreeList = memo(function TreeList({ source, shown }: { source: TreeSource; shown: RefObject<Shown> }) {
  const { rows, terms } = useTreeRows(source);
  const scroll = useRef<HTMLElement>(null);
  const currentKey = useTree((state) => state.currentKey);
  const current = useMemo(
    // Without one, no row of thousands need be looked at.
    () =>
      currentKey === null
        ? 0
        : Math.max(
            0,
            rows.findIndex(({ key }) => key === currentKey),
          ),
    [rows, currentKey],
  );
  const height = ROWS[useSettings().density];
  useLayoutEffect(() => {
    shown.current = { rows, current: rows[current] };
    return () => {
      shown.current = NOTHING_SHOWN;
    };
  }, [shown, rows, current]);
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
    if (event.key === "F2" && !event.altKey && isNetworkRow(row)) {
      event.preventDefault();
      showOverlay({ kind: "rename", accountId: row.account.id });
      return;
    }
    if (event.key === "F2" && !event.altKey && isHostRow(row) && request !== undefined) {
      event.preventDefault();
      editHost(request);
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
      if (scroll.current !== null) reveal(scroll.current, move.index, height);
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
    return terms.length > 0 ? (
      <NoMatch title={strings.tree.noMatch} field={FILTER_ID} onClear={() => setFilter("")} />
    ) : (
      <EmptyState title={strings.tree.empty.organizations} />
    );
  }
  return (
    <div
      role="tree"
      tabIndex={0}
      data-region="tree"
      aria-label={strings.tree.label}
      aria-activedescendant={`row-${rows[current]?.key}`}
      onKeyDown={onKeyDown}
      onClick={onClick}
      className="group/tree scroll-quiet @container min-h-0 outline-none flex-1 overflow-y-auto py-1"
    >
      <DrawnRows rows={rows} terms={terms} current={current} height={height} scroll={scroll} />
    </div>
  );
});

interface DrawnRowsProps {
  readonly rows: readonly TreeRow[];
  readonly terms: readonly string[];
  readonly current: number;
  readonly height: number;
  /** The tree's own element, which scrolls: set here, since it is needed before those around are told of theirs. */
  readonly scroll: RefObject<HTMLElement | null>;
}

/** The rows in sight: all that a step of the wheel draws anew. */
const DrawnRows = memo(function DrawnRows({ rows, terms, current, height, scroll }: DrawnRowsProps) {
  const place = useCallback(
    (element: HTMLElement | null): void => {
      scroll.current = element?.parentElement ?? null;
    },
    [scroll],
  );
  const { first, last, places, sight } = useFixedRows(rows.length, height, scroll);
  const rested = useRested(first, scroll);
  const { marks, recent } = useSettings();
  const used = useMemo(() => new Map(recent.map(({ app, at }) => [app, at])), [recent]);
  const view = useMemo<View>(() => ({ rows, terms, ...placesOf(rows) }), [rows, terms]);
  const drawn = useSightFirst({ view, order: inPlaces({ first, last }, places, rested), current }, sight, scroll);
  useMachinesInView(
    useMemo(() => rows.slice(first, last).filter((row): row is AppRow => row.kind === "app"), [rows, first, last]),
  );
  const currentKey = rows[current]?.key;
  const item = ({ view: of, index }: DrawnRow, key: string | number) => {
    const row = of.rows[index];
    if (row === undefined) return null;
    return (
      <TreeItem
        key={key}
        row={row}
        position={of.positions[index] ?? 1}
        count={of.sizes.get(row.parentKey) ?? 1}
        terms={of.terms}
        marks={marks}
        used={used}
        isCurrent={row.key === currentKey}
        top={index * height}
        height={height}
      />
    );
  };
  return (
    <div ref={place} role="none" className="relative w-full" style={{ height: rows.length * height }}>
      {/* The current row is always drawn, since aria-activedescendant names it. */}
      {current < first && item({ view, index: current }, "above")}
      {drawn.map((one) => item(one, one.index % places))}
      {current >= last && item({ view, index: current }, "below")}
    </div>
  );
});

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
