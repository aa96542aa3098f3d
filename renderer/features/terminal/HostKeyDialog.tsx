import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Session } from "../../../shared/models.ts";
import { shownName } from "../../../shared/visible-text.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { acceptHostKey } from "../../state/shell-actions.ts";
import type { Pane } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { Confirm } from "../../ui/Confirm.tsx";

/** Stops at a machine that shows another key than before. Nothing goes on unless the user says so. */
export function HostKeyDialog({ pane, session, visible }: { pane: Pane; session: Session; visible: boolean }) {
  const bridge = useBridge();
  const change = session.hostKeyChange;
  const [dismissed, setDismissed] = useState<string | null>(null);
  // Each attempt that ends this way asks anew.
  useEffect(() => {
    if (session.state !== "failed") setDismissed(null);
  }, [session.state]);
  const accept = useMutation({ mutationFn: () => acceptHostKey(bridge, pane, session) });
  if (change === null) return null;
  return (
    <Confirm
      open={visible && session.state === "failed" && dismissed !== change.offeredFingerprint}
      title={strings.hostKey.title(shownName(session.target.appName))}
      confirmLabel={strings.hostKey.accept}
      busy={accept.isPending}
      error={accept.error === null ? null : errorInfoOf(accept.error)}
      onConfirm={() => accept.mutate()}
      onCancel={() => setDismissed(change.offeredFingerprint)}
    >
      <p>{strings.hostKey.text(session.target.machineName, change.alias)}</p>
      <dl className="flex flex-col gap-2">
        <Fingerprint label={strings.hostKey.known} value={change.knownFingerprint} />
        <Fingerprint label={strings.hostKey.offered} value={change.offeredFingerprint} />
      </dl>
      <p>{strings.hostKey.advice}</p>
    </Confirm>
  );
}

function Fingerprint({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex flex-col gap-1 rounded-md border border-line bg-canvas px-3 py-2">
      <dt className="text-xs text-text-3">{label}</dt>
      <dd className="font-mono text-xs break-all text-text">{value}</dd>
    </div>
  );
}
