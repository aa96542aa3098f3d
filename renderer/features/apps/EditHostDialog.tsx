import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { HostChange } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { announce } from "../../state/announcer.ts";
import { listKeys } from "../../state/queries.ts";
import type { HostName } from "../../state/renamed-host.ts";
import { closeOverlay, closeThisOverlay, useWindow } from "../../state/window-store.ts";
import { hostWords } from "../../strings/hosts.ts";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Modal, ModalBody } from "../../ui/Modal.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { HostForm } from "./HostForm.tsx";

/** Changes a host of an imported configuration in place. Its password or key is not told here, only that one is kept. */
export function EditHostDialog({ accountId, orgSlug, appName }: HostName) {
  const bridge = useBridge();
  const client = useQueryClient();
  const kept = useQuery({
    queryKey: ["host", accountId, appName],
    queryFn: () => bridge.call("hosts.read", { accountId, appName }),
    // Read once as it opens, and never under what is being typed.
    staleTime: Infinity,
    gcTime: 0,
  });
  const save = async (host: HostChange): Promise<void> => {
    const { overlay } = useWindow.getState();
    const { name } = await bridge.call("hosts.change", { accountId, appName, host });
    await Promise.all([
      client.invalidateQueries({ queryKey: listKeys.apps(accountId, orgSlug) }),
      client.invalidateQueries({ queryKey: listKeys.machines(accountId, orgSlug) }),
    ]);
    closeThisOverlay(overlay);
    announce(hostWords.changed(name), "polite");
  };
  return (
    <Modal open onClose={closeOverlay} title={hostWords.editTitle(appName)} description={hostWords.editText}>
      {kept.data === undefined ? (
        <ModalBody>
          {kept.error === null ? (
            <Skeleton />
          ) : (
            <ErrorNote error={errorInfoOf(kept.error)} onRetry={() => void kept.refetch()} />
          )}
        </ModalBody>
      ) : (
        <HostForm kept={kept.data} submitLabel={hostWords.save} save={save} />
      )}
    </Modal>
  );
}
