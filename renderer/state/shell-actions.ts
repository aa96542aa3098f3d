import type { Session } from "../../shared/models.ts";
import type { Bridge } from "../bridge/bridge.ts";
import { errorInfoOf } from "../bridge/bridge-error.ts";
import {
  addTab,
  dropSession,
  putSession,
  removeTab,
  replaceTab,
  type ShellRequest,
  type ShellTab,
  sessionTab,
  useShells,
} from "./shell-store.ts";
import { recallTabs } from "./tab-order.ts";
import { guessTerminalSize } from "./terminal-size.ts";

let nextKey = 1;

/** Opens a tab at once and asks the host for its shell. A refusal stays in the tab, where it can be tried again. */
export async function openShell(bridge: Bridge, request: ShellRequest): Promise<void> {
  const tab: ShellTab = { key: `new-${nextKey++}`, request, news: false, kind: "asking" };
  addTab(tab);
  await ask(bridge, tab);
}

export async function retryTab(bridge: Bridge, tab: ShellTab): Promise<void> {
  if (tab.kind === "session") {
    await reopenSession(bridge, tab);
    return;
  }
  const again: ShellTab = { key: tab.key, request: tab.request, news: false, kind: "asking" };
  replaceTab(tab.key, again);
  await ask(bridge, again);
}

async function ask(bridge: Bridge, tab: ShellTab): Promise<void> {
  const { machine, ...target } = tab.request;
  try {
    const session = await bridge.call("sessions.open", {
      ...target,
      ...(machine === null ? {} : { machineId: machine.id }),
      ...guessTerminalSize(),
    });
    takeSession(bridge, tab, session);
  } catch (reason) {
    replaceTab(tab.key, { ...tab, kind: "refused", error: errorInfoOf(reason) });
  }
}

function takeSession(bridge: Bridge, tab: ShellTab, session: Session): void {
  // Events may have overtaken the answer; they are newer.
  if (!useShells.getState().sessions.has(session.id)) putSession(session);
  if (useShells.getState().tabs.some(({ key }) => key === tab.key)) {
    replaceTab(tab.key, { ...tab, kind: "session", sessionId: session.id });
  } else {
    // The tab was closed while the host was asked.
    void bridge.call("sessions.close", { sessionId: session.id }).catch(() => undefined);
  }
}

async function reopenSession(bridge: Bridge, tab: ShellTab & { kind: "session" }): Promise<void> {
  try {
    putSession(await bridge.call("sessions.reopen", { sessionId: tab.sessionId }));
  } catch (reason) {
    replaceTab(tab.key, { ...tab, kind: "refused", error: errorInfoOf(reason) });
  }
}

export async function acceptHostKey(bridge: Bridge, tab: ShellTab, session: Session): Promise<void> {
  if (session.hostKeyChange === null) return;
  await bridge.call("sessions.acceptHostKey", {
    sessionId: session.id,
    offeredFingerprint: session.hostKeyChange.offeredFingerprint,
  });
  await retryTab(bridge, tab);
}

/** Closes the tab at once; its shell ends on the host. */
export function closeTab(bridge: Bridge, tab: ShellTab): void {
  removeTab(tab.key);
  if (tab.kind === "session") {
    void bridge.call("sessions.close", { sessionId: tab.sessionId }).catch(() => undefined);
  }
}

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
  const tabs = [...list]
    .sort((a, b) => (place.get(a.id) ?? order.length) - (place.get(b.id) ?? order.length) || a.createdAt - b.createdAt)
    .map(sessionTab);
  const front = tabs.find(({ key }) => key === active) ?? tabs.at(-1);
  // In one step: from `loaded` on the order is written down, and must not be before it was read.
  useShells.setState((state) => ({
    tabs: [...tabs, ...state.tabs],
    activeKey: state.activeKey ?? front?.key ?? null,
    loaded: true,
  }));
}

function forgetMissing(known: ReadonlySet<string>): void {
  for (const tab of useShells.getState().tabs) {
    if (tab.kind === "session" && !known.has(tab.sessionId)) dropSession(tab.sessionId);
  }
}
