import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { queries } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import type { PeerRow } from "./peer-rows.ts";

/** Removes a peer from the platform, after its name was typed: whatever uses it loses its way in at once. */
export function RemovePeer({ row: { peer, place }, onRemoved }: { row: PeerRow; onRemoved(): void }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const org = { accountId: place.accountId, orgSlug: place.orgSlug };
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => bridge.call("peers.remove", { ...org, name: peer.name }),
    onSuccess: async () => {
      setAsking(false);
      onRemoved();
      await client.invalidateQueries({ queryKey: queries.peers(bridge, org).queryKey });
    },
  });
  return (
    <>
      <Button look="danger" icon={<Trash2 className="size-3.5" />} onClick={() => setAsking(true)}>
        {strings.peers.remove(peer.name)}
      </Button>
      <Confirm
        open={asking}
        title={strings.peers.removeTitle(peer.name)}
        confirmLabel={strings.peers.removeConfirm}
        typed={peer.name}
        busy={remove.isPending}
        error={remove.error === null ? null : errorInfoOf(remove.error)}
        onConfirm={() => remove.mutate()}
        onCancel={() => {
          setAsking(false);
          remove.reset();
        }}
      >
        <p>{peer.thisComputer ? strings.peers.removeOwn : strings.peers.removeOther}</p>
      </Confirm>
    </>
  );
}
