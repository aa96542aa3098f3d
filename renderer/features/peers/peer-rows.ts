import type { Account, Organization, Peer, Tunnel } from "../../../shared/models.ts";
import { accountName } from "../../state/account-name.ts";
import type { OrgKey } from "../../state/queries.ts";

/** An organization whose peers can be listed. */
export interface PeerPlace extends OrgKey {
  /** `account/org`. */
  readonly key: string;
  readonly label: string;
  /** The peers of an imported configuration stand in its file and are not changed here. */
  readonly fixed: boolean;
}

export interface PeerRow {
  readonly key: string;
  readonly place: PeerPlace;
  readonly peer: Peer;
  /** The tunnel that uses this peer, on this computer. */
  readonly tunnel: Tunnel | undefined;
}

export type PeerColumn = "name" | "org" | "region" | "address" | "handshake";

export interface PeerSort {
  readonly by: PeerColumn;
  readonly down: boolean;
}

export function placeOf(account: Account, org: Organization, several: boolean): PeerPlace {
  return {
    key: `${account.id}/${org.slug}`,
    accountId: account.id,
    orgSlug: org.slug,
    label: several && account.kind !== "config" ? `${accountName(account)} · ${org.name}` : org.name,
    fixed: account.kind === "config",
  };
}

export function rowsOf(place: PeerPlace, peers: readonly Peer[], tunnels: readonly Tunnel[]): PeerRow[] {
  return peers.map((peer) => ({
    key: `${place.key}/${peer.id}`,
    place,
    peer,
    tunnel: peer.thisComputer
      ? tunnels.find(
          ({ accountId, orgSlug, network }) =>
            accountId === place.accountId && orgSlug === place.orgSlug && network === peer.network,
        )
      : undefined,
  }));
}

/** The rows that have all words, in order. Whatever the order, this computer's own come first when it is by name. */
export function shownRows(rows: readonly PeerRow[], filter: string, { by, down }: PeerSort): PeerRow[] {
  const terms = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = rows.filter(({ peer, place }) => {
    const text = `${peer.name} ${peer.region} ${peer.address} ${peer.publicKey} ${place.label}`.toLowerCase();
    return terms.every((term) => text.includes(term));
  });
  const sign = down ? -1 : 1;
  return kept.sort((a, b) => {
    const own = by === "name" ? Number(b.peer.thisComputer) - Number(a.peer.thisComputer) : 0;
    return own || sign * compare(a, b, by) || collator.compare(a.peer.name, b.peer.name);
  });
}

const collator = new Intl.Collator(undefined, { numeric: true });

function compare(a: PeerRow, b: PeerRow, by: PeerColumn): number {
  switch (by) {
    case "name":
      return collator.compare(a.peer.name, b.peer.name);
    case "org":
      return collator.compare(a.place.label, b.place.label);
    case "region":
      return collator.compare(a.peer.region, b.peer.region);
    case "address":
      return collator.compare(a.peer.address, b.peer.address);
    case "handshake":
      // The latest first; what is not known comes last.
      return (b.tunnel?.lastHandshakeAt ?? 0) - (a.tunnel?.lastHandshakeAt ?? 0);
  }
}
