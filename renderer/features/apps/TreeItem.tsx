import { memo } from "react";
import { appKey, type Settings } from "../../../shared/settings.ts";
import { cx } from "../../ui/class-names.ts";
import { NO_APP_MARK } from "./app-marks.ts";
import { TreeRowContent } from "./TreeRowView.tsx";
import { type AppRow, openState, type TreeRow } from "./tree-model.ts";
import { nameOfRow } from "./tree-text.ts";

const INDENT = ["pl-2", "pl-2", "pl-5", "pl-8", "pl-11"] as const;

interface TreeItemProps {
  readonly row: TreeRow;
  /** From 1 among the rows beside it, and how many those are. */
  readonly position: number;
  readonly count: number;
  readonly terms: readonly string[];
  readonly marks: Settings["marks"];
  /** When a person last opened a shell on an app, by `appKey`. */
  readonly used: ReadonlyMap<string, number>;
  readonly isCurrent: boolean;
  /** In pixels. */
  readonly top: number;
  readonly height: number;
}

/**
 * A place for a row, whose elements show another row once this one has left. What it holds has no influence on the layout of
 * anything else, and each is laid out alone.
 */
export const TreeItem = memo(function TreeItem(props: TreeItemProps) {
  const { row, position, count, terms, marks, used, isCurrent, top, height } = props;
  const key = row.kind === "app" ? keyOfApp(row) : "";
  return (
    <div
      id={`row-${row.key}`}
      data-row={row.key}
      role="treeitem"
      tabIndex={-1}
      aria-label={nameOfRow(row)}
      aria-level={row.level}
      aria-posinset={position}
      aria-setsize={count}
      aria-selected={isCurrent}
      aria-expanded={openState(row)}
      style={{ height, top }}
      className={cx(
        "absolute inset-x-1 flex items-center gap-2 rounded-md pr-2 contain-layout contain-style contain-size hover:bg-hover",
        INDENT[row.level],
        row.kind === "machine" && "ml-4",
        isCurrent &&
          "group-focus-visible/tree:bg-hover group-focus-visible/tree:outline-2 group-focus-visible/tree:-outline-offset-2 group-focus-visible/tree:outline-focus",
      )}
    >
      {/* Rows of these kinds have nothing of their own that lasts; a wait's clock does. */}
      <TreeRowContent
        key={row.kind === "app" || row.kind === "machine" ? row.kind : row.key}
        row={row}
        terms={terms}
        mark={marks[key] ?? NO_APP_MARK}
        usedAt={used.get(key)}
      />
    </div>
  );
});

function keyOfApp({ account, org, app }: AppRow): string {
  return appKey({ accountId: account.id, orgSlug: org.slug, appName: app.name });
}
