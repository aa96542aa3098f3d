import { keptSessionId, type SavedLayout, type SavedNode, type SavedPane, type SavedTab } from "../../shared/layout.ts";
import type { Session } from "../../shared/models.ts";
import { type Layout, leaf, panesOf, splitOf } from "./layout.ts";
import { newKey, type Pane, requestOfPane, type ShellState, sessionPane, type Tab } from "./shell-store.ts";

/** Between the tabs of this window and the form in which they are kept. */

/** A saved size is at least this. */
const LEAST_SIZE = 0.001;

type Arranged = Pick<ShellState, "tabs" | "panes" | "sessions" | "activeKey">;

export function toSaved(state: Arranged): SavedLayout {
  const front = state.tabs.findIndex(({ key }) => key === state.activeKey);
  return { version: 1, active: front === -1 ? null : front, tabs: state.tabs.map((tab) => savedTab(tab, state)) };
}

function savedTab(tab: Tab, state: Arranged): SavedTab {
  return {
    nodes: nodesOf(tab.root, state),
    focused: Math.max(0, panesOf(tab.root).indexOf(tab.focused)),
    zoomed: tab.zoomed,
  };
}

function nodesOf(layout: Layout, state: Arranged): SavedNode[] {
  if (layout.kind === "leaf") {
    const pane = state.panes.get(layout.pane);
    return pane === undefined ? [] : [{ pane: savedPane(pane, state) }];
  }
  const sizes = layout.sizes.map((size) => Math.min(1, Math.max(LEAST_SIZE, size)));
  return [{ split: layout.kind, sizes }, ...layout.children.flatMap((child) => nodesOf(child, state))];
}

function savedPane(pane: Pane, state: Arranged): SavedPane {
  const request = requestOfPane(state, pane);
  const { sessionId } = pane;
  return { request, sessionId: keptSessionId.safeParse(sessionId).success ? sessionId : null };
}

interface Arrangement {
  readonly tabs: readonly Tab[];
  readonly panes: readonly Pane[];
  readonly activeKey: string | null;
}

/**
 * The tabs of a layout over the sessions that there are. A session that is gone comes back as text when `restore` is on, and
 * not at all when it is off; a session that the layout does not name gets a tab of its own behind the others.
 */
export function fromSaved(layout: SavedLayout | null, list: readonly Session[], restore: boolean): Arrangement {
  const left = new Map([...list].sort((a, b) => a.createdAt - b.createdAt).map((session) => [session.id, session]));
  const panes: Pane[] = [];
  const known = new Set<string>();
  const paneOf = (saved: SavedPane): Pane | null => {
    const id = saved.sessionId ?? crypto.randomUUID();
    if (known.has(id)) return null;
    known.add(id);
    const session = left.get(id);
    left.delete(id);
    if (session !== undefined) return sessionPane(session);
    return restore ? { key: id, request: saved.request, kind: "restored", sessionId: id, lost: false } : null;
  };
  const tabs = (layout?.tabs ?? []).map((saved): Tab | null => {
    const order: (string | null)[] = [];
    const root = rootOf(saved.nodes, (one) => {
      const pane = paneOf(one);
      order.push(pane?.key ?? null);
      if (pane !== null) panes.push(pane);
      return pane?.key ?? null;
    });
    if (root === null) return null;
    const focused = order[saved.focused] ?? panesOf(root)[0] ?? "";
    return { key: newKey("tab"), root, focused, zoomed: saved.zoomed && root.kind !== "leaf" };
  });
  const others = [...left.values()].map((session): Tab => {
    const pane = sessionPane(session);
    panes.push(pane);
    return { key: newKey("tab"), root: leaf(pane.key), focused: pane.key, zoomed: false };
  });
  const kept = tabs.filter((tab) => tab !== null);
  const front = layout?.active == null ? undefined : tabs[layout.active];
  const all = [...kept, ...others];
  return { tabs: all, panes, activeKey: (front ?? all.at(-1))?.key ?? null };
}

/** The tree of a flat list, whose form the schema has checked; null when none of its panes is there. */
function rootOf(nodes: readonly SavedNode[], place: (pane: SavedPane) => string | null): Layout | null {
  let at = 0;
  const next = (): Layout | null => {
    const node = nodes[at++];
    if (node === undefined) return null;
    if ("pane" in node) {
      const pane = place(node.pane);
      return pane === null ? null : leaf(pane);
    }
    const parts = node.sizes.flatMap((size) => {
      const child = next();
      return child === null ? [] : [{ size, child }];
    });
    return splitOf(node.split, parts);
  };
  return next();
}
