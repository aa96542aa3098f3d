import { closeTab, openShell, retryTab } from "../../state/shell-actions.ts";
import {
  activateNeighbour,
  activateTab,
  activeTab,
  type ShellTab,
  sessionOf,
  useShells,
} from "../../state/shell-store.ts";
import type { ShellCommand } from "../command-ids.ts";
import type { Action, CommandContext } from "../context.ts";
import { notYet } from "./not-yet.ts";

/** Something to do with the shell in front; not offered without one. */
export function withShell(run: (context: CommandContext, tab: ShellTab) => void): Action {
  const active = (): ShellTab | undefined => activeTab(useShells.getState());
  return {
    when: () => active() !== undefined,
    run: (context) => {
      const tab = active();
      if (tab !== undefined) run(context, tab);
    },
  };
}

const several: Action["when"] = () => useShells.getState().tabs.length > 1;

function tabAction(number: number): Action {
  const tab = (): ShellTab | undefined => useShells.getState().tabs[number - 1];
  return {
    when: () => tab() !== undefined,
    run: () => {
      const wanted = tab();
      if (wanted !== undefined) activateTab(wanted.key);
    },
  };
}

export const shellActions: Record<ShellCommand, Action> = {
  newShell: withShell(({ bridge }, tab) => void openShell(bridge, tab.request)),
  closeShell: withShell(({ bridge }, tab) => closeTab(bridge, tab)),
  reopenClosed: notYet,
  splitRight: notYet,
  splitDown: notYet,
  zoomPane: notYet,
  focusLeft: notYet,
  focusRight: notYet,
  focusUp: notYet,
  focusDown: notYet,
  nextTab: { when: several, run: () => activateNeighbour(1) },
  previousTab: { when: several, run: () => activateNeighbour(-1) },
  tab1: tabAction(1),
  tab2: tabAction(2),
  tab3: tabAction(3),
  tab4: tabAction(4),
  tab5: tabAction(5),
  tab6: tabAction(6),
  tab7: tabAction(7),
  tab8: tabAction(8),
  tab9: tabAction(9),
  reconnect: withShell(({ bridge }, tab) => {
    const session = sessionOf(useShells.getState(), tab);
    if (session?.state !== "open" && session?.state !== "connecting") void retryTab(bridge, tab);
  }),
  markProduction: notYet,
};
