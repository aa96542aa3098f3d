import { memo, useRef } from "react";
import { type Tab, useShells } from "../../state/shell-store.ts";
import { NoShell } from "./NoShell.tsx";
import { PaneTree } from "./panes/PaneTree.tsx";
import { panelId, tabId } from "./tab-ids.ts";

/** One panel for each tab; only the one in front is seen. */
export function ShellArea() {
  const tabs = useShells((state) => state.tabs);
  const activeKey = useShells((state) => state.activeKey);
  if (tabs.length === 0) return <NoShell />;
  return tabs.map((tab) => <TabPanel key={tab.key} tab={tab} visible={tab.key === activeKey} />);
}

/** Empty until its tab was in front once: a hundred tabs are a hundred empty elements. */
const TabPanel = memo(function TabPanel({ tab, visible }: { tab: Tab; visible: boolean }) {
  const visited = useRef(false);
  visited.current ||= visible;
  return (
    <div
      id={panelId(tab.key)}
      role="tabpanel"
      aria-labelledby={tabId(tab.key)}
      hidden={!visible}
      className="flex min-h-0 flex-1 flex-col"
    >
      {visited.current && <PaneTree tab={tab} visible={visible} />}
    </div>
  );
});
