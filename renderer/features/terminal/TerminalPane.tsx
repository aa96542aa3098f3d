import { useEffect, useRef } from "react";
import type { Session } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { closePane, retryPane } from "../../state/shell-actions.ts";
import type { Pane } from "../../state/shell-store.ts";
import { useWindow } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { AwayPanel } from "./AwayPanel.tsx";
import { ConnectingPanel } from "./ConnectingPanel.tsx";
import { EndedBar } from "./EndedBar.tsx";
import { FailedPanel } from "./FailedPanel.tsx";
import { FindBar } from "./FindBar.tsx";
import { HostKeyDialog } from "./HostKeyDialog.tsx";
import { registerTerminal } from "./open-terminals.ts";
import { TerminalMenu } from "./TerminalMenu.tsx";
import { hasScreen, useTerminal } from "./use-terminal.ts";

/** The terminal of one session with whatever its state lays over it. Hidden, it keeps receiving. */
export function TerminalPane({
  pane,
  session,
  visible,
  focused,
}: {
  pane: Pane;
  session: Session;
  visible: boolean;
  focused: boolean;
}) {
  const bridge = useBridge();
  const place = useRef<HTMLDivElement>(null);
  const findOpen = useWindow((state) => state.findOpen);
  const over = session.state === "ended" || session.state === "failed";
  const reopen = (): void => void retryPane(bridge, pane);
  const close = (): void => closePane(bridge, pane);
  const { controller, away, link } = useTerminal(place, session, { visible, focused }, (key) => {
    if (!over || (key !== "Enter" && key !== "Escape")) return false;
    if (key === "Enter") reopen();
    else close();
    return true;
  });
  useEffect(() => {
    return controller === undefined ? undefined : registerTerminal(pane.key, controller);
  }, [controller, pane.key]);

  const screen = hasScreen(session);
  return (
    <div className="flex h-full flex-col">
      {visible && focused && findOpen && controller !== undefined && <FindBar controller={controller} />}
      <div className="relative min-h-0 flex-1 bg-canvas">
        <TerminalMenu pane={pane} controller={controller}>
          <div className="absolute inset-0 pt-2 pr-1 pb-1 pl-3">
            <div ref={place} data-testid="terminal" data-session-id={session.id} className="terminal-host h-full" />
          </div>
        </TerminalMenu>
        {session.state === "connecting" && (
          <ConnectingPanel session={session} request={pane.request} onCancel={close} />
        )}
        {session.state === "failed" && !screen && session.error !== null && (
          <FailedPanel
            error={session.error}
            session={session}
            request={pane.request}
            onRetry={reopen}
            onClose={close}
          />
        )}
        {away !== undefined && session.state === "open" && (
          <AwayPanel error={away} onShow={() => void controller?.attach()} />
        )}
        {link !== null && (
          <p className="pointer-events-none absolute bottom-0 left-0 max-w-full truncate rounded-tr-md border-t border-r border-line bg-raised px-2 text-xs text-text-2">
            {strings.shell.followLink(link)}
          </p>
        )}
      </div>
      {over && screen && <EndedBar session={session} onReopen={reopen} onClose={close} />}
      <HostKeyDialog pane={pane} session={session} visible={visible} />
    </div>
  );
}
