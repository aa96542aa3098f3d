import type { QueryClient } from "@tanstack/react-query";
import type { Account, App, Machine, Organization } from "../../../shared/models.ts";
import { appKey } from "../../../shared/settings.ts";
import { shownName } from "../../../shared/visible-text.ts";
import type { Bridge } from "../../bridge/bridge.ts";
import { accountName } from "../../state/account-name.ts";
import { listKeys, queries } from "../../state/queries.ts";
import { shortId } from "../../ui/format.ts";
import { type PlaceItem, textOf } from "./palette-items.ts";
import { type Index, indexOf } from "./search.ts";

/** All apps and machines that the window knows, ready to be searched. */
export interface Places {
  readonly apps: Index<PlaceItem>;
  readonly machines: Index<PlaceItem>;
  readonly byApp: ReadonlyMap<string, PlaceItem>;
  /** Some list is on its way. */
  readonly loading: boolean;
}

interface Lists {
  readonly accounts: readonly Account[];
  readonly parts: readonly { readonly account: Account; readonly org: Organization; readonly apps: readonly App[] }[];
  readonly machines: readonly (readonly [key: readonly unknown[], machines: readonly Machine[]])[];
  readonly loading: boolean;
}

/** Asks for the lists that no part of the window has asked for yet. */
export async function loadPlaces(bridge: Bridge, client: QueryClient): Promise<void> {
  const accounts = client.getQueryData(queries.accounts(bridge).queryKey) ?? [];
  await Promise.allSettled(
    accounts.map(async ({ id }) => {
      const organizations = await client.ensureQueryData(queries.organizations(bridge, id));
      await Promise.allSettled(
        organizations.map(({ slug }) => client.ensureQueryData(queries.apps(bridge, { accountId: id, orgSlug: slug }))),
      );
    }),
  );
}

function listsOf(bridge: Bridge, client: QueryClient): Lists {
  const accounts = client.getQueryData(queries.accounts(bridge).queryKey) ?? [];
  let loading = false;
  const parts = accounts.flatMap((account) => {
    const organizations = client.getQueryState(queries.organizations(bridge, account.id).queryKey);
    loading ||= organizations?.status === "pending";
    return (organizations?.data ?? []).map((org) => {
      const key = { accountId: account.id, orgSlug: org.slug };
      const state = client.getQueryState(queries.apps(bridge, key).queryKey);
      loading ||= state?.status === "pending";
      return { account, org, apps: state?.data ?? [] };
    });
  });
  // Only those that some part of the window has asked for: one question for each of ten thousand apps would be too many.
  const machines = client
    .getQueriesData<readonly Machine[]>({ queryKey: listKeys.machines() })
    .flatMap(([key, list]) => (list === undefined ? [] : [[key, list] as const]));
  return { accounts, parts, machines, loading };
}

let last: { readonly stamp: readonly unknown[]; readonly places: Places } | undefined;

/** As the lists are now. The same object as long as they are the same, for ten thousand apps cost some time to prepare. */
export function placesOf(bridge: Bridge, client: QueryClient): Places {
  const lists = listsOf(bridge, client);
  const stamp = [
    lists.loading,
    lists.accounts,
    ...lists.parts.flatMap(({ org, apps }) => [org, apps]),
    ...lists.machines.map(([, list]) => list),
  ];
  if (last !== undefined && last.stamp.length === stamp.length && stamp.every((part, i) => part === last?.stamp[i])) {
    return last.places;
  }
  const places = prepare(lists);
  last = { stamp, places };
  return places;
}

function prepare({ accounts, parts, machines: lists, loading }: Lists): Places {
  const apps: PlaceItem[] = [];
  for (const part of parts) {
    const place = accounts.length > 1 ? `${part.org.name} · ${accountName(part.account)}` : part.org.name;
    for (const app of part.apps) apps.push(appItem(part.account, app, place));
  }
  const byName = (a: PlaceItem, b: PlaceItem): number => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0);
  apps.sort(byName);
  const byApp = new Map(apps.map((item) => [appKey(item.request), item]));
  const machines = lists.flatMap(([[, accountId, orgSlug, appName], list]) => {
    const app = byApp.get(`${accountId}/${orgSlug}/${appName}`);
    return app === undefined ? [] : list.map((machine) => machineItem(app, machine));
  });
  machines.sort(byName);
  return { apps: indexOf(apps), machines: indexOf(machines), byApp, loading };
}

function appItem(account: Account, app: App, place: string): PlaceItem {
  const request = { accountId: account.id, orgSlug: app.orgSlug, appName: app.name, machine: null };
  const title = shownName(app.name);
  const text = textOf(title, place);
  return {
    kind: "app",
    key: `app ${appKey(request)}`,
    text,
    title,
    detail: place,
    status: app.status,
    request,
  };
}

function machineItem(app: PlaceItem, machine: Machine): PlaceItem {
  const { id, name, region } = machine;
  const title = shortId(name);
  const detail = [app.title, region, title === name ? "" : name].filter(Boolean).join(" · ");
  return {
    kind: "machine",
    key: `machine ${appKey(app.request)}/${id}`,
    text: textOf(title, detail),
    title,
    detail,
    status: machine.status,
    request: { ...app.request, machine: { id, name, region } },
  };
}
