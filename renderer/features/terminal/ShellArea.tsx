import { useBridge } from "../../bridge/bridge-context.ts";
import { closeTab, retryTab } from "../../state/shell-actions.ts";
import { type ShellTab, useShells } from "../../state/shell-store.ts";
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
      <TabContent tab={tab} visible={tab.key === activeKey} />
    </div>
  ));
}

function TabContent({ tab, visible }: { tab: ShellTab; visible: boolean }) {
  const bridge = useBridge();
  const session = useShells((state) => (tab.kind === "session" ? state.sessions.get(tab.sessionId) : undefined));
  const close = (): void => closeTab(bridge, tab);
  if (tab.kind === "refused") {
    return (
      <FailedPanel
        error={tab.error}
        session={undefined}
        request={tab.request}
        onRetry={() => void retryTab(bridge, tab)}
        onClose={close}
      />
    );
  }
  if (session === undefined) return <ConnectingPanel session={undefined} request={tab.request} onCancel={close} />;
  return <TerminalPane key={session.id} tab={tab} session={session} visible={visible} />;
}
