import { Tabs } from "@base-ui/react/tabs";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { openShell } from "../../state/shell-actions.ts";
import { activePane, useShells } from "../../state/shell-store.ts";
import { moveTab } from "../../state/tabs.ts";
import { strings } from "../../strings.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { ShellTabItem } from "./ShellTabItem.tsx";
import { TabListMenu } from "./TabListMenu.tsx";

/** The tabs of this window in order, a button for one more shell on the same machine, and a list of them all. */
export function TabStrip() {
  const bridge = useBridge();
  const tabs = useShells((state) => state.tabs);
  const panes = useShells((state) => state.panes);
  const active = useShells(activePane);
  const [dragged, setDragged] = useState<string | null>(null);
  return (
    <div className="flex h-9 min-w-0 flex-1 items-stretch">
      <Tabs.List
        aria-label={strings.shell.tabs}
        data-region="tabs"
        className="flex min-w-0 items-stretch overflow-x-auto overflow-y-hidden [scrollbar-width:none]"
      >
        {tabs.map((tab, index) => {
          const pane = panes.get(tab.focused);
          return pane === undefined ? null : (
            <ShellTabItem
              key={tab.key}
              tab={tab}
              pane={pane}
              onDragStart={() => setDragged(tab.key)}
              onDragEnd={() => setDragged(null)}
              onDragOver={() => {
                if (dragged !== null && dragged !== tab.key) moveTab(dragged, index);
              }}
            />
          );
        })}
      </Tabs.List>
      {active !== undefined && (
        <div className="flex shrink-0 items-center gap-0.5 px-1">
          <IconButton
            label={strings.shell.another(active.request.appName)}
            command="newShell"
            onClick={() => void openShell(bridge, active.request)}
          >
            <Plus className="size-4" />
          </IconButton>
          <TabListMenu />
        </div>
      )}
    </div>
  );
}
