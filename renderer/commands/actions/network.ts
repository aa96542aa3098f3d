import type { Account, Tunnel } from "../../../shared/models.ts";
import { appKey } from "../../../shared/settings.ts";
import { statsJson } from "../../features/stats/stats-json.ts";
import { shownTunnel } from "../../features/status/shown-tunnel.ts";
import { announce } from "../../state/announcer.ts";
import { isCapturing, switchCapture } from "../../state/capture.ts";
import { copyText } from "../../state/copy.ts";
import { eventsOf, useNetworkEvents } from "../../state/network-events.ts";
import { queries } from "../../state/queries.ts";
import { activePane, type ShellRequest, useShells } from "../../state/shell-store.ts";
import { useTree } from "../../state/tree-store.ts";
import { useTunnels } from "../../state/tunnel-store.ts";
import { showCapture, showOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import type { NetworkCommand } from "../command-ids.ts";
import type { Action, CommandContext } from "../context.ts";

/** Something to do with the tunnel that the stats show; not offered without one. */
function withTunnel(run: (context: CommandContext, tunnel: Tunnel) => void, when = (_tunnel: Tunnel): boolean => true) {
  return {
    when: () => {
      const tunnel = shownTunnel();
      return tunnel !== undefined && when(tunnel);
    },
    run: (context: CommandContext) => {
      const tunnel = shownTunnel();
      if (tunnel !== undefined) run(context, tunnel);
    },
  } satisfies Action;
}

/** The stats open at the capture, where its file stands and where a refusal can be tried again. */
async function capture({ bridge }: CommandContext, { id }: Tunnel, start: boolean): Promise<void> {
  showCapture(id);
  await switchCapture(bridge, id, start);
}

function copyStats(tunnel: Tunnel): void {
  const { history, takenAt } = useTunnels.getState();
  const events = eventsOf(useNetworkEvents.getState().events, tunnel);
  void copyText(statsJson(tunnel, history.get(tunnel.id)?.samples ?? [], events, takenAt ?? Date.now()));
}

/** The imported network of the current row or of the shell in front; else the only one there is. */
function networkMeant({ bridge, client }: CommandContext): Account | undefined {
  const accounts = client.getQueryData(queries.accounts(bridge).queryKey) ?? [];
  const imported = accounts.filter(({ kind }) => kind === "config");
  const row = useTree.getState().currentKey?.split("/")[1];
  const front = activePane(useShells.getState())?.request.accountId;
  const meant = imported.find(({ id }) => id === row) ?? imported.find(({ id }) => id === front);
  return meant ?? (imported.length === 1 ? imported[0] : undefined);
}

type HostPlace = Pick<ShellRequest, "accountId" | "orgSlug">;

/** Where hosts of the network that is meant are added: its one organization, once that is known. */
function placeOfHosts(context: CommandContext): HostPlace | undefined {
  const account = networkMeant(context);
  if (account === undefined) return undefined;
  const [org] = context.client.getQueryData(queries.organizations(context.bridge, account.id).queryKey) ?? [];
  return org === undefined ? undefined : { accountId: account.id, orgSlug: org.slug };
}

/** The host of the current row, or of the shell in front. */
function hostToEdit(context: CommandContext): (HostPlace & { readonly appName: string }) | undefined {
  const place = placeOfHosts(context);
  if (place === undefined) return undefined;
  const row = useTree.getState().currentKey;
  const front = activePane(useShells.getState())?.request;
  const hosts = context.client.getQueryData(queries.apps(context.bridge, place).queryKey) ?? [];
  const all = hosts.map(({ name }) => ({ ...place, appName: name }));
  return (
    all.find((host) => row === `app/${appKey(host)}` || row === `pin/${appKey(host)}`) ??
    all.find(({ accountId, appName }) => front?.accountId === accountId && front.appName === appName)
  );
}

export const networkActions: Record<NetworkCommand, Action> = {
  signIn: { run: () => showOverlay({ kind: "sign-in" }) },
  importConfig: { run: () => showOverlay({ kind: "import" }) },
  renameNetwork: {
    when: (context) => networkMeant(context) !== undefined,
    run: (context) => {
      const account = networkMeant(context);
      if (account !== undefined) showOverlay({ kind: "rename", accountId: account.id });
    },
  },
  addHost: {
    when: (context) => placeOfHosts(context) !== undefined,
    run: (context) => {
      const place = placeOfHosts(context);
      if (place !== undefined) showOverlay({ kind: "add-host", ...place });
    },
  },
  editHost: {
    when: (context) => hostToEdit(context) !== undefined,
    run: (context) => {
      const host = hostToEdit(context);
      if (host !== undefined) showOverlay({ kind: "edit-host", ...host });
    },
  },
  startCapture: withTunnel(
    (context, tunnel) =>
      void capture(context, tunnel, true).catch(() => announce(strings.commandFailures.startCapture, "assertive")),
    (tunnel) => !isCapturing(tunnel),
  ),
  stopCapture: withTunnel(
    (context, tunnel) =>
      void capture(context, tunnel, false).catch(() => announce(strings.commandFailures.stopCapture, "assertive")),
    isCapturing,
  ),
  copyStats: withTunnel((_context, tunnel) => copyStats(tunnel)),
};
