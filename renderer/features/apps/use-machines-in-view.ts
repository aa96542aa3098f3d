import { type QueryClient, QueryObserver, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { Bridge } from "../../bridge/bridge.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { queries } from "../../state/queries.ts";
import type { AppRow } from "./tree-model.ts";

/** How long rows must stay in view before it is asked what machines they have: not of each row that flies by. */
const REST_MS = 120;

/**
 * Asks for the machines of the apps whose rows are drawn, once they rest, and keeps asking as any list in view is asked for
 * again; takes back what nobody has answered for rows that have left. What comes is in `useMachineLists`: a row needs no query
 * of its own, and a key in the filter, or a step of the wheel, no observers.
 */
export function useMachinesInView(rows: readonly AppRow[]): void {
  const client = useQueryClient();
  const bridge = useBridge();
  const watch = useMemo(() => new MachineWatch(client, bridge), [client, bridge]);
  useEffect(() => () => watch.stop(), [watch]);
  useEffect(() => watch.show(rows), [watch, rows]);
}

class MachineWatch {
  readonly #client: QueryClient;
  readonly #bridge: Bridge;
  /** What ends the asking, for each app that is asked about. */
  #asked = new Map<string, () => void>();
  #rows: readonly AppRow[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: QueryClient, bridge: Bridge) {
    this.#client = client;
    this.#bridge = bridge;
  }

  show(rows: readonly AppRow[]): void {
    if (rows.length === this.#rows.length && rows.every(({ key }, index) => key === this.#rows[index]?.key)) return;
    this.#rows = rows;
    clearTimeout(this.#timer);
    // The first rows stand where one looks: they have not flown by.
    if (this.#asked.size === 0) this.#ask();
    else this.#timer = setTimeout(() => this.#ask(), REST_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    for (const end of this.#asked.values()) end();
    this.#asked = new Map();
    this.#rows = [];
  }

  #ask(): void {
    const before = this.#asked;
    this.#asked = new Map();
    for (const { account, org, app } of this.#rows) {
      // A pinned app has two rows.
      const key = `${account.id}/${org.slug}/${app.name}`;
      if (this.#asked.has(key)) continue;
      const options = queries.machines(this.#bridge, { accountId: account.id, orgSlug: org.slug }, app.name);
      this.#asked.set(key, before.get(key) ?? new QueryObserver(this.#client, options).subscribe(() => {}));
      before.delete(key);
    }
    for (const end of before.values()) end();
  }
}
