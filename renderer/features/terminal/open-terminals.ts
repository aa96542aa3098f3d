import type { TerminalController } from "./terminal-controller.ts";

/** Which terminal belongs to which tab, for commands that come from keys and menus. */
const open = new Map<string, TerminalController>();

export function registerTerminal(tabKey: string, controller: TerminalController): () => void {
  open.set(tabKey, controller);
  return () => {
    if (open.get(tabKey) === controller) open.delete(tabKey);
  };
}

export function terminalOf(tabKey: string | null): TerminalController | undefined {
  return tabKey === null ? undefined : open.get(tabKey);
}
