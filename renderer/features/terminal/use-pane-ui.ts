import { useStore } from "zustand";
import { makePaneUi, type PaneUi } from "./pane-ui.ts";
import type { TerminalController } from "./terminal-controller.ts";

const NONE = makePaneUi();

/** A part of what the pane of a terminal shows besides it; what a pane without one would show, while there is none. */
export function usePaneUi<T>(controller: TerminalController | undefined, pick: (ui: PaneUi) => T): T {
  return useStore(controller?.ui ?? NONE, pick);
}
