import { type Direction, equalised, neighbourOf, panesOf, resizeSplit } from "./layout.ts";
import { frontTab, NO_MARK, replaceTab, type ShellState, type Tab, useShells, withTab } from "./shell-store.ts";

/** What a person does with tabs and panes that asks nothing of the host. */

/** Brings a tab to the front. */
export function activateTab(key: string): void {
  useShells.setState((state) => {
    const tab = state.tabs.find((one) => one.key === key);
    return tab === undefined ? state : { activeKey: key, attended: true, marks: seen(state, tab) };
  });
}

/** By how many places; wraps around. */
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
    return { tabs: rest.toSpliced(toIndex, 0, tab) };
  });
}

/** The keyboard goes to this pane; zoomed or not, the tab stays as it is. */
export function focusPaneKey(paneKey: string): void {
  useShells.setState((state) => {
    const tab = frontTab(state);
    if (tab === undefined || tab.focused === paneKey || !panesOf(tab.root).includes(paneKey)) return state;
    const next = { ...tab, focused: paneKey };
    return { tabs: withTab(state, next), attended: true, marks: seen(state, next) };
  });
}

/** The keyboard goes to the pane beside the focused one, if there is one on that side. */
export function focusPane(direction: Direction): void {
  const tab = frontTab(useShells.getState());
  const next = tab === undefined ? undefined : neighbourOf(tab.root, tab.focused, direction);
  if (next !== undefined) focusPaneKey(next);
}

/** The focused pane alone, or all of them again. */
export function toggleZoom(): void {
  const tab = frontTab(useShells.getState());
  if (tab === undefined || tab.root.kind === "leaf") return;
  const next = { ...tab, zoomed: !tab.zoomed };
  useShells.setState((state) => ({ tabs: withTab(state, next), marks: seen(state, next) }));
}

/** The same size for the panes of each split of the tab in front. */
export function equalisePanes(): void {
  const tab = frontTab(useShells.getState());
  if (tab !== undefined) replaceTab({ ...tab, root: equalised(tab.root) });
}

export function resizePanes(tabKey: string, path: readonly number[], sizes: readonly number[]): void {
  const tab = useShells.getState().tabs.find((one) => one.key === tabKey);
  if (tab !== undefined) replaceTab({ ...tab, root: resizeSplit(tab.root, path, sizes) });
}

/** Marks without what a person has seen, now that this tab is in front. */
function seen(state: ShellState, tab: Tab): ShellState["marks"] {
  const shown = tab.zoomed ? [tab.focused] : panesOf(tab.root);
  let marks = state.marks;
  for (const key of shown) {
    const mark = marks.get(key) ?? NO_MARK;
    if (mark.news || mark.bell) marks = new Map(marks).set(key, { ...mark, news: false, bell: false });
  }
  return marks;
}
