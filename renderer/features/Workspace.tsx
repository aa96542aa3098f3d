import { Tabs } from "@base-ui/react/tabs";
import { useRef } from "react";
import { Group, Panel, Separator } from "react-resizable-panels";
import { useChangeSettings, useSettings } from "../state/queries.ts";
import { activateTab, useShells } from "../state/shell-store.ts";
import { useWindow } from "../state/window-store.ts";
import { strings } from "../strings.ts";
import { Skeleton } from "../ui/Skeleton.tsx";
import { useLast } from "../ui/use-last.ts";
import { Sidebar } from "./apps/Sidebar.tsx";
import { StatsView } from "./stats/StatsView.tsx";
import { StatusBar } from "./status/StatusBar.tsx";
import { ShellArea } from "./terminal/ShellArea.tsx";
import { TabStrip } from "./terminal/TabStrip.tsx";
import { useCommands } from "./use-commands.ts";

/** A drag passes through many widths; the last one counts. */
const SETTLED_MS = 300;

/** The window once there is an account: sidebar, shells, the stats below them, and the status bar. */
export function Workspace() {
  useCommands();
  const { sidebarOpen, statsOpen } = useWindow();
  const { sidebarWidth } = useSettings();
  const change = useChangeSettings();
  const width = useRef(sidebarWidth);
  // A narrow window squeezes the sidebar too; only a person's own drag or key says what they want.
  const isAsked = useRef(false);
  const save = useLast(() => {
    if (!isAsked.current) return;
    isAsked.current = false;
    const next = Math.round(Math.min(800, Math.max(160, width.current)));
    if (next !== sidebarWidth) change.mutate({ sidebarWidth: next });
  }, SETTLED_MS);
  return (
    <div className="flex h-full flex-col">
      <Group orientation="horizontal" role="main" className="min-h-0 flex-1" onLayoutChanged={save}>
        {sidebarOpen && (
          <>
            <Panel
              id="sidebar"
              defaultSize={sidebarWidth}
              minSize={180}
              maxSize="60%"
              groupResizeBehavior="preserve-pixel-size"
              onResize={({ inPixels }) => {
                width.current = inPixels;
              }}
            >
              <Sidebar />
            </Panel>
            <Separator
              aria-label={strings.workspace.resizeSidebar}
              className={`${SEPARATOR} w-px`}
              onPointerDown={() => {
                isAsked.current = true;
              }}
              onKeyDown={() => {
                isAsked.current = true;
              }}
            />
          </>
        )}
        <Panel id="main" minSize={280}>
          <Group orientation="vertical" className="h-full">
            <Panel id="shells" minSize={120}>
              <Shells />
            </Panel>
            {statsOpen && (
              <>
                <Separator aria-label={strings.workspace.resizeStats} className={`${SEPARATOR} h-px`} />
                <Panel id="stats" defaultSize={376} minSize={120} groupResizeBehavior="preserve-pixel-size">
                  <StatsView />
                </Panel>
              </>
            )}
          </Group>
        </Panel>
      </Group>
      <StatusBar />
    </div>
  );
}

const SEPARATOR =
  "bg-line transition-colors duration-100 hover:bg-accent data-[separator=active]:bg-accent focus-visible:bg-focus";

function Shells() {
  const activeKey = useShells((state) => state.activeKey);
  const loaded = useShells((state) => state.loaded);
  const hasTabs = useShells((state) => state.tabs.length > 0);
  return (
    <Tabs.Root
      value={activeKey}
      onValueChange={(key) => {
        if (typeof key === "string") activateTab(key);
      }}
      render={<section aria-label={strings.workspace.shells} />}
      data-region="shells"
      className="flex h-full min-w-0 flex-col bg-canvas"
    >
      {hasTabs && (
        <div className="flex h-9 shrink-0 border-b border-line bg-chrome">
          <TabStrip />
        </div>
      )}
      {loaded || hasTabs ? <ShellArea /> : <Skeleton rows={2} />}
    </Tabs.Root>
  );
}
