import type { Terminal } from "@xterm/xterm";

/**
 * xterm 6 redraws the selection after each scroll (CoreBrowserTerminal.open), and its DOM renderer draws every row for that,
 * selection or none, in hidden panes as well: the half of what fast output costs on the screen, and nine tenths with ten tabs.
 * There is no option for it, so the service is reached behind the public API; where it is not found all stays as it was.
 */
export function redrawSelectionOnlyIfAny(terminal: Terminal): void {
  const service = field(field(terminal, "_core"), "_selectionService");
  const refresh = field(service, "refresh");
  if (typeof service !== "object" || service === null || typeof refresh !== "function") return;
  let drawn = false;
  Reflect.set(service, "refresh", (byMouse?: boolean) => {
    const selected = terminal.hasSelection();
    if (selected || drawn) refresh.call(service, byMouse);
    drawn = selected;
  });
}

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}
