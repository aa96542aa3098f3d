import { areShellsSeen } from "../../features/frame/sidebar.ts";
import { terminalOf } from "../../features/terminal/open-terminals.ts";
import { toggleTabMovesFocus } from "../../features/terminal/tab-moves-focus.ts";
import type { TerminalController } from "../../features/terminal/terminal-controller.ts";
import { activePane, useShells } from "../../state/shell-store.ts";
import type { SendCommand, TerminalCommand } from "../command-ids.ts";
import type { Action } from "../context.ts";

/** Something to do with the terminal that has, or would have, the focus; not offered without one that is seen. */
function withTerminal(
  run: (terminal: TerminalController) => void,
  when: (terminal: TerminalController) => boolean = () => true,
): Action {
  const active = (): TerminalController | undefined => terminalOf(activePane(useShells.getState())?.key ?? null);
  return {
    when: () => {
      const terminal = active();
      return areShellsSeen() && terminal !== undefined && when(terminal);
    },
    run: () => {
      const terminal = active();
      if (terminal !== undefined) run(terminal);
    },
  };
}

/** What a shell gets for each. A terminal has no Shift with Control: Ctrl+T comes as the same byte with it or without. */
const SENT: Record<SendCommand, string> = {
  sendCtrlW: "\x17",
  sendCtrlT: "\x14",
  sendCtrlN: "\x0e",
  sendCtrlShiftT: "\x14",
  sendLeader: "\0",
};

export function sendKey(terminal: TerminalController, id: SendCommand): void {
  terminal.type(SENT[id]);
  terminal.focus();
}

function send(id: SendCommand): Action {
  return withTerminal((terminal) => sendKey(terminal, id));
}

async function pasteInto(terminal: TerminalController): Promise<void> {
  await terminal.clipboard.pasteFromClipboard();
  terminal.focus();
}

export const terminalActions: Record<TerminalCommand, Action> = {
  copy: withTerminal(
    (terminal) => void terminal.clipboard.copy(),
    ({ hasSelection }) => hasSelection,
  ),
  paste: withTerminal((terminal) => void pasteInto(terminal)),
  selectAll: withTerminal((terminal) => terminal.selectAll()),
  find: withTerminal((terminal) => terminal.openFind()),
  clear: withTerminal((terminal) => terminal.clear()),
  repaint: withTerminal((terminal) => terminal.repaint()),
  accessibleView: withTerminal((terminal) => terminal.toggleReading()),
  tabMovesFocus: { when: areShellsSeen, run: toggleTabMovesFocus },
  sendCtrlW: send("sendCtrlW"),
  sendCtrlT: send("sendCtrlT"),
  sendCtrlN: send("sendCtrlN"),
  sendCtrlShiftT: send("sendCtrlShiftT"),
  sendLeader: send("sendLeader"),
};
