import { FILTER_ID } from "../../features/apps/FilterField.tsx";
import { coversShells, showSidebar } from "../../features/frame/sidebar.ts";
import { enterView } from "../../features/frame/view-focus.ts";
import { startLeader } from "../../features/leader/leader-store.ts";
import { openPalette } from "../../features/palette/palette-store.ts";
import { focusNextRegion } from "../../features/regions.ts";
import { type SettingsSection, showSettings, showView, useWindow } from "../../state/window-store.ts";
import type { GoCommand } from "../command-ids.ts";
import type { Action } from "../context.ts";
import { focusedElement } from "../focus-back.ts";

function focusFilter(): void {
  showSidebar("apps");
  requestAnimationFrame(() => document.getElementById(FILTER_ID)?.focus());
}

/** With the sidebar, folded or not; from another view the keyboard comes back as well. */
function showApps(): void {
  if (coversShells(useWindow.getState())) focusedElement()?.blur();
  showSidebar("apps");
}

function settings(section: SettingsSection): Action {
  return { run: () => enterView(() => showSettings(section)) };
}

export const goActions: Record<GoCommand, Action> = {
  palette: { run: () => openPalette("commands") },
  quickOpen: { run: () => openPalette("places") },
  leader: { run: startLeader },
  filterApps: { run: focusFilter },
  nextRegion: { run: focusNextRegion },
  viewApps: { run: showApps },
  viewPeers: { run: () => enterView(() => showView("peers")) },
  settings: settings("appearance"),
  keySettings: settings("keys"),
  help: settings("keys"),
};
