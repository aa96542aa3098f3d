import { type UseQueryResult, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import type { ErrorInfo } from "../../../shared/errors.ts";
import type { Account } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { queries, useSettings } from "../../state/queries.ts";
import { useTree } from "../../state/tree-store.ts";
import { type Loaded, loadedOf, NOTHING_LOADED } from "./loaded.ts";
import { useMachineLists } from "./machine-lists.ts";
import { buildTree, type TreeRow, type TreeSource, termsOf } from "./tree-model.ts";

const NO_ACCOUNTS: readonly Account[] = [];
/** The result for this one may not be there yet: accounts and results come apart. */
function listOf<T>(result: UseQueryResult<T[]> | undefined): Loaded<T> {
  return result === undefined ? NOTHING_LOADED : loadedOf(result);
}

/** What the tree is made of, as the queries know it. */
export function useTreeSource(): TreeSource {
  const bridge = useBridge();
  const flipped = useTree((state) => state.flipped);
  const { pins } = useSettings();
  const accounts = useQuery(queries.accounts(bridge)).data ?? NO_ACCOUNTS;
  const organizations = useQueries({
    queries: useMemo(() => accounts.map(({ id }) => queries.organizations(bridge, id)), [accounts, bridge]),
  });
  const orgsByAccount = useSame(accounts.map(({ id }, index) => [id, listOf(organizations[index])] as const));
  const orgs = useMemo(
    () =>
      accounts.flatMap((account) =>
        (orgsByAccount.get(account.id)?.items ?? []).map((org) => ({ account, org, key: `${account.id}/${org.slug}` })),
      ),
    [accounts, orgsByAccount],
  );
  const apps = useQueries({
    queries: useMemo(
      () => orgs.map(({ account, org }) => queries.apps(bridge, { accountId: account.id, orgSlug: org.slug })),
      [orgs, bridge],
    ),
  });
  const appsByOrg = useSame(orgs.map(({ key }, index) => [key, listOf(apps[index])] as const));
  const lists = useMachineLists();
  // Rows in view are asked for by useMachinesInView; beyond those only open apps are.
  useQueries({
    queries: useMemo(
      () =>
        (flipped.size === 0 ? [] : orgs).flatMap(({ account, org, key }) =>
          (appsByOrg.get(key)?.items ?? [])
            .filter((app) => flipped.has(`app/${key}/${app.name}`) || flipped.has(`pin/${key}/${app.name}`))
            .map((app) => queries.machines(bridge, { accountId: account.id, orgSlug: org.slug }, app.name)),
        ),
      [flipped, orgs, appsByOrg, bridge],
    ),
  });

  return useMemo(
    () => ({
      accounts,
      pins,
      organizations: (account) => orgsByAccount.get(account.id) ?? NOTHING_LOADED,
      apps: (account, org) => appsByOrg.get(`${account.id}/${org.slug}`) ?? NOTHING_LOADED,
      machines: (account, app) => lists.of(account.id, app.orgSlug, app.name) ?? NOTHING_LOADED,
      listed: (account, org) => lists.names(account.id, org.slug),
    }),
    [accounts, pins, orgsByAccount, appsByOrg, lists],
  );
}

/** The rows of the tree as the filter and what is open make them. */
export function useTreeRows(source: TreeSource): { rows: TreeRow[]; terms: string[] } {
  const filter = useTree((state) => state.filter);
  const flipped = useTree((state) => state.flipped);
  const terms = useMemo(() => termsOf(filter), [filter]);
  const rows = useMemo(() => buildTree(source, { terms, flipped }), [source, terms, flipped]);
  return { rows, terms };
}

/** The entries as a map that stays the same object for as long as their lists do: what is built from it is built once. */
function useSame<T>(entries: readonly (readonly [string, Loaded<T>])[]): ReadonlyMap<string, Loaded<T>> {
  const kept = useRef<ReadonlyMap<string, Loaded<T>>>(new Map());
  const before = kept.current;
  const same =
    before.size === entries.length &&
    entries.every(([key, list]) => {
      const one = before.get(key);
      if (one === undefined || one.items !== list.items || one.isCancelled !== list.isCancelled) return false;
      return (
        one.stale?.since === list.stale?.since &&
        isSame(one.error, list.error) &&
        isSame(one.stale?.error, list.stale?.error)
      );
    });
  if (!same) kept.current = new Map(entries);
  return kept.current;
}

/** An error is made anew with each look at the query. */
function isSame(one: ErrorInfo | null | undefined, other: ErrorInfo | null | undefined): boolean {
  return one?.code === other?.code && one?.detail === other?.detail;
}
