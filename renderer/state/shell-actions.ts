import type { Session } from "../../shared/models.ts";
import type { Bridge } from "../bridge/bridge.ts";
import { errorInfoOf, isLinkLost } from "../bridge/bridge-error.ts";
import { closeSession } from "./closed-sessions.ts";
import { canSplit, leaf, panesOf, renamed, type Side, splitPane } from "./layout.ts";
import { hasRoom, tellNoRoom } from "./pane-room.ts";
import {
  activePane,
  addTab,
  frontTab,
  newKey,
  type Pane,
  putSession,
  putTab,
  rememberClosed,
  removePane,
  replacePane,
  requestOfPane,
  type ShellRequest,
  type Tab,
  tabOfPane,
  takeClosed,
  useShells,
  withPanes,
  withTab,
} from "./shell-store.ts";
import { activateTab } from "./tabs.ts";
import { guessTerminalSize } from "./terminal-size.ts";

/** What a person does with shells that asks something of the host. */

/** Opens a tab at once and asks the host for its shell. A refusal stays in the pane, where it can be tried again. */
export async function openShell(bridge: Bridge, request: ShellRequest): Promise<void> {
  const pane = askingPane(request);
  addTab(pane);
  await ask(bridge, pane);
}

/** A shell beside or below the focused pane, on its machine unless another place is asked for. Nothing when the tab is full or the pane too small. */
export async function splitActive(bridge: Bridge, side: Side, request?: ShellRequest): Promise<void> {
  const state = useShells.getState();
  const tab = frontTab(state);
  const beside = activePane(state);
  if (tab === undefined || beside === undefined || !canSplit(tab.root)) return;
  if (!hasRoom(tab, beside.key, side)) {
    tellNoRoom(beside.key);
    return;
  }
  const pane = askingPane(request ?? requestOfPane(state, beside));
  insertPane(tab, beside.key, side, pane);
  await ask(bridge, pane);
}

/** Shows what is kept of a shell of an earlier run; one that this page lost connects at once. */
export async function showRestored(bridge: Bridge, pane: Pane & { kind: "restored" }): Promise<void> {
  const { key, request, sessionId, lost } = pane;
  try {
    const size = guessTerminalSize();
    putSession(await bridge.call("sessions.restore", { sessionId, request, ...size }));
    const shown: Pane = { key, request, kind: "session", sessionId };
    replacePane(shown);
    if (lost) await retryPane(bridge, shown);
  } catch (reason) {
    const error = errorInfoOf(reason);
    // Tried again when the link is back.
    if (!isLinkLost(error)) replacePane({ ...askingPane(request, key), kind: "refused", error });
  }
}

export async function retryPane(bridge: Bridge, pane: Pane): Promise<void> {
  if (pane.kind === "restored") {
    await showRestored(bridge, { ...pane, lost: true });
    return;
  }
  if (pane.kind === "session") {
    await reopenSession(bridge, pane);
    return;
  }
  const again: Pane = { key: pane.key, request: pane.request, sessionId: pane.sessionId, kind: "asking" };
  replacePane(again);
  await ask(bridge, again);
}

export async function acceptHostKey(bridge: Bridge, pane: Pane, session: Session): Promise<void> {
  if (session.hostKeyChange === null) return;
  await bridge.call("sessions.acceptHostKey", {
    sessionId: session.id,
    offeredFingerprint: session.hostKeyChange.offeredFingerprint,
  });
  await retryPane(bridge, pane);
}

/** Closes the pane at once; its shell ends on the host. */
export function closePane(bridge: Bridge, pane: Pane): void {
  const { tabs } = useShells.getState();
  const tab = tabOfPane(useShells.getState(), pane.key);
  if (tab !== undefined) {
    rememberClosed({
      root: leaf(pane.key),
      requests: new Map([[pane.key, requestOfPane(useShells.getState(), pane)]]),
      index: tabs.indexOf(tab),
      from: tab.root.kind === "leaf" ? null : tab.key,
    });
  }
  endPane(bridge, pane);
}

