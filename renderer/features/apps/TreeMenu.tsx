import { ContextMenu } from "@base-ui/react/context-menu";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { openShell } from "../../state/shell-actions.ts";
import { setCurrent } from "../../state/tree-store.ts";
import { showSettings, showView } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { MENU_ITEM, MENU_LABEL, MENU_POPUP, MENU_SEPARATOR } from "../../ui/menu-parts.ts";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { RemoveHost } from "./RemoveHost.tsx";
import type { AppRow, TreeRow } from "./tree-model.ts";
import { requestOfRow, rowOfEvent } from "./tree-rows.ts";
import { machineLabel, nameOfRow } from "./tree-text.ts";

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

function RowItems({ row, onRemove }: { row: TreeRow; onRemove(row: AppRow): void }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const request = requestOfRow(row);
  const copy = (text: string): void => void navigator.clipboard.writeText(text).catch(() => undefined);
  return (
    <>
      <ContextMenu.Group>
        <ContextMenu.GroupLabel className={`${MENU_LABEL} truncate`}>{nameOfRow(row)}</ContextMenu.GroupLabel>
        {request !== undefined && (
          <ContextMenu.Item className={MENU_ITEM} onClick={() => void openShell(bridge, request)}>
            {strings.tree.openShell}
          </ContextMenu.Item>
        )}
        {row.kind === "app" && <ShellOn row={row} />}
        {row.kind === "app" && (
          <ContextMenu.Item className={MENU_ITEM} onClick={() => copy(row.app.name)}>
            {strings.tree.copyName}
          </ContextMenu.Item>
        )}
        {row.kind === "machine" && (
          <ContextMenu.Item className={MENU_ITEM} onClick={() => copy(row.machine.id)}>
            {strings.tree.copyId}
          </ContextMenu.Item>
        )}
        {row.kind === "machine" && row.machine.address !== null && (
          <ContextMenu.Item className={MENU_ITEM} onClick={() => copy(row.machine.address ?? "")}>
            {strings.tree.copyAddress}
          </ContextMenu.Item>
        )}
        {row.kind === "org" && row.org.kind !== "config" && (
          <ContextMenu.Item className={MENU_ITEM} onClick={() => showView("peers")}>
            {strings.tree.peers}
          </ContextMenu.Item>
        )}
        {row.kind === "account" && (
          <ContextMenu.Item className={MENU_ITEM} onClick={() => showSettings("accounts")}>
            {strings.tree.manageAccount}
          </ContextMenu.Item>
        )}
      </ContextMenu.Group>
      <ContextMenu.Separator className={MENU_SEPARATOR} />
      <ContextMenu.Item className={MENU_ITEM} onClick={() => void refresh(client, row)}>
        {strings.common.refresh}
      </ContextMenu.Item>
      {row.kind === "app" && row.org.kind === "config" && (
        <ContextMenu.Item className={`${MENU_ITEM} text-bad`} onClick={() => onRemove(row)}>
          {strings.tree.removeHost}
        </ContextMenu.Item>
      )}
    </>
  );
}

/** A shell on one machine of an app that has several. */
function ShellOn({ row }: { row: AppRow }) {
  const bridge = useBridge();
  if (row.machines === undefined || row.machines.length < 2) return null;
  return (
    <ContextMenu.SubmenuRoot>
      <ContextMenu.SubmenuTrigger className={MENU_ITEM}>
        <span className="flex-1">{strings.tree.shellOn}</span>
        <span aria-hidden="true">›</span>
      </ContextMenu.SubmenuTrigger>
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="z-30" sideOffset={2}>
          <ContextMenu.Popup className={MENU_POPUP}>
            {row.machines.map((machine) => (
              <ContextMenu.Item
                key={machine.id}
                className={MENU_ITEM}
                onClick={() =>
                  void openShell(bridge, {
                    accountId: row.account.id,
                    orgSlug: row.org.slug,
                    appName: row.app.name,
                    machine,
                  })
                }
              >
                <StatusShape status={machine.status} />
                <span className="flex-1 truncate font-mono text-xs">{machineLabel(machine)}</span>
                <span className="text-xs text-text-3">{strings.status[machine.status]}</span>
                <span className="font-mono text-xs text-text-3">{machine.region}</span>
              </ContextMenu.Item>
            ))}
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.SubmenuRoot>
  );
}

function refresh(client: ReturnType<typeof useQueryClient>, row: TreeRow): Promise<unknown> {
  if (row.kind === "app" || row.kind === "machine") {
    const place = [row.account.id, row.org.slug] as const;
    return Promise.all([
      client.invalidateQueries({ queryKey: ["apps", ...place] }),
      client.invalidateQueries({ queryKey: ["machines", ...place, row.app.name] }),
    ]);
  }
  const keys = row.kind === "error" ? [row.queryKey] : [["organizations"], ["apps"], ["machines"]];
  return Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
}
