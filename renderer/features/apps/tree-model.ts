import type { ErrorInfo } from "../../../shared/errors.ts";
import type { Account, App, Machine, Organization } from "../../../shared/models.ts";
import { listKeys } from "../../state/queries.ts";
import type { Loaded, Stale } from "./loaded.ts";
import { containsAll, matchesOf, placesIn, type SortedApp, sortedApps } from "./sorted-apps.ts";

export interface TreeSource {
  readonly accounts: readonly Account[];
  /** Apps (`appKey`) that stand on top, in this order. */
  readonly pins: readonly string[];
  organizations(account: Account): Loaded<Organization>;
  apps(account: Account, org: Organization): Loaded<App>;
  machines(account: Account, app: App): Loaded<Machine>;
  /** The apps of an organization, by name, that `machines` has something to say about; without it, it is asked for each. */
  listed?(account: Account, org: Organization): Iterable<string>;
}

interface RowBase {
  readonly key: string;
  /** 1 for the outermost rows. */
  readonly level: number;
  readonly parentKey: string | null;
}

export type TreeRow = RowBase &
  (
    | { readonly kind: "account"; readonly account: Account; readonly open: boolean }
    | { readonly kind: "org"; readonly account: Account; readonly org: Organization; readonly open: boolean }
    | {
        readonly kind: "app";
        readonly account: Account;
        readonly org: Organization;
        readonly app: App;
        readonly machines: readonly Machine[] | undefined;
        readonly open: boolean;
      }
    | {
        readonly kind: "machine";
        readonly account: Account;
        readonly org: Organization;
        readonly app: App;
        readonly machine: Machine;
      }
    | { readonly kind: "pins"; readonly open: boolean }
    | { readonly kind: "loading"; readonly of: ListKind; readonly within: string; readonly queryKey: readonly string[] }
    | { readonly kind: "cancelled"; readonly of: ListKind; readonly queryKey: readonly string[] }
    | { readonly kind: "stale"; readonly stale: Stale; readonly queryKey: readonly string[] }
    | { readonly kind: "error"; readonly error: ErrorInfo; readonly queryKey: readonly string[] }
    | { readonly kind: "empty"; readonly of: ListKind }
    | { readonly kind: "add-host"; readonly account: Account; readonly org: Organization }
  );

/** What a list holds, for the words that stand in its place. */
export type ListKind = "organizations" | "apps" | "hosts" | "machines";

export type AppRow = TreeRow & { kind: "app" };
export type MachineRow = TreeRow & { kind: "machine" };

interface TreeView {
  /** Lower case words, all of which a row must contain. */
  readonly terms: readonly string[];
  readonly flipped: ReadonlySet<string>;
}

export function termsOf(filter: string): string[] {
  return filter.toLowerCase().split(/\s+/).filter(Boolean);
}

/** The visible rows from top to bottom. Accounts are a level of their own only when there are several. */
export function buildTree(source: TreeSource, view: TreeView): TreeRow[] {
  const several = source.accounts.length > 1;
  const rows = source.accounts.flatMap((account): TreeRow[] => {
    if (!several) return orgRows(source, view, account, 1, null);
    const key = `account/${account.id}`;
    const open = isOpen(view, key, true);
    const children = open ? orgRows(source, view, account, 2, key) : [];
    if (view.terms.length > 0 && children.length === 0) return [];
    return [{ kind: "account", key, level: 1, parentKey: null, account, open }, ...children];
  });
  return [...pinnedRows(source, view), ...rows];
}

/** The pinned apps that are known at the moment, in a group of their own; they stand in their organizations too. */
function pinnedRows(source: TreeSource, view: TreeView): TreeRow[] {
  if (source.pins.length === 0) return [];
  const children: TreeRow[] = [];
  const open = isOpen(view, "pins", true);
  for (const pin of source.pins) {
    for (const account of source.accounts) {
      if (!pin.startsWith(`${account.id}/`)) continue;
      const org = source.organizations(account).items?.find(({ slug }) => pin.startsWith(`${account.id}/${slug}/`));
      if (org === undefined) continue;
      const name = pin.slice(`${account.id}/${org.slug}/`.length);
      const sorted = sortedApps(source.apps(account, org).items ?? []).find(({ app }) => app.name === name);
      const place = { level: 2, parentKey: "pins", prefix: "pin/" } as const;
      const scope: AppScope = { account, org, ...place, terms: wordsBeside(org, view) };
      if (sorted !== undefined) addApp(children, source, view, scope, sorted, containsAll(sorted.text, scope.terms));
    }
  }
  if (children.length === 0) return [];
  return [{ kind: "pins", key: "pins", level: 1, parentKey: null, open }, ...(open ? children : [])];
}

