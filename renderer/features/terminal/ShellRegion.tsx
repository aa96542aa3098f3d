import { Tabs } from "@base-ui/react/tabs";
import { Group, Panel, Separator } from "react-resizable-panels";
import { useShells } from "../../state/shell-store.ts";
import { activateTab } from "../../state/tabs.ts";
import { useWindow } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { SEPARATOR } from "../../ui/separator.ts";
import { StatsView } from "../stats/StatsView.tsx";
import { ShellArea } from "./ShellArea.tsx";
import { TabStrip } from "./TabStrip.tsx";

/** The shells and, below them, the stats. Stays mounted while another view is in front. */
export function ShellRegion() {
  const statsOpen = useWindow((state) => state.statsOpen);
  return (
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
  );
}

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
