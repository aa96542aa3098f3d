import { useBridge } from "../../bridge/bridge-context.ts";
import { closePane, retryPane } from "../../state/shell-actions.ts";
import { type Pane, type Tab, useShells } from "../../state/shell-store.ts";
import { ConnectingPanel } from "./ConnectingPanel.tsx";
import { FailedPanel } from "./FailedPanel.tsx";
import { NoShell } from "./NoShell.tsx";
import { TerminalPane } from "./TerminalPane.tsx";
import { panelId, tabId } from "./tab-ids.ts";

/** One panel for each tab; only the one in front is seen. */
export function ShellArea() {
  const tabs = useShells((state) => state.tabs);
  const activeKey = useShells((state) => state.activeKey);
  if (tabs.length === 0) return <NoShell />;
  return tabs.map((tab) => (
    <div
      key={tab.key}
      id={panelId(tab.key)}
      role="tabpanel"
      aria-labelledby={tabId(tab.key)}
      hidden={tab.key !== activeKey}
      className="relative min-h-0 flex-1"
    >
      <Content tab={tab} visible={tab.key === activeKey} />
    </div>
  ));
}

function Content({ tab, visible }: { tab: Tab; visible: boolean }) {
  const pane = useShells((state) => state.panes.get(tab.focused));
  return pane === undefined ? null : <PaneContent key={pane.key} pane={pane} visible={visible} />;
}

function PaneContent({ pane, visible }: { pane: Pane; visible: boolean }) {
  const bridge = useBridge();
  const session = useShells((state) => (pane.kind === "session" ? state.sessions.get(pane.sessionId) : undefined));
  const close = (): void => closePane(bridge, pane);
  if (pane.kind === "refused") {
    return (
      <FailedPanel
        error={pane.error}
        session={undefined}
        request={pane.request}
        onRetry={() => void retryPane(bridge, pane)}
        onClose={close}
      />
    );
  }
  if (session === undefined) return <ConnectingPanel session={undefined} request={pane.request} onCancel={close} />;
  return <TerminalPane key={session.id} pane={pane} session={session} visible={visible} />;
}
