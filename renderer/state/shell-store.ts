import { create } from "zustand";
import type { ErrorInfo } from "../../shared/errors.ts";
import type { Session, Target } from "../../shared/models.ts";

/** What the user asked to open: a machine, or an app whose first running machine will do. */
export interface ShellRequest {
  readonly accountId: string;
  readonly orgSlug: string;
  readonly appName: string;
  readonly machine: { readonly id: string; readonly name: string; readonly region: string } | null;
}

/** A tab: first a request, then a session, or the reason why there is none. */
export type ShellTab = {
  /** Stays the same for the life of the tab. */
  readonly key: string;
  readonly request: ShellRequest;
  /** Output arrived while another tab was in front. */
  readonly news: boolean;
} & (
  | { readonly kind: "asking" }
  | { readonly kind: "refused"; readonly error: ErrorInfo }
  | { readonly kind: "session"; readonly sessionId: string }
);

interface ShellState {
  readonly sessions: ReadonlyMap<string, Session>;
  readonly tabs: readonly ShellTab[];
  readonly activeKey: string | null;
  /** False until sessions.list was answered for the first time. */
  readonly loaded: boolean;
}

export const useShells = create<ShellState>(() => ({ sessions: new Map(), tabs: [], activeKey: null, loaded: false }));

function requestOf(target: Target): ShellRequest {
  return {
    accountId: target.accountId,
    orgSlug: target.orgSlug,
    appName: target.appName,
    machine: { id: target.machineId, name: target.machineName, region: target.region },
  };
}

export function sessionTab(session: Session): ShellTab {
  return { key: session.id, request: requestOf(session.target), news: false, kind: "session", sessionId: session.id };
}

export function sessionOf(state: ShellState, tab: ShellTab | undefined): Session | undefined {
  return tab?.kind === "session" ? state.sessions.get(tab.sessionId) : undefined;
}

export function activeTab(state: ShellState): ShellTab | undefined {
  return state.tabs.find((tab) => tab.key === state.activeKey);
}

export function putSession(session: Session): void {
  useShells.setState((state) => ({ sessions: new Map(state.sessions).set(session.id, session) }));
}

/** The session is gone: its tab goes with it, and its neighbour comes to the front. */
export function dropSession(sessionId: string): void {
  const tab = useShells.getState().tabs.find((one) => one.kind === "session" && one.sessionId === sessionId);
  if (tab !== undefined) removeTab(tab.key);
  useShells.setState((state) => {
    const sessions = new Map(state.sessions);
    sessions.delete(sessionId);
    return { sessions };
  });
}

export function addTab(tab: ShellTab): void {
  useShells.setState((state) => ({ tabs: [...state.tabs, tab], activeKey: tab.key }));
}

export function replaceTab(key: string, next: ShellTab): void {
  useShells.setState((state) => ({ tabs: state.tabs.map((tab) => (tab.key === key ? next : tab)) }));
}

export function removeTab(key: string): void {
  useShells.setState((state) => {
    const index = state.tabs.findIndex((tab) => tab.key === key);
    if (index === -1) return state;
    const tabs = state.tabs.filter((tab) => tab.key !== key);
    if (state.activeKey !== key) return { tabs };
    return { tabs, activeKey: (tabs[index] ?? tabs[index - 1])?.key ?? null };
  });
}

export function activateTab(key: string): void {
  useShells.setState((state) => ({
    activeKey: key,
    tabs: state.tabs.map((tab) => (tab.key === key && tab.news ? { ...tab, news: false } : tab)),
  }));
}

/** By how many places, for keys; wraps around. */
export function activateNeighbour(step: 1 | -1): void {
  const { tabs, activeKey } = useShells.getState();
  if (tabs.length === 0) return;
  const index = tabs.findIndex((tab) => tab.key === activeKey);
  const next = tabs[(index + step + tabs.length) % tabs.length];
  if (next !== undefined) activateTab(next.key);
}

export function moveTab(key: string, toIndex: number): void {
  useShells.setState((state) => {
    const tab = state.tabs.find((one) => one.key === key);
    if (tab === undefined) return state;
    const rest = state.tabs.filter((one) => one.key !== key);
    return { tabs: [...rest.slice(0, toIndex), tab, ...rest.slice(toIndex)] };
  });
}

export function markNews(sessionId: string): void {
  const { tabs, activeKey } = useShells.getState();
  const tab = tabs.find((one) => one.kind === "session" && one.sessionId === sessionId);
  if (tab === undefined || tab.news || tab.key === activeKey) return;
  replaceTab(tab.key, { ...tab, news: true });
}
