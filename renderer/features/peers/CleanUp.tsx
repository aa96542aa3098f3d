import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Brush } from "lucide-react";
import { useState } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { listKeys } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import type { PeerRow } from "./peer-rows.ts";

/** Removes the peers that this computer made once and does not use. They are named first; what fails is said and stays. */
export function CleanUp({ rows }: { rows: readonly PeerRow[] }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const left = rows.filter(({ peer }) => peer.leftBehind);
  const [asking, setAsking] = useState<readonly PeerRow[] | null>(null);
  const clean = useMutation({
    mutationFn: async (wanted: readonly PeerRow[]) => {
      // One after the other: the platform counts requests, and a failure leaves the rest as it is.
      for (const { peer, place } of wanted) {
        await bridge.call("peers.remove", { accountId: place.accountId, orgSlug: place.orgSlug, name: peer.name });
      }
    },
    onSuccess: () => setAsking(null),
    onSettled: () => client.invalidateQueries({ queryKey: listKeys.peers() }),
  });
  if (left.length === 0 && asking === null) return null;
  return (
    <>
      <Button icon={<Brush className="size-3.5" />} onClick={() => setAsking(left)}>
        {strings.peers.cleanUp(left.length)}
      </Button>
      <Confirm
        open={asking !== null}
        title={strings.peers.cleanUpTitle(asking?.length ?? 0)}
        confirmLabel={strings.peers.cleanUpConfirm}
        busy={clean.isPending}
        error={clean.error === null ? null : errorInfoOf(clean.error)}
        onConfirm={() => asking !== null && clean.mutate(asking)}
        onCancel={() => {
          setAsking(null);
          clean.reset();
        }}
      >
        <p>{strings.peers.cleanUpText}</p>
        <ul className="scroll-quiet max-h-48 overflow-y-auto font-mono text-xs">
          {asking?.map(({ key, peer }) => (
            <li key={key} className="break-all">
              {peer.name} · {peer.region}
            </li>
          ))}
        </ul>
      </Confirm>
    </>
  );
}
