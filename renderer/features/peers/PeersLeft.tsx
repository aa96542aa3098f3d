import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useId } from "react";
import type { LeftPeer } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { accountName } from "../../state/account-name.ts";
import { isPlainName } from "../../state/plain-name.ts";
import { queries } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";

const s = strings.peersLeft;

/** The peers that accounts left behind when they were signed out: named, for nobody is signed in who could list them. */
export function PeersLeft() {
  const bridge = useBridge();
  const client = useQueryClient();
  const query = queries.leftPeers(bridge);
  const left = useQuery(query).data ?? [];
  const title = useId();
  const forget = useMutation({
    mutationFn: () => bridge.call("peers.forgetLeft", {}),
    onSuccess: () => client.invalidateQueries({ queryKey: query.queryKey }),
  });
  if (left.length === 0) return null;
  return (
    <section aria-labelledby={title} className="flex gap-2 rounded-md border border-line-strong bg-warn-soft px-3 py-2">
      <TriangleAlert className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden="true" />
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        <p id={title} className="font-medium">
          {s.title(left.length)}
        </p>
        <p className="text-text-2">{s.text(left.some((peer) => commandOf(peer) !== undefined))}</p>
        <ul className="scroll-quiet flex max-h-40 flex-col gap-1 overflow-y-auto">
          {left.map((peer) => (
            <Left key={`${peer.endpoint}/${peer.orgSlug}/${peer.name}`} peer={peer} />
          ))}
        </ul>
        {forget.error !== null && <ErrorNote error={errorInfoOf(forget.error)} />}
        <div>
          <Button busy={forget.isPending} onClick={() => forget.mutate()}>
            {s.forget}
          </Button>
        </div>
      </div>
    </section>
  );
}

/** For Fly.io only: other platforms have tools of their own. */
function commandOf({ name, orgSlug, endpoint }: LeftPeer): string | undefined {
  return endpoint === null && isPlainName(orgSlug) && isPlainName(name) ? s.command(orgSlug, name) : undefined;
}

function Left({ peer }: { peer: LeftPeer }) {
  const { name, orgSlug, account, endpoint } = peer;
  const command = commandOf(peer);
  return (
    <li className="flex min-h-7 items-center gap-2">
      <span className="min-w-0 break-words">
        <span className="font-mono text-xs">{name}</span>{" "}
        <span className="text-text-2">{s.where(orgSlug, accountName({ label: account, endpoint }))}</span>
      </span>
      {command !== undefined && <CopyButton text={command} label={s.copy(command)} />}
    </li>
  );
}
