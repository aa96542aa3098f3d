import type { SyntheticEvent } from "react";
import type { ShellRequest } from "../../state/shell-store.ts";
import { showOverlay } from "../../state/window-store.ts";
import type { TreeRow } from "./tree-model.ts";

/** What opening a row means: a shell for an app or a machine, undefined for the rest. */
export function requestOfRow(row: TreeRow): ShellRequest | undefined {
  if (row.kind !== "app" && row.kind !== "machine") return undefined;
  const machine =
    row.kind === "machine" ? { id: row.machine.id, name: row.machine.name, region: row.machine.region } : null;
  return { accountId: row.account.id, orgSlug: row.org.slug, appName: row.app.name, machine };
}

/** Whether the row is an imported network, which has the name that a person gave it. */
export function isNetworkRow(row: TreeRow): row is TreeRow & { kind: "account" | "org" } {
  return (row.kind === "account" || row.kind === "org") && row.account.kind === "config";
}

/** Whether the row is a host that a person added to an imported network. */
export function isHostRow(row: TreeRow): row is TreeRow & { kind: "app" } {
  return row.kind === "app" && row.org.kind === "config";
}

/** Asks how a host is to be from now on. */
export function editHost(of: { accountId: string; orgSlug: string; appName: string }): void {
  const { accountId, orgSlug, appName } = of;
  showOverlay({ kind: "edit-host", accountId, orgSlug, appName });
}

/** The row that a pointer event happened in. */
export function rowOfEvent(event: SyntheticEvent, rows: readonly TreeRow[]): TreeRow | undefined {
  const element = event.target instanceof Element ? event.target.closest("[data-row]") : null;
  const key = element?.getAttribute("data-row");
  return rows.find((row) => row.key === key);
}

/** Whether a click wants a row opened or closed, and nothing else. */
export function isToggle({ target }: SyntheticEvent): boolean {
  return target instanceof Element && target.closest("[data-toggle]") !== null;
}
