import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { type OrgKey, queries } from "../../state/queries.ts";
import { activePane, useShells } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Pick } from "../../ui/Pick.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { NewPeer } from "./NewPeer.tsx";
import { PeerTable } from "./PeerTable.tsx";

interface OrgChoice extends OrgKey {
  readonly value: string;
  readonly label: string;
}

/** The WireGuard peers of one organization: which there are, which one is this computer, make one, remove one. */
export function PeersView() {
  const bridge = useBridge();
  const accounts = (useQuery(queries.accounts(bridge)).data ?? []).filter(({ kind }) => kind !== "config");
  const organizations = useQueries({ queries: accounts.map(({ id }) => queries.organizations(bridge, id)) });
  const [chosen, setChosen] = useState<string>();
  const choices = accounts.flatMap((account, index): OrgChoice[] =>
    (organizations[index]?.data ?? []).map((org) => ({
      accountId: account.id,
      orgSlug: org.slug,
      value: `${account.id}/${org.slug}`,
      label: accounts.length > 1 ? `${account.label} · ${org.name}` : org.name,
    })),
  );
  const front = useShells(activePane)?.request;
  const choice =
    choices.find(({ value }) => value === (chosen ?? `${front?.accountId}/${front?.orgSlug}`)) ?? choices[0];
  if (accounts.length === 0) return <EmptyState title={strings.peers.noAccount} text={strings.peers.noAccountText} />;
  const failed = organizations.find(({ error }) => error !== null);
  if (choice === undefined) {
    return failed === undefined ? (
      <Skeleton />
    ) : (
      <ErrorNote error={errorInfoOf(failed.error)} onRetry={() => void failed.refetch()} />
    );
  }
  return (
    <div className="scroll-quiet flex h-full flex-col gap-4 overflow-y-auto p-5">
      <h2 className="text-lg font-semibold">{strings.views.peers}</h2>
      <p className="text-text-2">{strings.peers.text}</p>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Pick label={strings.peers.organization} value={choice.value} options={choices} onPick={setChosen} />
        <NewPeer key={choice.value} org={{ accountId: choice.accountId, orgSlug: choice.orgSlug }} />
      </div>
      <Peers org={{ accountId: choice.accountId, orgSlug: choice.orgSlug }} />
    </div>
  );
}

function Peers({ org }: { org: OrgKey }) {
  const peers = useQuery(queries.peers(useBridge(), org));
  if (peers.data === undefined) {
    return peers.error === null ? (
      <Skeleton />
    ) : (
      <ErrorNote error={errorInfoOf(peers.error)} onRetry={() => void peers.refetch()} />
    );
  }
  return (
    <div className="flex flex-col gap-3">
      {peers.error !== null && <ErrorNote error={errorInfoOf(peers.error)} onRetry={() => void peers.refetch()} />}
      {peers.data.length === 0 ? (
        <EmptyState title={strings.peers.none} text={strings.peers.noneText} />
      ) : (
        <PeerTable org={org} peers={peers.data} />
      )}
    </div>
  );
}
