import { useMutation, useQueryClient } from "@tanstack/react-query";
import { MonitorCheck, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Peer } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { type OrgKey, queries } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Cell, HeadCell, Table } from "../../ui/Table.tsx";

/** The peers of an organization, this computer's first. */
export function PeerTable({ org, peers }: { org: OrgKey; peers: readonly Peer[] }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const [removing, setRemoving] = useState<Peer | null>(null);
  const remove = useMutation({
    mutationFn: (peer: Peer) => bridge.call("peers.remove", { ...org, name: peer.name }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: queries.peers(bridge, org).queryKey });
      setRemoving(null);
    },
  });
  const sorted = [...peers].sort(
    (a, b) => Number(b.thisComputer) - Number(a.thisComputer) || a.name.localeCompare(b.name),
  );
  return (
    <>
      <Table label={strings.peers.table}>
        <thead>
          <tr>
            <HeadCell>{strings.peers.nameAndAddress}</HeadCell>
            <HeadCell>{strings.peers.region}</HeadCell>
            <HeadCell>{strings.peers.publicKey}</HeadCell>
            <HeadCell>
              <span className="sr-only">{strings.peers.actions}</span>
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          {sorted.map((peer) => (
            <PeerRow key={peer.id} peer={peer} onRemove={() => setRemoving(peer)} />
          ))}
        </tbody>
      </Table>
      <Confirm
        open={removing !== null}
        title={strings.peers.removeTitle(removing?.name ?? "")}
        confirmLabel={strings.peers.removeConfirm}
        busy={remove.isPending}
        error={remove.error === null ? null : errorInfoOf(remove.error)}
        onConfirm={() => removing !== null && remove.mutate(removing)}
        onCancel={() => {
          setRemoving(null);
          remove.reset();
        }}
      >
        <p>{removing?.thisComputer === true ? strings.peers.removeOwn : strings.peers.removeOther}</p>
      </Confirm>
    </>
  );
}

function PeerRow({ peer, onRemove }: { peer: Peer; onRemove(): void }) {
  return (
    <tr className="hover:bg-hover">
      <Cell>
        <span className="flex min-w-0 items-center gap-2 pt-1.5">
          <span className="max-w-72 truncate" title={peer.name}>
            {peer.name}
          </span>
          {peer.thisComputer && (
            <Badge tone="accent">
              <MonitorCheck className="mr-1 size-3" aria-hidden="true" />
              {strings.peers.thisComputer}
            </Badge>
          )}
          {peer.network !== null && <Badge>{peer.network}</Badge>}
        </span>
        <span className="block pb-1.5 font-mono text-xs text-text-3">{peer.address}</span>
      </Cell>
      <Cell mono>{peer.region}</Cell>
      <Cell mono title={peer.publicKey}>
        {peer.publicKey.slice(0, 8)}…
      </Cell>
      <Cell>
        <span className="flex justify-end">
          <CopyButton text={peer.publicKey} label={strings.peers.copyKey(peer.name)} />
          <IconButton label={strings.peers.remove(peer.name)} onClick={onRemove}>
            <Trash2 className="size-3.5" />
          </IconButton>
        </span>
      </Cell>
    </tr>
  );
}
