import type { Query, QueryClient } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useSyncExternalStore } from "react";
import type { Machine } from "../../../shared/models.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import type { Loaded } from "./tree-model.ts";

/** Lists of machines by `account/org/app`. */
export type MachineLists = ReadonlyMap<string, Loaded<Machine>>;

/**
 * All lists of machines that the window knows, whoever asked for them. A query for each app of an organization with
 * thousands would cost more than everything else in the window; so one listener keeps a map, and tells of changes
 * at once, then at most ten times a second.
 */
export function useMachineLists(): MachineLists {
  const client = useQueryClient();
  const store = useMemo(() => new MachineListStore(client), [client]);
  return useSyncExternalStore(store.subscribe, store.read);
}

const TELL_EVERY_MS = 100;

class MachineListStore {
  readonly #client: QueryClient;
  #lists: Map<string, Loaded<Machine>> | undefined;
  #shown: MachineLists = new Map();
  #toldAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  readonly read = (): MachineLists => {
    if (this.#lists === undefined) this.#fill();
    return this.#shown;
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    const cache = this.#client.getQueryCache();
    this.#fill();
    const tellSoon = (): void => {
      const wait = Math.max(0, this.#toldAt + TELL_EVERY_MS - performance.now());
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#toldAt = performance.now();
        this.#shown = new Map(this.#lists);
        listener();
      }, wait);
    };
    const stop = cache.subscribe((event) => {
      if (event.query.queryKey[0] !== "machines") return;
      if (event.type === "removed") this.#lists?.delete(keyOf(event.query));
      else if (event.type !== "updated" || !CHANGES.has(event.action.type)) return;
      else this.#take(event.query);
      tellSoon();
    });
    return () => {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      stop();
      this.#lists = undefined;
    };
  };

  #fill(): void {
    this.#lists = new Map();
    for (const query of this.#client.getQueryCache().findAll({ queryKey: ["machines"] })) this.#take(query);
    this.#shown = new Map(this.#lists);
  }

  #take(query: Query): void {
    const { data, error } = query.state as { data: Machine[] | undefined; error: unknown };
    this.#lists?.set(keyOf(query), {
      items: data,
      // While stale items are there, they are worth more than the error.
      error: error === null || data !== undefined ? null : errorInfoOf(error),
    });
  }
}

/** What a list's life has that a tree shows. */
const CHANGES = new Set(["success", "error", "setState"]);

function keyOf(query: { readonly queryKey: readonly unknown[] }): string {
  return query.queryKey.slice(1).join("/");
}
