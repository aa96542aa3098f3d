import type { Session } from "../../../shared/models.ts";
import type { ShellRequest } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { useAfter } from "../../ui/use-after.ts";
import { PanelFrame } from "./PanelFrame.tsx";
import { StageList } from "./StageList.tsx";

/** The way to the shell while it is made. The first moments show nothing, so that a fast one does not flicker. */
export function ConnectingPanel({
  session,
  request,
  onCancel,
}: {
  session: Session | undefined;
  request: ShellRequest;
  onCancel(): void;
}) {
  const late = useAfter(120);
  if (!late) return null;
  return (
    <PanelFrame title={strings.shell.connectingTo} request={request} session={session}>
      <StageList stages={session?.stages ?? []} />
      <div className="flex justify-end">
        <Button onClick={onCancel}>{strings.common.cancel}</Button>
      </div>
    </PanelFrame>
  );
}
