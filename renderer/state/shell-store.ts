import { create } from "zustand";
import type { ErrorInfo } from "../../shared/errors.ts";
import type { ShellRequest } from "../../shared/layout.ts";
import type { Session, Target } from "../../shared/models.ts";
import { type Layout, leaf, panesOf, withoutPane } from "./layout.ts";

export type { ShellRequest } from "../../shared/layout.ts";

/** A place for one shell: first a request, then a session, or the reason why there is none. */
export type Pane = {
  /** Stays the same for the life of the pane. */
  readonly key: string;
  readonly request: ShellRequest;
  /** The name of its shell, also before there is one: asked for again under it, a shell whose answer was lost is no second one. */
  readonly sessionId: string;
} & (
  | { readonly kind: "asking" }
  | { readonly kind: "refused"; readonly error: ErrorInfo }
  | { readonly kind: "session" }
  /**
   * Its session went with an earlier run of the engine; its text may be kept under its name. `lost`: while this page showed
   * it, so that it is to come back by itself.
   */
  | { readonly kind: "restored"; readonly lost: boolean }
);

/** What the program in a pane said about itself, and what happened while nobody looked. */
export interface PaneMark {
  /** Output arrived while the pane was not seen. */
  readonly news: boolean;
  /** It rang while the pane was not seen. */
  readonly bell: boolean;
  /** OSC 9;4: `value` is 0 to 100, and null where the program does not know. */
  readonly progress: {
    readonly state: "normal" | "error" | "paused" | "unknown";
    readonly value: number | null;
  } | null;
  /** OSC 7: the folder the shell is in. */
  readonly cwd: string | null;
  /** OSC 0 and 2. */
  readonly title: string | null;
}

export const NO_MARK: PaneMark = { news: false, bell: false, progress: null, cwd: null, title: null };

export interface Tab {
  readonly key: string;
  readonly root: Layout;
  /** The pane that has, or last had, the keyboard. */
  readonly focused: string;
  /** Only the focused pane is seen. */
  readonly zoomed: boolean;
}

/** What was closed and can be opened again: panes by the keys that they had. */
export interface ClosedTab {
  readonly root: Layout;
  readonly requests: ReadonlyMap<string, ShellRequest>;
  readonly index: number;
  /** The tab that a closed pane was part of, if that has others. */
  readonly from: string | null;
}

export interface ShellState {
  readonly sessions: ReadonlyMap<string, Session>;
  readonly panes: ReadonlyMap<string, Pane>;
  readonly marks: ReadonlyMap<string, PaneMark>;
  readonly tabs: readonly Tab[];
  /** The tab in front. */
  readonly activeKey: string | null;
  /** The last one closed is the last one here. */
  readonly closed: readonly ClosedTab[];
  /** Shells that were closed here, of which the host has not said that it knows. */
  readonly closing: ReadonlySet<string>;
  /** False until the host's sessions were listed for the first time. */
  readonly loaded: boolean;
  /** Which run of the engine the sessions belong to. */
  readonly run: string | null;
  /** A person has turned to some tab or pane: from then on a shell of an earlier run connects when it gets the keyboard. */
  readonly attended: boolean;
  /** Shells were lost with the engine, and nobody has put the note away yet. */
  readonly engineRestarted: boolean;
}

export const NO_SHELLS: ShellState = {
  sessions: new Map(),
  panes: new Map(),
  marks: new Map(),
  tabs: [],
  activeKey: null,
  closed: [],
  closing: new Set(),
  loaded: false,
  run: null,
  attended: false,
  engineRestarted: false,
};

export const useShells = create<ShellState>(() => NO_SHELLS);

const MOST_CLOSED = 20;
let nextKey = 1;

export function newKey(of: "pane" | "tab"): string {
  return `${of}-${nextKey++}`;
}

export function requestOf(target: Target): ShellRequest {
  return {
    accountId: target.accountId,
    orgSlug: target.orgSlug,
    appName: target.appName,
    machine: target.machineId === "" ? null : { id: target.machineId, name: target.machineName, region: target.region },
  };
}

/** With the machine that its shell is on: a shell comes back on that one or not at all (#6). */
export function requestOfPane(state: Pick<ShellState, "sessions">, pane: Pane): ShellRequest {
  const session = pane.kind === "session" ? state.sessions.get(pane.sessionId) : undefined;
  return session === undefined || session.target.machineId === "" ? pane.request : requestOf(session.target);
}

export function sessionPane(session: Session): Pane {
  return { key: session.id, request: requestOf(session.target), kind: "session", sessionId: session.id };
}

export function sessionOf(state: ShellState, pane: Pane | undefined): Session | undefined {
  return pane?.kind === "session" ? state.sessions.get(pane.sessionId) : undefined;
}

export function markOf(state: ShellState, paneKey: string): PaneMark {
  return state.marks.get(paneKey) ?? NO_MARK;
}

export function frontTab(state: ShellState): Tab | undefined {
  return state.tabs.find((tab) => tab.key === state.activeKey);
}

/** The focused pane of the tab in front: what commands are about. */
export function activePane(state: ShellState): Pane | undefined {
  const tab = frontTab(state);
  return tab === undefined ? undefined : state.panes.get(tab.focused);
}

export function tabOfPane(state: ShellState, paneKey: string): Tab | undefined {
  return state.tabs.find((tab) => panesOf(tab.root).includes(paneKey));
}

export function paneOfSession(state: ShellState, sessionId: string): Pane | undefined {
  for (const pane of state.panes.values()) if (pane.kind === "session" && pane.sessionId === sessionId) return pane;
  return undefined;
}

