import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { type OrgKey, queries } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { TextField } from "../../ui/TextField.tsx";

/** Makes a new peer for this computer; its tunnel moves to it, so this is asked first. */
export function NewPeer({ org }: { org: OrgKey }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [region, setRegion] = useState("");
  const nearest = useQuery({ ...queries.nearestRegion(bridge, org.accountId), enabled: asking }).data;
  const create = useMutation({
    mutationFn: () =>
      bridge.call("peers.create", { ...org, ...(region.trim() === "" ? {} : { region: region.trim() }) }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: queries.peers(bridge, org).queryKey });
      setAsking(false);
    },
  });
  return (
    <>
      <Button icon={<Plus className="size-4" />} onClick={() => setAsking(true)}>
        {strings.peers.create}
      </Button>
      <Confirm
        open={asking}
        title={strings.peers.createTitle}
        confirmLabel={strings.peers.createConfirm}
        busy={create.isPending}
        error={create.error === null ? null : errorInfoOf(create.error)}
        onConfirm={() => create.mutate()}
        onCancel={() => {
          setAsking(false);
          create.reset();
        }}
      >
        <p>{strings.peers.createText}</p>
        <TextField
          label={strings.peers.region}
          hint={nearest === undefined ? strings.peers.regionHint : strings.peers.nearest(nearest.name, nearest.code)}
          placeholder={nearest?.code ?? ""}
          value={region}
          onText={setRegion}
          wrapperClassName="max-w-64"
          mono
        />
      </Confirm>
    </>
  );
}
