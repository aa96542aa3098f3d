import type { ErrorInfo } from "../../../shared/errors.ts";
import type { Account, App, Machine, Organization } from "../../../shared/models.ts";

/** A list that comes from the host: nothing yet, an error, or items (possibly stale ones beside an error). */
export interface Loaded<T> {
  readonly items: readonly T[] | undefined;
  readonly error: ErrorInfo | null;
}

export interface TreeSource {
  readonly accounts: readonly Account[];
  organizations(account: Account): Loaded<Organization>;
  apps(account: Account, org: Organization): Loaded<App>;
  machines(account: Account, app: App): Loaded<Machine>;
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
    | { readonly kind: "loading" }
    | { readonly kind: "error"; readonly error: ErrorInfo; readonly queryKey: readonly string[] }
    | { readonly kind: "empty"; readonly of: "organizations" | "apps" | "hosts" | "machines" }
    | { readonly kind: "add-host"; readonly account: Account; readonly org: Organization }
  );

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
  return source.accounts.flatMap((account) => {
    if (!several) return orgRows(source, view, account, 1, null);
    const key = `account/${account.id}`;
    const open = isOpen(view, key, true);
    const children = open ? orgRows(source, view, account, 2, key) : [];
    if (view.terms.length > 0 && children.length === 0) return [];
    return [{ kind: "account", key, level: 1, parentKey: null, account, open }, ...children];
  });
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
  const lead = notes(loaded, view, base, level, parentKey, "organizations", ["organizations", account.id]);
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
  const lead = notes(loaded, view, base, level, parentKey, what, ["apps", account.id, org.slug]);
  // What the organization's own name answers, its apps need not.
  const orgText = `${org.slug} ${org.name}`.toLowerCase();
  const scope: AppScope = {
    account,
    org,
    level,
    parentKey,
    terms: view.terms.filter((term) => !orgText.includes(term)),
  };
  const rows: TreeRow[] = [];
  for (const sorted of sortedApps(loaded.items ?? [])) addApp(rows, source, view, scope, sorted);
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
  /** The words that an app or a machine of it must still contain. */
  readonly terms: readonly string[];
}

function addApp(rows: TreeRow[], source: TreeSource, view: TreeView, scope: AppScope, { app, text }: SortedApp): void {
  const { account, org, level, parentKey } = scope;
  const appMatches = containsAll(text, scope.terms);
  const loaded = source.machines(account, app);
  const machines = appMatches ? loaded.items : loaded.items?.filter((machine) => machineMatches(machine, text, scope));
  if (!appMatches && !machines?.length) return;
  const key = `app/${account.id}/${org.slug}/${app.name}`;
  // A match in the app's own name does not open it; one in a machine does.
  const wanted = view.terms.length > 0 ? !appMatches || view.flipped.has(key) : view.flipped.has(key);
  const open = wanted && org.kind !== "config";
  rows.push({ kind: "app", key, level, parentKey, account, org, app, machines: loaded.items, open });
  if (!open) return;
  const below = level + 1;
  const queryKey = ["machines", account.id, org.slug, app.name];
  rows.push(...notes(loaded, view, `machines/${key}`, below, key, "machines", queryKey));
  for (const machine of machines ?? []) {
    rows.push({
      kind: "machine",
      key: `${key}/${machine.id}`,
      level: below,
      parentKey: key,
      account,
      org,
      app,
      machine,
    });
  }
}

function machineMatches(machine: Machine, appText: string, { terms }: AppScope): boolean {
  const text = `${appText} ${machine.name} ${machine.id} ${machine.region}`.toLowerCase();
  return containsAll(text, terms);
}

/** A loop and no closure: it runs for each app at each key. */
function containsAll(text: string, terms: readonly string[]): boolean {
  for (const term of terms) if (!text.includes(term)) return false;
  return true;
}

interface SortedApp {
  readonly app: App;
  /** Its name in lower case. */
  readonly text: string;
}

const byName = new Intl.Collator();
const sortings = new WeakMap<readonly App[], readonly SortedApp[]>();

/** Apps by name. A list is sorted once: ten thousand names take longer to sort than a keystroke may take. */
function sortedApps(apps: readonly App[]): readonly SortedApp[] {
  const known = sortings.get(apps);
  if (known !== undefined) return known;
  const sorted = apps
    .map((app) => ({ app, text: app.name.toLowerCase() }))
    .sort((a, b) => byName.compare(a.app.name, b.app.name));
  sortings.set(apps, sorted);
  return sorted;
}

/** The rows that stand for a list's state: loading, failed or empty. */
function notes<T>(
  loaded: Loaded<T>,
  view: TreeView,
  base: string,
  level: number,
  parentKey: string | null,
  of: (TreeRow & { kind: "empty" })["of"],
  queryKey: readonly string[],
): TreeRow[] {
  if (loaded.error !== null) {
    return [{ kind: "error", key: `${base}/error`, level, parentKey, error: loaded.error, queryKey }];
  }
  if (view.terms.length > 0) return [];
  if (loaded.items === undefined) return [{ kind: "loading", key: `${base}/loading`, level, parentKey }];
  if (loaded.items.length > 0 || of === "hosts") return [];
  return [{ kind: "empty", key: `${base}/empty`, level, parentKey, of }];
}

/** Whether a row can be opened and closed; undefined for rows that hold nothing. */
export function openState(row: TreeRow): boolean | undefined {
  // A host of an imported configuration is one machine; there is nothing below it to see.
  if (row.kind === "app" && row.org.kind === "config") return undefined;
  return row.kind === "account" || row.kind === "org" || row.kind === "app" ? row.open : undefined;
}
