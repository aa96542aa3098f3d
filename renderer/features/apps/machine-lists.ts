import { type Query, type QueryClient, type QueryState, useQueryClient } from "@tanstack/react-query";
import { useMemo, useSyncExternalStore } from "react";
import type { Machine } from "../../../shared/models.ts";
import { listKeys } from "../../state/queries.ts";
import { type Loaded, loadedOf } from "./loaded.ts";

/** By account, organization and app: names that exist already, since ten thousand made for the look-up are felt. */
type ByApp = Map<string, Loaded<Machine>>;
type ByOrg = Map<string, ByApp>;

export interface MachineLists {
  of(accountId: string, orgSlug: string, appName: string): Loaded<Machine> | undefined;
  /** The apps of an organization that there is something of. */
  names(accountId: string, orgSlug: string): Iterable<string>;
}

/**
 * All lists of machines that the window knows, whoever asked for them. A query for each app of an organization with
 * thousands would cost more than everything else in the window; so one listener keeps a map, and tells of changes at
 * once, then at most ten times a second.
 */
export function useMachineLists(): MachineLists {
  const client = useQueryClient();
  const store = useMemo(() => new MachineListStore(client), [client]);
  return useSyncExternalStore(store.subscribe, store.read);
}

const TELL_EVERY_MS = 100;
/** What a list's life has that a tree shows. */
const CHANGES = new Set(["success", "error", "setState"]);

class MachineListStore {
  readonly #client: QueryClient;
  #lists: Map<string, ByOrg> | undefined;
  /** A new object for each change that is told. */
  #shown: MachineLists | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  readonly read = (): MachineLists => {
    if (this.#lists === undefined) this.#fill();
    this.#shown ??= {
      of: (accountId, orgSlug, appName) => this.#lists?.get(accountId)?.get(orgSlug)?.get(appName),
      names: (accountId, orgSlug) => this.#lists?.get(accountId)?.get(orgSlug)?.keys() ?? [],
    };
    return this.#shown;
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#fill();
    const tell = (): void => {
      this.#timer = undefined;
      this.#toldAt = performance.now();
      this.#shown = undefined;
      listener();
    };
    const stop = this.#client.getQueryCache().subscribe((event) => {
      if (event.query.queryKey[0] !== listKeys.machines()[0]) return;
      if (event.type === "removed") this.#put(event.query, undefined);
      else if (event.type === "updated" && CHANGES.has(event.action.type)) this.#take(event.query);
      else return;
      this.#timer ??= setTimeout(tell, Math.max(0, this.#toldAt + TELL_EVERY_MS - performance.now()));
    });
    return () => {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#lists = undefined;
      this.#shown = undefined;
      stop();
    };
  };

  #fill(): void {
    this.#lists = new Map();
    for (const query of this.#client.getQueryCache().findAll({ queryKey: listKeys.machines() })) this.#take(query);
  }

  #take(query: Query): void {
    this.#put(query, loadedOf(query.state as QueryState<Machine[], unknown>));
  }

  #put({ queryKey }: Query, list: Loaded<Machine> | undefined): void {
    const [, accountId, orgSlug, appName] = queryKey.map(String) as [string, string, string, string];
    const byOrg = this.#lists?.get(accountId) ?? new Map<string, ByApp>();
    const byApp = byOrg.get(orgSlug) ?? new Map<string, Loaded<Machine>>();
    this.#lists?.set(accountId, byOrg.set(orgSlug, byApp));
    if (list === undefined) byApp.delete(appName);
    else byApp.set(appName, list);
  }
}
