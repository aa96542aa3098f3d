import { FILTER_ID } from "../../features/apps/FilterField.tsx";
import { showSidebar } from "../../features/frame/sidebar.ts";
import { startLeader } from "../../features/leader/leader-store.ts";
import { openPalette } from "../../features/palette/palette-store.ts";
import { focusNextRegion } from "../../features/regions.ts";
import { showSettings, showView } from "../../state/window-store.ts";
import type { GoCommand } from "../command-ids.ts";
import type { Action } from "../context.ts";

function focusFilter(): void {
  showSidebar("apps");
  requestAnimationFrame(() => document.getElementById(FILTER_ID)?.focus());
}

export const goActions: Record<GoCommand, Action> = {
  palette: { run: () => openPalette("commands") },
  quickOpen: { run: () => openPalette("places") },
  leader: { run: startLeader },
  filterApps: { run: focusFilter },
  nextRegion: { run: focusNextRegion },
  viewApps: { run: () => showView("apps") },
  viewPeers: { run: () => showView("peers") },
  settings: { run: () => showSettings("appearance") },
  keySettings: { run: () => showSettings("keys") },
  help: { run: () => showSettings("keys") },
};
