import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Account, Session, Target } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { useBridgeState } from "../../bridge/use-bridge-state.ts";
import { type Asked, askAgainAfter } from "../../state/ask-again.ts";
import { type OrgKey, queries } from "../../state/queries.ts";
import { useShells } from "../../state/shell-store.ts";

const EVERY_MS = 30_000;
/** With many apps each is asked for less often: a platform is not asked more than fifteen times a minute for machines. */
const LEAST_FOR_EACH_MS = 4_000;

/**
 * Asks for the machines of apps that have an open shell, and for their organizations' apps, for as long as somebody can see the
 * window (complaint 5): who works on a machine sees that it stopped. Apart and without a look of its own: no answer draws it.
 */
export function ShellAppsWatch() {
  const accounts = useQuery(queries.accounts(useBridge())).data;
  const sessions = useShells((state) => state.sessions);
  const apps = useMemo(() => appsWithShells([...sessions.values()], accounts ?? []), [sessions, accounts]);
  const everyMs = Math.max(EVERY_MS, apps.length * LEAST_FOR_EACH_MS);
  const orgs = new Map(apps.map((app) => [`${app.accountId}/${app.orgSlug}`, app]));
  return (
    <>
      {apps.map((app) => (
        <MachinesWatch key={`${app.accountId}/${app.orgSlug}/${app.appName}`} app={app} everyMs={everyMs} />
      ))}
      {[...orgs].map(([key, org]) => (
        <AppsWatch key={key} org={org} everyMs={everyMs} />
      ))}
    </>
  );
}

function MachinesWatch({ app, everyMs }: { app: Target; everyMs: number }) {
  useQuery({ ...queries.machines(useBridge(), app, app.appName), ...useWatch(everyMs) });
  return null;
}

function AppsWatch({ org, everyMs }: { org: OrgKey; everyMs: number }) {
  const watch = useWatch(everyMs);
  // First by the tree, all organizations at once: rows that came before those above them would move under the pointer.
  useQuery({
    ...queries.apps(useBridge(), org),
    ...watch,
    enabled: ({ state }) => watch.enabled && state.data !== undefined,
  });
  return null;
}

/** What failed is asked for again as any list is that somebody looks at. */
function useWatch(everyMs: number) {
  return {
    enabled: useBridgeState() === "open",
    refetchInterval: (query: Asked) => (query.state.error === null ? everyMs : askAgainAfter(query)),
    notifyOnChangeProps: [],
  };
}

/** Each app once. An imported network has no platform that would know of its machines. */
function appsWithShells(sessions: readonly Session[], accounts: readonly Account[]): Target[] {
  const platforms = new Set(accounts.filter(({ kind }) => kind !== "config").map(({ id }) => id));
  const open = sessions.filter(({ state, target }) => state === "open" && platforms.has(target.accountId));
  return [
    ...new Map(
      open.map(({ target }) => [`${target.accountId}/${target.orgSlug}/${target.appName}`, target] as const),
    ).values(),
  ];
}
