import { setDrawerOpen, showView, useWindow, type ViewId } from "../../state/window-store.ts";
import { VIEWS, viewOf } from "./views.ts";

type WindowState = ReturnType<typeof useWindow.getState>;

/** Whether the view in front has a sidebar at all. */
export function hasSidebar({ view }: Pick<WindowState, "view">): boolean {
  return viewOf(view).Sidebar !== undefined;
}

/** Whether a sidebar can be seen: beside the view, or over it in a narrow window. */
export function isSidebarShown(state: WindowState): boolean {
  return hasSidebar(state) && (state.narrow ? state.drawerOpen : state.sidebarOpen);
}

/** Brings a view with a sidebar to the front and opens it, as a drawer where there is no room for it. */
export function showSidebar(view: ViewId): void {
  useWindow.setState(({ narrow }) => (narrow ? { view, drawerOpen: true } : { view, sidebarOpen: true }));
}

/** Opens or folds the sidebar of the view in front; from a view without one it leads to the first that has one. */
export function toggleSidebar(): void {
  const state = useWindow.getState();
  const { narrow, drawerOpen, sidebarOpen } = state;
  if (hasSidebar(state)) useWindow.setState(narrow ? { drawerOpen: !drawerOpen } : { sidebarOpen: !sidebarOpen });
  else {
    const first = VIEWS.find(({ Sidebar }) => Sidebar !== undefined);
    if (first !== undefined) showSidebar(first.id);
  }
}

/** Whether the view in front has the place of the shells. */
export function coversShells({ view }: Pick<WindowState, "view">): boolean {
  return viewOf(view).Main !== undefined;
}

/** Whether a person sees the shells: neither a view nor the stats of a short window lie over them. */
export function areShellsSeen(): boolean {
  const state = useWindow.getState();
  return !coversShells(state) && !(state.short && state.statsOpen);
}

/** Shells are seen beside a view that has no Main of its own; from any other this leads to the first such view. */
export function showShells(): void {
  if (coversShells(useWindow.getState())) {
    const beside = VIEWS.find(({ Main }) => Main === undefined);
    if (beside !== undefined) showView(beside.id);
  }
  setDrawerOpen(false);
}
