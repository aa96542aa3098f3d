import { terminalOf } from "../../features/terminal/open-terminals.ts";
import type { TerminalController } from "../../features/terminal/terminal-controller.ts";
import { activePane, useShells } from "../../state/shell-store.ts";
import { setFindOpen } from "../../state/window-store.ts";
import type { TerminalCommand } from "../command-ids.ts";
import type { Action } from "../context.ts";
import { notYet } from "./not-yet.ts";

/** Something to do with the terminal that has, or would have, the focus; not offered without one. */
function withTerminal(run: (terminal: TerminalController) => void): Action {
  const active = (): TerminalController | undefined => terminalOf(activePane(useShells.getState())?.key ?? null);
  return {
    when: () => active() !== undefined,
    run: () => {
      const terminal = active();
      if (terminal !== undefined) run(terminal);
    },
  };
}

async function pasteInto(terminal: TerminalController): Promise<void> {
  // Reading the clipboard needs a permission that may be refused; the keys work all the same.
  const text = await navigator.clipboard.readText().catch(() => "");
  terminal.paste(text);
  terminal.focus();
}

export const terminalActions: Record<TerminalCommand, Action> = {
  copy: withTerminal((terminal) => terminal.copy()),
  paste: withTerminal((terminal) => void pasteInto(terminal)),
  selectAll: withTerminal((terminal) => terminal.selectAll()),
  find: withTerminal(() => setFindOpen(true)),
  clear: withTerminal((terminal) => terminal.clear()),
  repaint: notYet,
  accessibleView: notYet,
  tabMovesFocus: notYet,
  sendCtrlW: notYet,
  sendCtrlT: notYet,
  sendCtrlN: notYet,
  sendCtrlShiftT: notYet,
  sendLeader: notYet,
};