/** Whether a person can see the pane: its tab is in front, and no other pane is zoomed over it. */
export function isSeen(state: ShellState, paneKey: string): boolean {
  const tab = frontTab(state);
  return tab !== undefined && (tab.zoomed ? tab.focused === paneKey : panesOf(tab.root).includes(paneKey));
}

export function putSession(session: Session): void {
  useShells.setState((state) => ({
    sessions: new Map(state.sessions).set(session.id, session),
    panes: panesNamedAs(state.panes, [session]),
  }));
}

/** A host that is called otherwise now is so in the panes of its shells too, wherever that was done. */
export function panesNamedAs(panes: ShellState["panes"], sessions: readonly Session[]): ShellState["panes"] {
  const targets = new Map(sessions.map(({ id, target }) => [id, target]));
  const renamed = [...panes.values()].flatMap((pane): Pane[] => {
    const target = pane.kind === "session" ? targets.get(pane.sessionId) : undefined;
    if (target === undefined || pane.request.appName === target.appName) return [];
    return [{ ...pane, request: requestOf(target) }];
  });
  return renamed.length === 0 ? panes : withPanes(panes, renamed);
}

/** The session is gone: its pane goes with it. */
export function dropSession(sessionId: string): void {
  const pane = paneOfSession(useShells.getState(), sessionId);
  if (pane !== undefined) removePane(pane.key);
  useShells.setState((state) => {
    const sessions = new Map(state.sessions);
    sessions.delete(sessionId);
    return { sessions };
  });
}

/** A new tab with this one pane, in front; at the end, or at `index`. */
export function addTab(pane: Pane, index?: number): void {
  const tab: Tab = { key: newKey("tab"), root: leaf(pane.key), focused: pane.key, zoomed: false };
  putTab(tab, [pane], index);
}

export function putTab(tab: Tab, panes: readonly Pane[], index?: number): void {
  useShells.setState((state) => ({
    panes: withPanes(state.panes, panes),
    tabs: state.tabs.toSpliced(index ?? state.tabs.length, 0, tab),
    activeKey: tab.key,
  }));
}

export function withPanes(before: ShellState["panes"], panes: readonly Pane[]): ShellState["panes"] {
  const next = new Map(before);
  for (const pane of panes) next.set(pane.key, pane);
  return next;
}

/** What the pane is now; nothing when it was closed meanwhile. */
export function replacePane(pane: Pane): void {
  useShells.setState((state) => (state.panes.has(pane.key) ? { panes: withPanes(state.panes, [pane]) } : state));
}

/** The tabs with this one in place of what it was. */
export function withTab(state: ShellState, tab: Tab): ShellState["tabs"] {
  return state.tabs.map((one) => (one.key === tab.key ? tab : one));
}

export function replaceTab(tab: Tab): void {
  useShells.setState((state) => ({ tabs: withTab(state, tab) }));
}

/** Its place goes to its neighbours; the tab goes with its last pane, and a neighbour comes to the front. */
export function removePane(paneKey: string): void {
  useShells.setState((state) => {
    const tab = tabOfPane(state, paneKey);
    if (tab === undefined) return state;
    const root = withoutPane(tab.root, paneKey);
    const left = { panes: omit(state.panes, paneKey), marks: omit(state.marks, paneKey) };
    if (root === null) return { ...left, ...withoutTab(state, tab.key) };
    const at = panesOf(tab.root).indexOf(paneKey);
    const rest = panesOf(root);
    const focused = tab.focused === paneKey ? (rest[Math.min(at, rest.length - 1)] ?? tab.focused) : tab.focused;
    const zoomed = tab.zoomed && tab.focused !== paneKey && rest.length > 1;
    return { ...left, tabs: withTab(state, { ...tab, root, focused, zoomed }) };
  });
}

function withoutTab(state: ShellState, key: string): Pick<ShellState, "tabs" | "activeKey"> {
  const index = state.tabs.findIndex((tab) => tab.key === key);
  const tabs = state.tabs.filter((tab) => tab.key !== key);
  if (state.activeKey !== key) return { tabs, activeKey: state.activeKey };
  return { tabs, activeKey: (tabs[index] ?? tabs[index - 1])?.key ?? null };
}

/** Keeps what is about to be closed, so that it can be opened again. */
export function rememberClosed(closed: ClosedTab): void {
  useShells.setState((state) => ({ closed: [...state.closed, closed].slice(-MOST_CLOSED) }));
}

export function takeClosed(): ClosedTab | undefined {
  const last = useShells.getState().closed.at(-1);
  useShells.setState((state) => ({ closed: state.closed.slice(0, -1) }));
  return last;
}

/** What a pane's terminal has noticed. News and bells of a pane that is seen are none. */
export function setPaneMark(paneKey: string, change: Partial<PaneMark>): void {
  useShells.setState((state) => {
    if (!state.panes.has(paneKey)) return state;
    const before = markOf(state, paneKey);
    const next = { ...before, ...change };
    if (isSeen(state, paneKey)) Object.assign(next, { news: false, bell: false });
    const isSame =
      next.news === before.news &&
      next.bell === before.bell &&
      next.cwd === before.cwd &&
      next.title === before.title &&
      next.progress?.state === before.progress?.state &&
      next.progress?.value === before.progress?.value;
    return isSame ? state : { marks: new Map(state.marks).set(paneKey, next) };
  });
}

function omit<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  if (!map.has(key)) return map;
  const next = new Map(map);
  next.delete(key);
  return next;
}
