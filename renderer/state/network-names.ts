import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Account, Tunnel } from "../../shared/models.ts";
import { useBridge } from "../bridge/bridge-context.ts";
import { type OrgKey, queries } from "./queries.ts";
import { useTunnels } from "./tunnel-store.ts";

/**
 * What people call a private network. An organization has its slug; every imported configuration has the same one, which is
 * part of kept layouts, so that a configuration is called by its account's label.
 */
export function networkName({ accountId, orgSlug }: OrgKey, accounts: readonly Account[]): string {
  const account = accounts.find(({ id }) => id === accountId);
  return account?.kind === "config" ? account.label : orgSlug;
}

export type NamedTunnel = Pick<Tunnel, "id" | "accountId" | "orgSlug" | "network" | "gateway" | "address">;

/** Names of tunnels by their ids. Where names repeat, each has in brackets the first thing that tells all of them apart. */
export function tunnelNames(
  tunnels: readonly NamedTunnel[],
  accounts: readonly Account[],
): ReadonlyMap<string, string> {
  const plain = new Map<string, NamedTunnel[]>();
  for (const tunnel of tunnels) {
    const network = networkName(tunnel, accounts);
    const name = tunnel.network === null ? network : `${network} · ${tunnel.network}`;
    plain.set(name, [...(plain.get(name) ?? []), tunnel]);
  }
  const names = new Map<string, string>();
  for (const [name, alike] of plain) {
    const mark = alike.length < 2 ? undefined : (marksOf(accounts).find((one) => tellsApart(alike, one)) ?? byAddress);
    for (const tunnel of alike) names.set(tunnel.id, mark === undefined ? name : `${name} (${mark(tunnel)})`);
  }
  return names;
}

type Mark = (tunnel: NamedTunnel) => string;

const byAddress: Mark = ({ gateway, address }) => `${gateway}, ${address}`;

function marksOf(accounts: readonly Account[]): readonly Mark[] {
  const labels = new Map(accounts.map(({ id, label }) => [id, label]));
  return [({ accountId }) => labels.get(accountId) ?? "", ({ gateway }) => gateway, ({ address }) => address];
}

function tellsApart(tunnels: readonly NamedTunnel[], mark: Mark): boolean {
  return new Set(tunnels.map(mark)).size === tunnels.length;
}

const NONE: readonly Account[] = [];

function useAccounts(): readonly Account[] {
  return useQuery(queries.accounts(useBridge())).data ?? NONE;
}

/** `networkName` with the accounts of now. */
export function useNetworkName(): (of: OrgKey) => string {
  const accounts = useAccounts();
  return useMemo(() => (of) => networkName(of, accounts), [accounts]);
}

/** The name of each tunnel there is. */
export function useTunnelNames(): (tunnel: { readonly id: string }) => string {
  const accounts = useAccounts();
  const briefs = useTunnels((state) => state.briefs);
  return useMemo(() => {
    const names = tunnelNames(briefs, accounts);
    return ({ id }) => names.get(id) ?? "";
  }, [briefs, accounts]);
}
