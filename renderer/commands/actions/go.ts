import { FILTER_ID } from "../../features/apps/FilterField.tsx";
import { focusNextRegion } from "../../features/regions.ts";
import { showSettings, showView, useWindow } from "../../state/window-store.ts";
import type { GoCommand } from "../command-ids.ts";
import type { Action } from "../context.ts";
import { notYet } from "./not-yet.ts";

function focusFilter(): void {
  useWindow.setState({ sidebarOpen: true });
  requestAnimationFrame(() => document.getElementById(FILTER_ID)?.focus());
}

export const goActions: Record<GoCommand, Action> = {
  palette: notYet,
  quickOpen: { run: focusFilter },
  leader: notYet,
  filterApps: { run: focusFilter },
  nextRegion: { run: focusNextRegion },
  viewApps: { run: () => showView("apps") },
  viewPeers: { run: () => showView("peers") },
  settings: { run: () => showSettings("appearance") },
  keySettings: { run: () => showSettings("keys") },
  help: { run: () => showSettings("keys") },
};
