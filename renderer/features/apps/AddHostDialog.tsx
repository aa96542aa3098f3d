import { useQueryClient } from "@tanstack/react-query";
import { hostInput } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { listKeys } from "../../state/queries.ts";
import { closeOverlay, closeThisOverlay, useWindow } from "../../state/window-store.ts";
import { hostWords } from "../../strings/hosts.ts";
import { Modal } from "../../ui/Modal.tsx";
import { HostForm } from "./HostForm.tsx";

/** Adds a host to an imported configuration, so that it stands in the tree as an app with one machine. */
export function AddHostDialog({ accountId, orgSlug }: { accountId: string; orgSlug: string }) {
  const bridge = useBridge();
  const client = useQueryClient();
  return (
    <Modal open onClose={closeOverlay} title={hostWords.addTitle} description={hostWords.addText}>
      <HostForm
        submitLabel={hostWords.add}
        save={async (host) => {
          const { overlay } = useWindow.getState();
          await bridge.call("hosts.add", { accountId, host: hostInput.parse(host) });
          await client.invalidateQueries({ queryKey: listKeys.apps(accountId, orgSlug) });
          closeThisOverlay(overlay);
        }}
      />
    </Modal>
  );
}
