import { Tabs } from "@base-ui/react/tabs";
import { Plus } from "lucide-react";
import { type DragEvent, useRef } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { openShell } from "../../state/shell-actions.ts";
import { activePane, useShells } from "../../state/shell-store.ts";
import { moveTab } from "../../state/tabs.ts";
import { strings } from "../../strings.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { ShellTabItem } from "./ShellTabItem.tsx";
import { TabListMenu } from "./TabListMenu.tsx";
import { TabMenu } from "./TabMenu.tsx";

/** The tabs of this window in order, a button for one more shell on the same machine, and a list of them all. */
export function TabStrip() {
  const bridge = useBridge();
  const tabs = useShells((state) => state.tabs);
  const panes = useShells((state) => state.panes);
  const active = useShells(activePane);
  const drag = useDraggedTab();
  return (
    <div className="flex h-9 min-w-0 flex-1 items-stretch">
      <TabMenu>
        <Tabs.List
          aria-label={strings.shell.tabs}
          data-region="tabs"
          className="flex min-w-0 items-stretch overflow-x-auto overflow-y-hidden [scrollbar-width:none]"
          {...drag}
        >
          {tabs.map((tab) => {
            const pane = panes.get(tab.focused);
            return pane === undefined ? null : <ShellTabItem key={tab.key} tab={tab} pane={pane} />;
          })}
        </Tabs.List>
      </TabMenu>
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

/** A tab that is dragged takes the place of the one that it is over. */
function useDraggedTab() {
  const dragged = useRef<string | null>(null);
  return {
    onDragStart: (event: DragEvent) => {
      dragged.current = keyOf(event);
      event.dataTransfer.effectAllowed = "move";
    },
    onDragEnd: () => {
      dragged.current = null;
    },
    onDragOver: (event: DragEvent) => {
      const { current } = dragged;
      const over = keyOf(event);
      if (current === null || over === null) return;
      event.preventDefault();
      if (over !== current)
        moveTab(
          current,
          useShells.getState().tabs.findIndex(({ key }) => key === over),
        );
    },
  };
}

function keyOf(event: DragEvent): string | null {
  const hit = event.target instanceof Element ? event.target.closest("[data-tab]") : null;
  return hit?.getAttribute("data-tab") ?? null;
}
