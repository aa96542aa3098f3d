import { terminalOf } from "../features/terminal/open-terminals.ts";
import { strings } from "../strings.ts";
import { announce } from "./announcer.ts";
import { rectsOf, type Side } from "./layout.ts";
import type { Tab } from "./shell-store.ts";

/** The least that a split leaves: twenty columns, and four rows below a pane's header. */
const LEAST = { columns: 20, rows: 4 };
const HEADER = 28;
/** In the usual size of text: of a pane without a terminal. */
const USUAL_CELL = { width: 8, height: 17 };

/** Whether each half of the pane would hold a shell. Of a pane that is not shown nothing is known, and nothing refused. */
export function hasRoom(tab: Tab, pane: string, side: Side): boolean {
  const box = document.querySelector(`[data-pane="${CSS.escape(pane)}"]`)?.getBoundingClientRect();
  if (box === undefined || box.width === 0 || box.height === 0) return true;
  const cell = terminalOf(pane)?.cell ?? USUAL_CELL;
  // A zoomed pane has all of the tab's place, and is split where it stands without that.
  const part = tab.zoomed ? rectsOf(tab.root).get(pane) : undefined;
  const { left, right, top, bottom } = part ?? { left: 0, right: 1, top: 0, bottom: 1 };
  return side === "right"
    ? (box.width * (right - left)) / 2 >= LEAST.columns * cell.width
    : (box.height * (bottom - top)) / 2 >= HEADER + LEAST.rows * cell.height;
}

/** Told where the split was wanted; a pane without a terminal has no such place. */
export function tellNoRoom(pane: string): void {
  const terminal = terminalOf(pane);
  if (terminal === undefined) announce(strings.panes.noRoom, "assertive");
  else terminal.ui.setState({ notice: { kind: "no-room" } });
}
