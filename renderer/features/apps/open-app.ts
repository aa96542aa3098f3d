import type { QueryClient } from "@tanstack/react-query";
import type { Machine } from "../../../shared/models.ts";
import { appKey, type Settings } from "../../../shared/settings.ts";
import type { Bridge } from "../../bridge/bridge.ts";
import { isPlainName } from "../../state/plain-name.ts";
import { queries } from "../../state/queries.ts";
import { openShell } from "../../state/shell-actions.ts";
import type { ShellRequest } from "../../state/shell-store.ts";
import { showOverlay } from "../../state/window-store.ts";

/** What a wish for a shell on an app comes to. */
export type AppWish =
  | { readonly kind: "open"; readonly request: ShellRequest }
  /** The machine that was used last cannot be had: which other one is meant is asked, and never guessed (#6). */
  | { readonly kind: "ask"; readonly lastId: string };

/**
 * One click, one shell: on the machine whose shell was opened last, while it runs; else on the first that runs, which the
 * host knows best. Only if the last one is stopped and others run is it asked which.
 */
export function wishOf(
  request: ShellRequest,
  machines: readonly Machine[] | undefined,
  recent: Settings["recent"],
): AppWish {
  const lastId = recent.find(({ app }) => app === appKey(request))?.machineId;
  const last = machines?.find(({ id }) => id === lastId);
  if (request.machine !== null || last === undefined) return { kind: "open", request };
  if (last.status === "running" || last.status === "starting") {
    return { kind: "open", request: { ...request, machine: machineOf(last) } };
  }
  return machines?.some(({ status }) => status === "running") === true
    ? { kind: "ask", lastId: last.id }
    : { kind: "open", request };
}

export function machineOf({ id, name, region }: Machine): NonNullable<ShellRequest["machine"]> {
  return { id, name, region };
}

/** Opens a shell as `wishOf` says, with what the window knows of the app's machines. */
export function openApp(bridge: Bridge, client: QueryClient, request: ShellRequest): void {
  const org = { accountId: request.accountId, orgSlug: request.orgSlug };
  const machines = client.getQueryData(queries.machines(bridge, org, request.appName).queryKey);
  const recent = client.getQueryData(queries.settings(bridge).queryKey)?.recent ?? [];
  const wish = wishOf(request, machines, recent);
  if (wish.kind === "open") void openShell(bridge, wish.request);
  else showOverlay({ kind: "machines", request, isSubstitute: true });
}

/** The machines to choose from: the one used last first, then those that run, then by region and name. */
export function inOrderOfUse(machines: readonly Machine[], lastId: string | undefined): Machine[] {
  const place = ({ id, status }: Machine): number => (id === lastId ? 0 : status === "running" ? 1 : 2);
  return [...machines].sort(
    (a, b) => place(a) - place(b) || a.region.localeCompare(b.region) || a.name.localeCompare(b.name),
  );
}

/** A command for any terminal of this computer; undefined for names that a shell could read as something else. */
export function sshCommand(appName: string, machineId: string): string | undefined {
  if (!isPlainName(appName) || !isPlainName(machineId)) return undefined;
  return `ssh -o ProxyCommand='culvert nc %h %p' root@${machineId}.vm.${appName}.internal`;
}

/** What starts a stopped machine with the platform's own tool. */
export function startCommand(appName: string, machineId: string): string | undefined {
  return sshCommand(appName, machineId) === undefined ? undefined : `fly machine start ${machineId} -a ${appName}`;
}
