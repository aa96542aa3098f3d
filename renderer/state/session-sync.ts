import type { Session } from "../../shared/models.ts";
import type { Bridge } from "../bridge/bridge.ts";
import { leaf } from "./layout.ts";
import { dropSession, newKey, type Pane, sessionPane, type Tab, useShells, withPanes } from "./shell-store.ts";
import { recallTabs } from "./tab-order.ts";

/** Brings the tabs in line with the host's sessions: after loading the page, and after the link was lost. */
export async function syncSessions(bridge: Bridge): Promise<void> {
  const list = await bridge.call("sessions.list", {});
  const first = !useShells.getState().loaded;
  useShells.setState({ sessions: new Map(list.map((session) => [session.id, session])) });
  if (first) restoreTabs(list);
  else forgetMissing(new Set(list.map(({ id }) => id)));
}

function restoreTabs(list: readonly Session[]): void {
  const { order, active } = recallTabs();
  const place = new Map(order.map((id, index) => [id, index]));
  const panes = [...list]
    .sort((a, b) => (place.get(a.id) ?? order.length) - (place.get(b.id) ?? order.length) || a.createdAt - b.createdAt)
    .map(sessionPane);
  const tabs = panes.map(tabOf);
  const front = tabs.find(({ focused }) => focused === active) ?? tabs.at(-1);
  // In one step: from `loaded` on the order is written down, and must not be before it was read.
  useShells.setState((state) => ({
    panes: withPanes(state.panes, panes),
    tabs: [...tabs, ...state.tabs],
    activeKey: state.activeKey ?? front?.key ?? null,
    loaded: true,
  }));
}

function tabOf(pane: Pane): Tab {
  return { key: newKey("tab"), root: leaf(pane.key), focused: pane.key, zoomed: false };
}

function forgetMissing(known: ReadonlySet<string>): void {
  for (const pane of useShells.getState().panes.values()) {
    if (pane.kind === "session" && !known.has(pane.sessionId)) dropSession(pane.sessionId);
  }
}
