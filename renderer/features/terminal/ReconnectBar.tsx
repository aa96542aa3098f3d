import type { Session } from "../../../shared/models.ts";
import type { Retry } from "../../state/reconnect.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { useNow } from "../../ui/use-now.ts";

interface ReconnectBarProps {
  session: Session;
  retry: Exclude<Retry, { kind: "given-up" }>;
  onNow(): void;
  onClose(): void;
}

/** Over the text of a shell that was lost: when it is tried again, or which step is under way. */
export function ReconnectBar({ session, retry, onNow, onClose }: ReconnectBarProps) {
  const isWaiting = retry.kind === "waiting";
  const now = useNow(250, isWaiting);
  const running = session.stages.find(({ state }) => state === "running");
  const words = strings.panes;
  const text =
    retry.kind === "waiting"
      ? words.nextTry(Math.max(0, Math.ceil((retry.nextAt - now) / 1000)))
      : words.trying(running === undefined ? "" : strings.stages.names[running.name]);
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 bg-warn-soft py-1 pr-1 pl-3">
      <StatusShape status="starting" />
      <p className="min-w-0 flex-1 basis-64">
        <span className="font-medium tabular-nums">{text}</span>
        {isWaiting && <span className="text-text-2"> · {words.keysWait}</span>}
      </p>
      <span className="ml-auto flex gap-1">
        {isWaiting && (
          <Button look="quiet" onClick={onNow}>
            {words.now}
          </Button>
        )}
        <Button look="quiet" onClick={onClose}>
          {strings.shell.close}
        </Button>
      </span>
    </div>
  );
}