/** What an organization's own name answers, its apps need not. */
function wordsBeside(org: Organization, view: TreeView): string[] {
  const text = `${org.slug} ${org.name}`.toLowerCase();
  return view.terms.filter((term) => !text.includes(term));
}

/** While filtering everything that contains a match is open. */
function isOpen(view: TreeView, key: string, atFirst: boolean): boolean {
  return view.terms.length > 0 || view.flipped.has(key) !== atFirst;
}

function orgRows(
  source: TreeSource,
  view: TreeView,
  account: Account,
  level: number,
  parentKey: string | null,
): TreeRow[] {
  const loaded = source.organizations(account);
  const base = `orgs/${account.id}`;
  const queryKey = listKeys.organizations(account.id);
  const place = { base, level, parentKey, of: "organizations", within: account.label, queryKey } as const;
  const lead = notes(loaded, view, place);
  const rows = (loaded.items ?? []).flatMap((org): TreeRow[] => {
    // An imported configuration is one network: below its account a row for the organization would say the same again.
    if (org.kind === "config" && level > 1) return appRows(source, view, account, org, level, parentKey);
    const key = `org/${account.id}/${org.slug}`;
    const open = isOpen(view, key, true);
    const children = open ? appRows(source, view, account, org, level + 1, key) : [];
    if (view.terms.length > 0 && children.length === 0) return [];
    return [{ kind: "org", key, level, parentKey, account, org, open }, ...children];
  });
  return [...lead, ...rows];
}

function appRows(
  source: TreeSource,
  view: TreeView,
  account: Account,
  org: Organization,
  level: number,
  parentKey: string | null,
): TreeRow[] {
  const loaded = source.apps(account, org);
  const base = `apps/${account.id}/${org.slug}`;
  const what = org.kind === "config" ? "hosts" : "apps";
  const queryKey = listKeys.apps(account.id, org.slug);
  const lead = notes(loaded, view, { base, level, parentKey, of: what, within: org.name, queryKey });
  const scope: AppScope = { account, org, level, parentKey, prefix: "app/", terms: wordsBeside(org, view) };
  const rows: TreeRow[] = [];
  addApps(rows, source, view, scope, sortedApps(loaded.items ?? []));
  const add: TreeRow[] =
    org.kind === "config" && view.terms.length === 0 && loaded.items !== undefined
      ? [{ kind: "add-host", key: `${base}/add`, level, parentKey, account, org }]
      : [];
  return [...lead, ...rows, ...add];
}

interface AppScope {
  readonly account: Account;
  readonly org: Organization;
  readonly level: number;
  readonly parentKey: string | null;
  /** Begins the keys of the rows: an app that is pinned has two. */
  readonly prefix: "app/" | "pin/";
  /** The words that an app or a machine of it must still contain. */
  readonly terms: readonly string[];
}

function addApp(
  rows: TreeRow[],
  source: TreeSource,
  view: TreeView,
  scope: AppScope,
  sorted: SortedApp,
  appMatches: boolean,
): void {
  const { account, org, level } = scope;
  const { app } = sorted;
  const loaded = source.machines(account, app);
  const machines = appMatches ? loaded.items : loaded.items?.filter((one) => machineMatches(one, sorted.text, scope));
  if (!appMatches && !machines?.length) return;
  const key = keyOfApp(sorted, scope);
  // A match in the app's own name does not open it; one in a machine does.
  const wanted = view.terms.length > 0 ? !appMatches || view.flipped.has(key) : view.flipped.has(key);
  const open = wanted && org.kind !== "config";
  rows.push(appRowOf(sorted, scope, key, loaded.items, open));
  if (!open) return;
  const below = level + 1;
  const queryKey = listKeys.machines(account.id, org.slug, app.name);
  const place = { base: `machines/${key}`, level: below, parentKey: key, of: "machines", within: app.name } as const;
  rows.push(...notes(loaded, view, { ...place, queryKey }));
  for (const machine of machines ?? []) {
    const machineKey = `${key}/${machine.id}`;
    rows.push({ kind: "machine", key: machineKey, level: below, parentKey: key, account, org, app, machine });
  }
}

