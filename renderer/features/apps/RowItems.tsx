import { ContextMenu } from "@base-ui/react/context-menu";
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Machine } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { copyText } from "../../state/copy.ts";
import { listKeys, queries } from "../../state/queries.ts";
import { openShell, splitActive } from "../../state/shell-actions.ts";
import { activePane, type ShellRequest, useShells } from "../../state/shell-store.ts";
import { showOverlay, showSettings, showView } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { MENU_ITEM, MENU_LABEL, MENU_SEPARATOR } from "../../ui/menu-parts.ts";
import { MarkItems } from "./MarkItems.tsx";
import { openApp, sshCommand, startCommand } from "./open-app.ts";
import type { AppRow, MachineRow, TreeRow } from "./tree-model.ts";
import { editHost, isHostRow, isNetworkRow, requestOfRow } from "./tree-rows.ts";
import { nameOfRow } from "./tree-text.ts";

const s = strings.tree;

/** What the menu of a row offers. */
export function RowItems({ row, onRemove }: { row: TreeRow; onRemove(row: AppRow): void }) {
  const client = useQueryClient();
  // The name as it was when the menu opened: figures that change meanwhile must not move its items.
  const [name] = useState(() => nameOfRow(row));
  const request = requestOfRow(row);
  return (
    <>
      <ContextMenu.Group>
        <ContextMenu.GroupLabel title={name} className={`${MENU_LABEL} line-clamp-3 wrap-anywhere`}>
          {name}
        </ContextMenu.GroupLabel>
        {request !== undefined && <OpenItems row={row} request={request} />}
        {row.kind === "org" && <Item onChoose={() => showView("peers")}>{s.peers}</Item>}
        {isNetworkRow(row) && (
          <Item onChoose={() => showOverlay({ kind: "rename", accountId: row.account.id })}>{s.rename}</Item>
        )}
        {row.kind === "account" && <Item onChoose={() => showSettings("accounts")}>{s.manageAccount}</Item>}
      </ContextMenu.Group>
      {(row.kind === "app" || row.kind === "machine") && (
        <>
          <ContextMenu.Separator className={MENU_SEPARATOR} />
          <CopyItems row={row} />
          <ContextMenu.Separator className={MENU_SEPARATOR} />
          <MarkItems app={{ accountId: row.account.id, orgSlug: row.org.slug, appName: row.app.name }} />
        </>
      )}
      <ContextMenu.Separator className={MENU_SEPARATOR} />
      <Item onChoose={() => void refresh(client, row)}>{strings.common.refresh}</Item>
      {isHostRow(row) && (
        <>
          <Item onChoose={() => editHost({ accountId: row.account.id, orgSlug: row.org.slug, appName: row.app.name })}>
            {s.editHost}
          </Item>
          <ContextMenu.Item className={`${MENU_ITEM} text-bad`} onClick={() => onRemove(row)}>
            {s.removeHost}
          </ContextMenu.Item>
        </>
      )}
    </>
  );
}

function Item({ children, onChoose }: { children: ReactNode; onChoose(): void }) {
  return (
    <ContextMenu.Item className={MENU_ITEM} onClick={onChoose}>
      {children}
    </ContextMenu.Item>
  );
}

function OpenItems({ row, request }: { row: TreeRow; request: ShellRequest }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const canSplit = useShells((state) => activePane(state) !== undefined);
  const several = useMachines(row, request).length > 1;
  const open = (): void => (row.kind === "app" ? openApp(bridge, client, request) : void openShell(bridge, request));
  return (
    <>
      <Item onChoose={open}>{s.openShell}</Item>
      {canSplit && (
        <>
          <Item onChoose={() => void splitActive(bridge, "right", request)}>{s.openRight}</Item>
          <Item onChoose={() => void splitActive(bridge, "down", request)}>{s.openBelow}</Item>
        </>
      )}
      {several && (
        <Item onChoose={() => showOverlay({ kind: "machines", request, isSubstitute: false })}>{s.shellOn}</Item>
      )}
    </>
  );
}

/** Of an app, those that are known now: a list may come, or come anew, while the menu is open. Asks for none. */
function useMachines(row: TreeRow, { accountId, orgSlug, appName }: ShellRequest): readonly Machine[] {
  const bridge = useBridge();
  const known = useQuery({ ...queries.machines(bridge, { accountId, orgSlug }, appName), enabled: false }).data;
  return row.kind === "app" ? (known ?? row.machines ?? []) : [];
}

/** What a person takes elsewhere: names, addresses, and commands for a terminal of this computer. */
function CopyItems({ row }: { row: AppRow | MachineRow }) {
  const copy = (text: string): void => void copyText(text);
  const isPlatform = row.account.kind !== "config";
  const machine = row.kind === "machine" ? row.machine : row.machines?.find(({ status }) => status === "running");
  const ssh = isPlatform && machine !== undefined ? sshCommand(row.app.name, machine.id) : undefined;
  const isStopped = row.kind === "machine" && row.machine.status === "stopped" && row.account.kind === "platform";
  const start = isStopped ? startCommand(row.app.name, row.machine.id) : undefined;
  return (
    <>
      {start !== undefined && <Item onChoose={() => copy(start)}>{s.copyStart}</Item>}
      {ssh !== undefined && <Item onChoose={() => copy(ssh)}>{s.copySsh}</Item>}
      <Item onChoose={() => copy(row.app.name)}>{s.copyName}</Item>
      {row.kind === "machine" && <Item onChoose={() => copy(row.machine.id)}>{s.copyId}</Item>}
      {row.kind === "machine" && row.machine.address !== null && (
        <Item onChoose={() => copy(row.machine.address ?? "")}>{s.copyAddress}</Item>
      )}
    </>
  );
}

function refresh(client: QueryClient, row: TreeRow): Promise<unknown> {
  if (row.kind === "app" || row.kind === "machine") {
    const place = [row.account.id, row.org.slug] as const;
    return Promise.all([
      client.invalidateQueries({ queryKey: listKeys.apps(...place) }),
      client.invalidateQueries({ queryKey: listKeys.machines(...place, row.app.name) }),
    ]);
  }
  const keys = "queryKey" in row ? [row.queryKey] : [listKeys.organizations(), listKeys.apps(), listKeys.machines()];
  return Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
}
