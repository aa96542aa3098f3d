import { type UseQueryResult, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Account } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { queries } from "../../state/queries.ts";
import { useTree } from "../../state/tree-store.ts";
import { buildTree, type Loaded, type TreeRow, termsOf } from "./tree-model.ts";

const NOTHING = { items: undefined, error: null };

function loadedOf<T>(result: UseQueryResult<T[]> | undefined): Loaded<T> {
  if (result === undefined) return NOTHING;
  // While an error is being retried, or stale items are there, the items are worth more than the error.
  const error = result.error !== null && result.data === undefined ? errorInfoOf(result.error) : null;
  return { items: result.data, error };
}

/** The rows of the tree as the queries, the filter and what is open make them. */
export function useTreeRows(): { rows: TreeRow[]; terms: string[]; accounts: readonly Account[] } {
  const bridge = useBridge();
  const filter = useTree((state) => state.filter);
  const flipped = useTree((state) => state.flipped);
  const accounts = useQuery(queries.accounts(bridge)).data ?? [];
  const organizations = useQueries({ queries: accounts.map(({ id }) => queries.organizations(bridge, id)) });
  const orgs = accounts.flatMap((account, index) =>
    (organizations[index]?.data ?? []).map((org) => ({ account, org, key: `${account.id}/${org.slug}` })),
  );
  const apps = useQueries({
    queries: orgs.map(({ account, org }) => queries.apps(bridge, { accountId: account.id, orgSlug: org.slug })),
  });
  const allApps = orgs.flatMap(({ account, org }, index) =>
    (apps[index]?.data ?? []).map((app) => ({ account, org, app, key: `${account.id}/${org.slug}/${app.name}` })),
  );
  // Rows in view ask for their machines themselves; here only open apps ask, and all are listened to for the filter.
  const machines = useQueries({
    queries: allApps.map(({ account, org, app, key }) => ({
      ...queries.machines(bridge, { accountId: account.id, orgSlug: org.slug }, app.name),
      enabled: flipped.has(`app/${key}`),
    })),
  });

  const terms = useMemo(() => termsOf(filter), [filter]);
  const appsByOrg = new Map(orgs.map(({ key }, index) => [key, loadedOf(apps[index])]));
  const machinesByApp = new Map(allApps.map(({ key }, index) => [key, loadedOf(machines[index])]));
  const orgsByAccount = new Map(accounts.map(({ id }, index) => [id, loadedOf(organizations[index])]));
  const rows = buildTree(
    {
      accounts,
      organizations: (account) => orgsByAccount.get(account.id) ?? NOTHING,
      apps: (account, org) => appsByOrg.get(`${account.id}/${org.slug}`) ?? NOTHING,
      machines: (account, app) => machinesByApp.get(`${account.id}/${app.orgSlug}/${app.name}`) ?? NOTHING,
    },
    { terms, flipped },
  );
  return { rows, terms, accounts };
}
