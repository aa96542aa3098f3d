import { useQuery } from "@tanstack/react-query";
import { sentenceFor } from "../../../shared/errors.ts";
import type { Session } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { queries } from "../../state/queries.ts";
import type { ShellRequest } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { momentOf, timeOfDay } from "../../ui/format.ts";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { StoppedMachine } from "./StoppedMachine.tsx";

interface EndedBarProps {
  request: ShellRequest;
  session: Session;
  onReopen(): void;
  onClose(): void;
}

/** Below the text of a shell that is over: how it ended, and both ways on. */
export function EndedBar({ request, session, onReopen, onClose }: EndedBarProps) {
  const broken = session.state === "failed";
  const restored = session.restored !== null;
  const stoppedAt = useStopped(session);
  return (
    <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-t border-line bg-chrome py-1 pr-1 pl-3">
      <StatusShape status={broken ? "trouble" : "stopped"} />
      <p className="min-w-0 flex-1 basis-64">
        <span className={broken ? "font-medium text-bad" : "font-medium"}>{howItEnded(session)}</span>
        {stoppedAt !== null && <span> · {strings.panes.stoppedAt(timeOfDay(stoppedAt, "minutes"))}</span>}
        <span className="text-text-3"> · {restored ? strings.panes.enterConnects : strings.shell.endedKeys}</span>
      </p>
      {stoppedAt !== null && <StoppedMachine request={request} machineId={session.target.machineId} />}
      <span className="ml-auto flex gap-1">
        <Button look={restored ? "primary" : "quiet"} onClick={onReopen}>
          {restored ? strings.panes.connect : strings.shell.reopen}
        </Button>
        <Button look="quiet" onClick={onClose}>
          {strings.shell.close}
        </Button>
      </span>
    </div>
  );
}

/** When the platform said that the machine is stopped, of a shell that is over; null when it did not. */
function useStopped(session: Session): number | null {
  const { accountId, orgSlug, appName, machineId } = session.target;
  const list = useQuery({
    ...queries.machines(useBridge(), { accountId, orgSlug }, appName),
    enabled: session.restored === null && machineId !== "",
    refetchOnMount: "always",
  });
  const machine = list.data?.find(({ id }) => id === machineId);
  return machine?.status === "stopped" ? list.dataUpdatedAt : null;
}

function shortMoment(at: number): string {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  return isToday ? timeOfDay(at, "minutes") : momentOf(at, Date.now());
}

function howItEnded(session: Session): string {
  if (session.restored !== null) {
    const { textFrom } = session.restored;
    return textFrom === null ? strings.panes.restoredNothing : strings.panes.restoredFrom(shortMoment(textFrom));
  }
  if (session.state === "failed") return sentenceFor(session.error?.code ?? "internal");
  if (session.exit?.signal != null) return strings.shell.exitSignal(session.exit.signal);
  if (session.exit?.code != null) return strings.shell.exitCode(session.exit.code);
  return strings.shell.exitUnknown;
}
