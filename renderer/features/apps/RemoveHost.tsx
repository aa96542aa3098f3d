import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { listKeys } from "../../state/queries.ts";
import { hostWords } from "../../strings/hosts.ts";
import { Confirm } from "../../ui/Confirm.tsx";
import type { AppRow } from "./tree-model.ts";

/** Asks, then removes a host from its imported configuration. */
export function RemoveHost({ row, onDone }: { row: AppRow | null; onDone(): void }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: (host: AppRow) => bridge.call("hosts.remove", { accountId: host.account.id, appName: host.app.name }),
    onSuccess: async (_done, host) => {
      await client.invalidateQueries({ queryKey: listKeys.apps(host.account.id) });
      onDone();
    },
  });
  return (
    <Confirm
      open={row !== null}
      title={hostWords.removeTitle(row?.app.name ?? "")}
      confirmLabel={hostWords.removeConfirm}
      busy={remove.isPending}
      error={remove.error === null ? null : errorInfoOf(remove.error)}
      onConfirm={() => row !== null && remove.mutate(row)}
      onCancel={onDone}
    >
      <p>{hostWords.removeText}</p>
    </Confirm>
  );
}
