import { Group, Panel, Separator } from "react-resizable-panels";
import { useWindow } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { SEPARATOR } from "../../ui/separator.ts";
import { StatsView } from "../stats/StatsView.tsx";
import { Shells } from "./Shells.tsx";

/** In pixels: tabs, a pane's header and the production banner, and still some rows of text, also at 200 % zoom. */
const SHELLS_AT_LEAST = 164;

/** The shells and, below them, the stats. Stays mounted while another view is in front. */
export function ShellRegion() {
  const statsOpen = useWindow((state) => state.statsOpen);
  return (
    <Group orientation="vertical" className="h-full">
      <Panel id="shells" minSize={SHELLS_AT_LEAST}>
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
