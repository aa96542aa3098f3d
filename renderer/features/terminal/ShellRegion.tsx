import { Group, Panel, Separator } from "react-resizable-panels";
import { useWindow } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { SEPARATOR } from "../../ui/separator.ts";
import { StatsView } from "../stats/StatsView.tsx";
import { Shells } from "./Shells.tsx";

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
