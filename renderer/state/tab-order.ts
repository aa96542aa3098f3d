import { z } from "zod";
import type { ShellState } from "./shell-store.ts";

/** The order of this window's tabs, kept over a reload of the page and forgotten with the window. */
const KEY = "culvert.tabs";
const kept = z.object({ order: z.array(z.string()), active: z.string().nullable() });

export function rememberTabs({ tabs, panes, activeKey }: ShellState): void {
  const ids = tabs.flatMap((tab) => {
    const pane = panes.get(tab.focused);
    return pane?.kind === "session" ? [{ key: tab.key, id: pane.sessionId }] : [];
  });
  const active = ids.find(({ key }) => key === activeKey)?.id ?? null;
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ order: ids.map(({ id }) => id), active }));
  } catch {
    // Storage may be off or full: the tabs then come back in the order in which they were opened.
  }
}

export function recallTabs(): { order: string[]; active: string | null } {
  try {
    const result = kept.safeParse(JSON.parse(sessionStorage.getItem(KEY) ?? "null"));
    if (result.success) return result.data;
  } catch {
    // As above.
  }
  return { order: [], active: null };
}
