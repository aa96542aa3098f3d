import { type QueryClient, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ErrorInfo } from "../../../shared/errors.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { listKeys, queries } from "../../state/queries.ts";
import { useTunnels } from "../../state/tunnel-store.ts";
import { type PeerPlace, type PeerRow, placeOf, rowsOf } from "./peer-rows.ts";

/** The organizations whose peers can be looked at; `isLoading` until all accounts have said theirs. */
export function usePlaces(): { places: PeerPlace[]; isLoading: boolean; error: ErrorInfo | null; retry(): void } {
  const bridge = useBridge();
  const client = useQueryClient();
  const accounts = useQuery(queries.accounts(bridge)).data ?? [];
  const organizations = useQueries({ queries: accounts.map(({ id }) => queries.organizations(bridge, id)) });
  const several = accounts.filter(({ kind }) => kind !== "config").length > 1;
  const failed = organizations.find(({ error }) => error !== null);
  return {
    places: accounts.flatMap((account, index) =>
      (organizations[index]?.data ?? []).map((org) => placeOf(account, org, several)),
    ),
    isLoading: organizations.some(({ isPending }) => isPending),
    error: failed === undefined ? null : errorInfoOf(failed.error),
    retry: () => again(client, listKeys.organizations()),
  };
}

export interface PeerLists {
  readonly rows: PeerRow[];
  readonly isLoading: boolean;
  readonly error: ErrorInfo | null;
  /** When the oldest of the lists shown was answered; null while none was. */
  readonly asOf: number | null;
  retry(): void;
}

/** The peers of these organizations; while one of them fails, what is known of the others is shown beside its error. */
export function usePeers(places: readonly PeerPlace[]): PeerLists {
  const bridge = useBridge();
  const client = useQueryClient();
  const tunnels = useTunnels((state) => state.tunnels);
  const lists = useQueries({
    queries: places.map(({ accountId, orgSlug }) => queries.peers(bridge, { accountId, orgSlug })),
  });
  const failed = lists.find(({ error }) => error !== null);
  const times = lists.filter(({ data }) => data !== undefined).map(({ dataUpdatedAt }) => dataUpdatedAt);
  return {
    rows: places.flatMap((place, index) => rowsOf(place, lists[index]?.data ?? [], tunnels)),
    isLoading: lists.some(({ isPending }) => isPending),
    error: failed === undefined ? null : errorInfoOf(failed.error),
    asOf: times.length === 0 ? null : Math.min(...times),
    retry: () => again(client, listKeys.peers()),
  };
}

function again(client: QueryClient, queryKey: readonly string[]): void {
  void client.invalidateQueries({ queryKey });
}
