import { ContextMenu } from "@base-ui/react/context-menu";
import { type ReactNode, type RefObject, useState } from "react";
import { setCurrent } from "../../state/tree-store.ts";
import { latePart } from "../../ui/late-part.tsx";
import { MENU_POPUP } from "../../ui/menu-parts.ts";
import type { Shown } from "./AppTree.tsx";
import { RowItems } from "./RowItems.tsx";
import type { AppRow, TreeRow } from "./tree-model.ts";
import { rowOfEvent } from "./tree-rows.ts";

const RemoveHost = latePart(async () => (await import("../late.ts")).RemoveHost);

/**
 * The right-click menu of the tree: of the row under the pointer, or with the keyboard of the current one. It stands around
 * the tree and reads what is shown when it opens, so that no key in the filter makes it anew.
 */
export function TreeMenu({ shown, children }: { shown: RefObject<Shown>; children: ReactNode }) {
  const [row, setRow] = useState<TreeRow>();
  const [removing, setRemoving] = useState<AppRow | null>(null);
  return (
    <>
      <ContextMenu.Root>
        <ContextMenu.Trigger
          className="flex min-h-0 flex-1 flex-col"
          onContextMenu={(event) => {
            const hit = rowOfEvent(event, shown.current.rows) ?? shown.current.current;
            setRow(hit);
            if (hit !== undefined) setCurrent(hit.key);
            // No row, as nothing matches: nothing that a menu could be of.
            else event.preventBaseUIHandler();
          }}
        >
          {children}
        </ContextMenu.Trigger>
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
