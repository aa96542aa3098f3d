import { sentenceFor } from "../../../shared/errors.ts";
import type { Session } from "../../../shared/models.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { momentOf } from "../../ui/format.ts";
import { StatusShape } from "../../ui/StatusShape.tsx";

/** Below the text of a shell that is over: how it ended, and both ways on. */
export function EndedBar({ session, onReopen, onClose }: { session: Session; onReopen(): void; onClose(): void }) {
  const broken = session.state === "failed";
  const restored = session.restored !== null;
  return (
    <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-t border-line bg-chrome py-1 pr-1 pl-3">
      <StatusShape status={broken ? "trouble" : "stopped"} />
      <p className="min-w-0 flex-1">
        <span className={broken ? "font-medium text-bad" : "font-medium"}>{howItEnded(session)}</span>
        <span className="text-text-3"> · {restored ? strings.panes.enterConnects : strings.shell.endedKeys}</span>
      </p>
      <span className="flex gap-1">
        <Button look="quiet" onClick={onReopen}>
          {restored ? strings.panes.connect : strings.shell.reopen}
        </Button>
        <Button look="quiet" onClick={onClose}>
          {strings.shell.close}
        </Button>
      </span>
    </div>
  );
}

function howItEnded(session: Session): string {
  if (session.restored !== null) {
    const { textFrom } = session.restored;
    return textFrom === null
      ? strings.panes.restoredNothing
      : strings.panes.restoredFrom(momentOf(textFrom, Date.now()));
  }
  if (session.state === "failed") return sentenceFor(session.error?.code ?? "internal");
  if (session.exit?.signal != null) return strings.shell.exitSignal(session.exit.signal);
  if (session.exit?.code != null) return strings.shell.exitCode(session.exit.code);
  return strings.shell.exitUnknown;
}
