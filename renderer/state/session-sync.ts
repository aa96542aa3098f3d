import type { Bridge } from "../bridge/bridge.ts";
import { isLinkLost } from "../bridge/bridge-error.ts";
import { strings } from "../strings.ts";
import { announce } from "./announcer.ts";
import { closeAgain } from "./closed-sessions.ts";
import { recallLayout } from "./layout-keeper.ts";
import { fromSaved } from "./saved-layout.ts";
import { retryPane } from "./shell-actions.ts";
import { dropSession, panesNamedAs, useShells, withPanes } from "./shell-store.ts";

/** Brings the tabs in line with the host's sessions: after loading the page, and after the link was lost. */
export async function syncSessions(bridge: Bridge): Promise<void> {
  const [list, kept] = await Promise.all([bridge.call("sessions.list", {}), bridge.call("layout.get", {})]);
  const { loaded, run } = useShells.getState();
  const known = new Set(list.map(({ id }) => id));
  useShells.setState(({ panes }) => ({
    sessions: new Map(list.map((session) => [session.id, session])),
    panes: panesNamedAs(panes, list),
    run: kept.run,
  }));
  if (!loaded) {
    const { tabs, panes, activeKey } = fromSaved(recallLayout() ?? kept.layout, list, kept.restore);
    // In one step: from `loaded` on the layout is written down, and must not be before it was read.
    useShells.setState((state) => ({
      panes: withPanes(state.panes, panes),
      tabs: [...tabs, ...state.tabs],
      activeKey: state.activeKey ?? activeKey,
      loaded: true,
    }));
  } else if (run === kept.run) forgetMissing(known);
  else loseMissing(known);
  await closeAgain(bridge);
  for (const pane of useShells.getState().panes.values()) {
    if (pane.kind === "refused" && isLinkLost(pane.error)) void retryPane(bridge, pane);
  }
}

/** Closed elsewhere while the link was lost. */
function forgetMissing(known: ReadonlySet<string>): void {
  for (const pane of useShells.getState().panes.values()) {
    if (pane.kind === "session" && !known.has(pane.sessionId)) dropSession(pane.sessionId);
  }
}

/** Gone with the engine: their panes stay, and connect again when they are seen. */
function loseMissing(known: ReadonlySet<string>): void {
  const lost = [...useShells.getState().panes.values()].flatMap((pane) =>
    pane.kind === "session" && !known.has(pane.sessionId)
      ? [{ key: pane.key, request: pane.request, kind: "restored", sessionId: pane.sessionId, lost: true } as const]
      : [],
  );
  if (lost.length === 0) return;
  useShells.setState((state) => ({ panes: withPanes(state.panes, lost), engineRestarted: true }));
  announce(strings.panes.engineRestarted, "assertive");
}
