import type { TerminalController } from "./terminal-controller.ts";

/** Which terminal belongs to which pane, for commands that come from keys and menus. */
const open = new Map<string, TerminalController>();

export function registerTerminal(paneKey: string, controller: TerminalController): () => void {
  open.set(paneKey, controller);
  return () => {
    if (open.get(paneKey) === controller) open.delete(paneKey);
  };
}

export function terminalOf(paneKey: string | null): TerminalController | undefined {
  return paneKey === null ? undefined : open.get(paneKey);
}
