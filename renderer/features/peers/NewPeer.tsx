import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, RefreshCw } from "lucide-react";
import { useState } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { type OrgKey, queries } from "../../state/queries.ts";
import { useShells } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { TextField } from "../../ui/TextField.tsx";

/** The platform's codes of regions: three letters. */
const REGION = /^[a-z]{3}$/;

/**
 * Makes a peer for this computer. With an own peer there already it is a rotation of its key: the tunnel moves to the new
 * peer and the old one is removed, so this is asked first.
 */
export function NewPeer({ org: { accountId, orgSlug }, isRotation }: { org: OrgKey; isRotation: boolean }) {
  const org = { accountId, orgSlug };
  const bridge = useBridge();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [region, setRegion] = useState("");
  const code = region.trim().toLowerCase();
  const isBad = code !== "" && !REGION.test(code);
  const nearest = useQuery({ ...queries.nearestRegion(bridge, accountId), enabled: asking }).data;
  const create = useMutation({
    mutationFn: () => bridge.call("peers.create", { ...org, ...(code === "" ? {} : { region: code }) }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: queries.peers(bridge, org).queryKey });
      setAsking(false);
    },
  });
  const shells = useShellsThatBreak(org);
  const s = strings.peers;
  const Icon = isRotation ? RefreshCw : Plus;
  return (
    <>
      <Button icon={<Icon className="size-3.5" />} onClick={() => setAsking(true)}>
        {isRotation ? s.rotate : s.create}
      </Button>
      <Confirm
        open={asking}
        title={isRotation ? s.rotateTitle : s.createTitle}
        confirmLabel={isRotation ? s.rotateConfirm : s.createConfirm}
        busy={create.isPending}
        disabled={isBad}
        error={create.error === null ? null : errorInfoOf(create.error)}
        onConfirm={() => create.mutate()}
        onCancel={() => {
          setAsking(false);
          create.reset();
        }}
      >
        <p>{isRotation ? s.rotateText : s.createText}</p>
        {shells > 0 && <p>{s.shellsBreak(shells)}</p>}
        <TextField
          label={s.region}
          hint={nearest === undefined ? s.regionHint : s.nearest(nearest.name, nearest.code)}
          error={isBad ? s.regionInvalid : undefined}
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

/** The open shells of the organization's own network, the one that gets a new peer; those of an app not listed are counted too. */
function useShellsThatBreak({ accountId, orgSlug }: OrgKey): number {
  const apps = useQuery({ ...queries.apps(useBridge(), { accountId, orgSlug }), enabled: false }).data;
  const elsewhere = new Set(apps?.filter(({ network }) => network !== null).map(({ name }) => name));
  return useShells(({ sessions }) => {
    const open = [...sessions.values()].filter(({ state }) => state === "open" || state === "connecting");
    const here = open.filter(({ target }) => target.accountId === accountId && target.orgSlug === orgSlug);
    return here.filter(({ target }) => !elsewhere.has(target.appName)).length;
  });
}
