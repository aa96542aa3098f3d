import { ContextMenu } from "@base-ui/react/context-menu";
import { type ReactElement, useState } from "react";
import { setCurrent } from "../../state/tree-store.ts";
import { MENU_POPUP } from "../../ui/menu-parts.ts";
import { RemoveHost } from "./RemoveHost.tsx";
import { RowItems } from "./RowItems.tsx";
import type { AppRow, TreeRow } from "./tree-model.ts";
import { rowOfEvent } from "./tree-rows.ts";

/** The right-click menu of the tree: of the row under the pointer, or with the keyboard of the current one. */
export function TreeMenu({
  rows,
  current,
  children,
}: {
  rows: readonly TreeRow[];
  current: TreeRow | undefined;
  children: ReactElement;
}) {
  const [row, setRow] = useState<TreeRow>();
  const [removing, setRemoving] = useState<AppRow | null>(null);
  return (
    <>
      <ContextMenu.Root>
        <ContextMenu.Trigger
          render={children}
          onContextMenu={(event) => {
            const hit = rowOfEvent(event, rows) ?? current;
            setRow(hit);
            if (hit !== undefined) setCurrent(hit.key);
          }}
        />
        <ContextMenu.Portal>
          <ContextMenu.Positioner className="z-30">
            <ContextMenu.Popup className={MENU_POPUP}>
              {row !== undefined && <RowItems row={row} onRemove={setRemoving} />}
            </ContextMenu.Popup>
          </ContextMenu.Positioner>
        </ContextMenu.Portal>
      </ContextMenu.Root>
      <RemoveHost row={removing} onDone={() => setRemoving(null)} />
    </>
  );
}
