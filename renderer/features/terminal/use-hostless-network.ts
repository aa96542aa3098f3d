import { useQuery } from "@tanstack/react-query";
import type { Account } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { queries } from "../../state/queries.ts";
import { useTree } from "../../state/tree-store.ts";
import { showOverlay } from "../../state/window-store.ts";

/** An imported network that has no host yet: what is to be done about it, and where. */
export interface HostlessNetwork {
  readonly label: string;
  addHost(): void;
}

const NONE: Account = { id: "", kind: "config", label: "", viewer: null, endpoint: null, error: null };

/** The network of the tree's current row, or the only one there is, while it is known to have no host. */
export function useHostlessNetwork(): HostlessNetwork | undefined {
  const bridge = useBridge();
  const row = useTree((state) => state.currentKey)?.split("/")[1];
  const accounts = useQuery(queries.accounts(bridge)).data ?? [];
  const meant = accounts.find(({ id }) => id === row) ?? (accounts.length === 1 ? accounts[0] : undefined);
  const account = meant?.kind === "config" ? meant : NONE;
  const orgs = useQuery({ ...queries.organizations(bridge, account.id), enabled: account !== NONE });
  const place = { accountId: account.id, orgSlug: orgs.data?.[0]?.slug ?? "" };
  const hosts = useQuery({ ...queries.apps(bridge, place), enabled: place.orgSlug !== "" });
  if (hosts.data?.length !== 0) return undefined;
  return { label: account.label, addHost: () => showOverlay({ kind: "add-host", ...place }) };
}