/** Closes the tab with all of its panes. */
export function closeTab(bridge: Bridge, key: string): void {
  const state = useShells.getState();
  const { tabs, panes } = state;
  const tab = tabs.find((one) => one.key === key);
  if (tab === undefined) return;
  const gone = panesOf(tab.root).flatMap((paneKey) => panes.get(paneKey) ?? []);
  rememberClosed({
    root: tab.root,
    requests: new Map(gone.map((pane) => [pane.key, requestOfPane(state, pane)])),
    index: tabs.indexOf(tab),
    from: null,
  });
  for (const pane of gone) endPane(bridge, pane);
}

/** Opens what was closed last again, where it was: new shells on the same machines. */
export async function reopenClosed(bridge: Bridge): Promise<void> {
  const closed = takeClosed();
  if (closed === undefined) return;
  const keys = new Map(panesOf(closed.root).map((old) => [old, newKey("pane")]));
  const panes = [...closed.requests].flatMap(([old, request]) => {
    const key = keys.get(old);
    return key === undefined ? [] : [askingPane(request, key)];
  });
  const [first] = panes;
  if (first === undefined) return;
  const home = useShells.getState().tabs.find(({ key }) => key === closed.from);
  if (home !== undefined && canSplit(home.root) && hasRoom(home, home.focused, "right")) {
    insertPane(home, home.focused, "right", first);
    activateTab(home.key);
  } else {
    const root = renamed(closed.root, (old) => keys.get(old) ?? old);
    putTab({ key: newKey("tab"), root, focused: first.key, zoomed: false }, panes, closed.index);
  }
  await Promise.all(panes.map((pane) => ask(bridge, pane)));
}

function askingPane(request: ShellRequest, key = newKey("pane")): Pane {
  return { key, request, sessionId: crypto.randomUUID(), kind: "asking" };
}

function insertPane(tab: Tab, beside: string, side: Side, pane: Pane): void {
  const root = splitPane(tab.root, beside, side, pane.key);
  const next: Tab = { ...tab, root, focused: pane.key, zoomed: false };
  useShells.setState((state) => ({
    panes: withPanes(state.panes, [pane]),
    tabs: withTab(state, next),
  }));
}

function endPane(bridge: Bridge, pane: Pane): void {
  removePane(pane.key);
  // One that is still asked for is closed with its answer; one whose answer was lost may be there.
  if (pane.kind === "asking" || (pane.kind === "refused" && !isLinkLost(pane.error))) return;
  closeSession(bridge, pane.sessionId);
}

async function ask(bridge: Bridge, pane: Pane): Promise<void> {
  const { machine, ...target } = pane.request;
  try {
    const session = await bridge.call("sessions.open", {
      ...target,
      ...(machine === null ? {} : { machineId: machine.id }),
      sessionId: pane.sessionId,
      ...guessTerminalSize(),
    });
    takeSession(bridge, pane, session);
  } catch (reason) {
    const error = errorInfoOf(reason);
    if (useShells.getState().panes.has(pane.key)) replacePane({ ...pane, kind: "refused", error });
    else if (isLinkLost(error)) closeSession(bridge, pane.sessionId);
  }
}

function takeSession(bridge: Bridge, pane: Pane, session: Session): void {
  // Events may have overtaken the answer; they are newer.
  if (!useShells.getState().sessions.has(session.id)) putSession(session);
  if (useShells.getState().panes.has(pane.key)) {
    replacePane({ key: pane.key, request: pane.request, kind: "session", sessionId: session.id });
  } else {
    // The pane was closed while the host was asked.
    closeSession(bridge, session.id);
  }
}

async function reopenSession(bridge: Bridge, pane: Pane & { kind: "session" }): Promise<void> {
  try {
    putSession(await bridge.call("sessions.reopen", { sessionId: pane.sessionId }));
  } catch (reason) {
    const error = errorInfoOf(reason);
    // The shell's text stays, and whoever wants it back asks again.
    if (isLinkLost(error)) return;
    const request = requestOfPane(useShells.getState(), pane);
    replacePane({ ...askingPane(request, pane.key), kind: "refused", error });
  }
}
