import { terminalOf } from "../../features/terminal/open-terminals.ts";
import { toggleTabMovesFocus } from "../../features/terminal/tab-moves-focus.ts";
import type { TerminalController } from "../../features/terminal/terminal-controller.ts";
import { activePane, useShells } from "../../state/shell-store.ts";
import type { TerminalCommand } from "../command-ids.ts";
import type { Action } from "../context.ts";

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

function send(keys: string): Action {
  return withTerminal((terminal) => {
    terminal.type(keys);
    terminal.focus();
  });
}

async function pasteInto(terminal: TerminalController): Promise<void> {
  await terminal.clipboard.pasteFromClipboard();
  terminal.focus();
}

export const terminalActions: Record<TerminalCommand, Action> = {
  copy: withTerminal((terminal) => void terminal.clipboard.copy()),
  paste: withTerminal((terminal) => void pasteInto(terminal)),
  selectAll: withTerminal((terminal) => terminal.selectAll()),
  find: withTerminal((terminal) => terminal.openFind()),
  clear: withTerminal((terminal) => terminal.clear()),
  repaint: withTerminal((terminal) => terminal.repaint()),
  accessibleView: withTerminal((terminal) => terminal.toggleReading()),
  tabMovesFocus: { run: toggleTabMovesFocus },
  sendCtrlW: send("\x17"),
  sendCtrlT: send("\x14"),
  sendCtrlN: send("\x0e"),
  // A terminal has no Shift with Control: both come as the same byte.
  sendCtrlShiftT: send("\x14"),
  sendLeader: send("\0"),
};
