import { useEffect, useRef } from "react";
import { Group, Panel, Separator } from "react-resizable-panels";
import { focusBack, focusedElement } from "../../commands/focus-back.ts";
import { useWindow } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";
import { SEPARATOR } from "../../ui/separator.ts";
import { StatsView } from "../stats/StatsView.tsx";
import { Shells } from "./Shells.tsx";

/** In pixels: tabs, a pane's header and the production banner, and still some rows of text, also at 200 % zoom. */
const SHELLS_AT_LEAST = 164;

/** The shells and, below them, the stats, which cover them in a short window. Stays mounted while another view is in front. */
export function ShellRegion() {
  const statsOpen = useWindow((state) => state.statsOpen);
  const covered = useWindow((state) => state.statsOpen && state.short);
  const shells = useRef<HTMLDivElement>(null);
  const cover = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!covered) return;
    if (shells.current?.contains(document.activeElement) === true) cover.current?.focus();
    return () => {
      if (focusedElement() === null) focusBack(null);
    };
  }, [covered]);
  return (
    <div className="relative h-full">
      <Group orientation="vertical" className="h-full">
        <Panel id="shells" minSize={SHELLS_AT_LEAST}>
          <div ref={shells} className={cx("h-full", covered && "invisible")}>
            <Shells />
          </div>
        </Panel>
        {statsOpen && (
          <>
            <Separator
              aria-label={strings.workspace.resizeStats}
              className={cx(SEPARATOR, "h-px", covered && "invisible")}
            />
            <Panel id="stats" defaultSize={376} minSize={120} groupResizeBehavior="preserve-pixel-size">
              <div
                ref={cover}
                tabIndex={-1}
                className={cx("outline-none", covered ? "absolute inset-0 z-10" : "h-full")}
              >
                <StatsView />
              </div>
            </Panel>
          </>
        )}
      </Group>
    </div>
  );
}