/** Ten thousand apps at each key: most are not looked at, and most of the others have the row that they had before. */
function addApps(
  rows: TreeRow[],
  source: TreeSource,
  view: TreeView,
  scope: AppScope,
  sorted: readonly SortedApp[],
): void {
  const hits = matchesOf(sorted, scope.terms);
  const listed = source.listed === undefined ? undefined : placesIn(sorted, source.listed(scope.account, scope.org));
  for (let i = 0; i < sorted.length; i++) {
    const one = sorted[i]!;
    const isHit = hits === undefined || hits[i] === 1;
    if (listed === undefined || listed[i] === 1) addApp(rows, source, view, scope, one, isHit);
    else if (!isHit) continue;
    else if (isKept(one.row, scope, undefined, false) && !view.flipped.has(one.row.key)) rows.push(one.row);
    else addApp(rows, source, view, scope, one, true);
  }
}

/** Whether an app's row of before says what one would say now. */
function isKept(
  row: AppRow | undefined,
  { account, org, level, parentKey, prefix }: AppScope,
  machines: readonly Machine[] | undefined,
  open: boolean,
): row is AppRow {
  return (
    row !== undefined &&
    row.machines === machines &&
    row.open === open &&
    row.account === account &&
    row.org === org &&
    row.level === level &&
    row.parentKey === parentKey &&
    prefix === "app/"
  );
}

function keyOfApp({ app, row }: SortedApp, { prefix, account, org }: AppScope): string {
  const isSame = row !== undefined && prefix === "app/" && row.account.id === account.id && row.org.slug === org.slug;
  return isSame ? row.key : `${prefix}${account.id}/${org.slug}/${app.name}`;
}

/** The row of an app: the one that it had before, for as long as it says the same, so that it need not be drawn again. */
function appRowOf(
  sorted: SortedApp,
  scope: AppScope,
  key: string,
  machines: readonly Machine[] | undefined,
  open: boolean,
): AppRow {
  if (isKept(sorted.row, scope, machines, open)) return sorted.row;
  const { account, org, level, parentKey, prefix } = scope;
  const row: AppRow = { kind: "app", key, level, parentKey, account, org, app: sorted.app, machines, open };
  if (prefix === "app/") sorted.row = row;
  return row;
}

function machineMatches(machine: Machine, appText: string, { terms }: AppScope): boolean {
  const text = `${appText} ${machine.name} ${machine.id} ${machine.region}`.toLowerCase();
  return containsAll(text, terms);
}

interface ListPlace {
  readonly base: string;
  readonly level: number;
  readonly parentKey: string | null;
  readonly of: ListKind;
  /** The name of what the list belongs to. */
  readonly within: string;
  readonly queryKey: readonly string[];
}

/** The rows that stand for a list's state: loading, cancelled, stale, failed or empty. */
function notes<T>(loaded: Loaded<T>, view: TreeView, { base, of, within, queryKey, ...place }: ListPlace): TreeRow[] {
  if (loaded.error !== null) return [{ kind: "error", key: `${base}/error`, ...place, error: loaded.error, queryKey }];
  const stale: TreeRow[] =
    loaded.stale === undefined
      ? []
      : [{ kind: "stale", key: `${base}/stale`, ...place, stale: loaded.stale, queryKey }];
  if (view.terms.length > 0) return stale;
  if (loaded.items === undefined) {
    return loaded.isCancelled === true
      ? [{ kind: "cancelled", key: `${base}/cancelled`, ...place, of, queryKey }]
      : [{ kind: "loading", key: `${base}/loading`, ...place, of, within, queryKey }];
  }
  if (loaded.items.length > 0) return stale;
  return [...stale, { kind: "empty", key: `${base}/empty`, ...place, of }];
}

/** Whether a row can be opened and closed; undefined for rows that hold nothing. */
export function openState(row: TreeRow): boolean | undefined {
  // A host of an imported configuration is one machine; there is nothing below it to see.
  if (row.kind === "app" && row.org.kind === "config") return undefined;
  return row.kind === "account" || row.kind === "org" || row.kind === "app" || row.kind === "pins"
    ? row.open
    : undefined;
}
