import { useEffect, useRef } from "react";
import type { Session, Target } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { useRetries } from "../../state/reconnect.ts";
import { closePane, retryPane } from "../../state/shell-actions.ts";
import type { Pane } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";
import { AwayPanel } from "./AwayPanel.tsx";
import { ConnectingPanel } from "./ConnectingPanel.tsx";
import { EndedBar } from "./EndedBar.tsx";
import { FailedPanel } from "./FailedPanel.tsx";
import { FindBar } from "./FindBar.tsx";
import { HostKeyDialog } from "./HostKeyDialog.tsx";
import { registerTerminal } from "./open-terminals.ts";
import { PaneBars } from "./PaneBars.tsx";
import { PaneOverlays } from "./PaneOverlays.tsx";
import { ReconnectBar } from "./ReconnectBar.tsx";
import { SilentBar } from "./SilentBar.tsx";
import { TerminalMenu } from "./TerminalMenu.tsx";
import { useSilentTunnel } from "./use-description.ts";
import { usePaneUi } from "./use-pane-ui.ts";
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
  const over = session.state === "ended" || session.state === "failed";
  const reopen = async (): Promise<void> => {
    await retryPane(bridge, pane);
    if (away !== undefined) await controller?.attach();
  };
  const close = (): void => closePane(bridge, pane);
  const name = nameOf(session.target);
  const { controller, away } = useTerminal(place, session, { visible, focused, paneKey: pane.key, name }, (key) => {
    if (!over || (key !== "Enter" && key !== "Escape")) return false;
    if (key === "Enter") void reopen();
    else close();
    return true;
  });
  const findOpen = usePaneUi(controller, (ui) => ui.findOpen);
  useEffect(() => {
    return controller === undefined ? undefined : registerTerminal(pane.key, controller);
  }, [controller, pane.key]);

  const silent = useSilentTunnel(pane, session);
  const isHeard = session.state === "open" && silent === undefined;
  useEffect(() => {
    if (controller !== undefined) controller.cursorLine.isDrawnAnew = isHeard;
  }, [controller, isHeard]);
  const retry = useRetries((state) => state.retries.get(session.id));
  const isTried = retry !== undefined && retry.kind !== "given-up";
  // A shell that was lost keeps its text while it is tried again.
  const screen = hasScreen(session) || retry !== undefined;
  return (
    <div className="flex h-full flex-col">
      {visible && findOpen && controller !== undefined && <FindBar controller={controller} />}
      <div className="relative isolate min-h-0 flex-1 bg-canvas">
        <TerminalMenu pane={pane} controller={controller}>
          {/* What is not connected has only the ground's own hue: greys, on the same ground as every other pane. */}
          <div
            className={cx("absolute inset-0 pt-2 pr-1 pb-1 pl-3", session.restored !== null && "mix-blend-luminosity")}
          >
            <div ref={place} data-testid="terminal" data-session-id={session.id} className="terminal-host h-full" />
          </div>
        </TerminalMenu>
        {session.state === "connecting" && retry === undefined && (
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
        {controller !== undefined && (
          <PaneOverlays controller={controller} session={session} name={name}>
            {silent !== undefined && away === undefined && <SilentBar tunnel={silent} controller={controller} />}
            {isTried && <ReconnectBar session={session} retry={retry} onNow={reopen} onClose={close} />}
            <PaneBars controller={controller} target={session.target} />
          </PaneOverlays>
        )}
      </div>
      {!isTried && over && screen && (
        <EndedBar request={pane.request} session={session} onReopen={reopen} onClose={close} />
      )}
      <HostKeyDialog pane={pane} session={session} visible={visible} />
    </div>
  );
}

function nameOf({ appName, machineName, region }: Target): string {
  return strings.shell.title(appName, machineName, region);
}
