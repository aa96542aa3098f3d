import { type ComponentType, useRef } from "react";
import { Group, Panel, Separator } from "react-resizable-panels";
import { useChangeSettings, useSettings } from "../state/queries.ts";
import { useWindow } from "../state/window-store.ts";
import { strings } from "../strings.ts";
import { SEPARATOR } from "../ui/separator.ts";
import { useLast } from "../ui/use-last.ts";
import { ActivityRail } from "./frame/ActivityRail.tsx";
import { SidebarDrawer } from "./frame/SidebarDrawer.tsx";
import { isSidebarShown } from "./frame/sidebar.ts";
import { TopBar } from "./frame/TopBar.tsx";
import { useFocusAfterShells, useShellsToFront, useWindowSize } from "./frame/use-frame.ts";
import { useRememberUse } from "./frame/use-remember-use.ts";
import { useFocusAfterView } from "./frame/view-focus.ts";
import { viewOf } from "./frame/views.ts";
import { CommandLayer } from "./palette/CommandLayer.tsx";
import { StatusBar } from "./status/StatusBar.tsx";
import { ShellRegion } from "./terminal/ShellRegion.tsx";

/** A drag passes through many widths; the last one counts. */
const SETTLED_MS = 300;

/** The window once there is an account: top bar, rail, the view in front beside or over the shells, and the status bar. */
export function Workspace() {
  useWindowSize();
  useShellsToFront();
  useFocusAfterShells();
  useFocusAfterView();
  useRememberUse();
  const { Sidebar, Main, title } = viewOf(useWindow((state) => state.view));
  const isShown = useWindow(isSidebarShown);
  const narrow = useWindow((state) => state.narrow);
  const width = useSidebarWidth();
  return (
    <div className="flex h-full flex-col">
      <TopBar />
      <div className="flex min-h-0 flex-1">
        <ActivityRail />
        <Group orientation="horizontal" className="min-h-0 min-w-0 flex-1" onLayoutChanged={width.onLayoutChanged}>
          {Sidebar !== undefined && isShown && !narrow && <Docked Sidebar={Sidebar} width={width} />}
          <Panel id="main" minSize={narrow ? 0 : 280}>
            <main className="h-full min-w-0">
              <div hidden={Main !== undefined} className="h-full">
                <ShellRegion />
              </div>
              {Main !== undefined && <Main />}
            </main>
          </Panel>
        </Group>
        {Sidebar !== undefined && narrow && <SidebarDrawer Sidebar={Sidebar} label={title} />}
      </div>
      <StatusBar />
      <CommandLayer />
    </div>
  );
}

function Docked({ Sidebar, width }: { Sidebar: ComponentType; width: SidebarWidth }) {
  return (
    <>
      <Panel
        id="sidebar"
        defaultSize={width.saved}
        minSize={180}
        maxSize="60%"
        groupResizeBehavior="preserve-pixel-size"
        onResize={({ inPixels }) => width.onResize(inPixels)}
      >
        <Sidebar />
      </Panel>
      <Separator
        aria-label={strings.workspace.resizeSidebar}
        className={`${SEPARATOR} w-px`}
        onPointerDown={width.onAsked}
        onKeyDown={width.onAsked}
      />
    </>
  );
}

interface SidebarWidth {
  readonly saved: number;
  onResize(pixels: number): void;
  onAsked(): void;
  onLayoutChanged(): void;
}

/** A narrow window squeezes the sidebar too; only a person's own drag or key says what they want, and is kept. */
function useSidebarWidth(): SidebarWidth {
  const { sidebarWidth } = useSettings();
  const change = useChangeSettings();
  const width = useRef(sidebarWidth);
  const isAsked = useRef(false);
  const onLayoutChanged = useLast(() => {
    if (!isAsked.current) return;
    isAsked.current = false;
    const next = Math.round(Math.min(800, Math.max(160, width.current)));
    if (next !== sidebarWidth) change.mutate({ sidebarWidth: next });
  }, SETTLED_MS);
  return {
    saved: sidebarWidth,
    onResize: (pixels) => {
      width.current = pixels;
    },
    onAsked: () => {
      isAsked.current = true;
    },
    onLayoutChanged,
  };
}
