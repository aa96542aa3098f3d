import { useEffect } from "react";
import type { Bridge } from "../bridge/bridge.ts";
import { useBridge } from "../bridge/bridge-context.ts";
import { useChangeSettings, useSettings } from "../state/queries.ts";
import { closeTab, openShell, retryTab } from "../state/shell-actions.ts";
import { activateNeighbour, activateTab, activeTab, sessionOf, useShells } from "../state/shell-store.ts";
import { type Command, commandOf, tabNumberOf } from "../state/shortcuts.ts";
import { setFindOpen, showView, toggleSidebar, toggleStats, useWindow } from "../state/window-store.ts";
import { FILTER_ID } from "./apps/FilterField.tsx";
import { focusNextRegion } from "./regions.ts";
import { terminalOf } from "./terminal/open-terminals.ts";

const FONT = { smallest: 8, largest: 32, usual: 13 } as const;

/** Carries out the window's shortcuts, wherever the focus is. */
export function useCommands(): void {
  const bridge = useBridge();
  const { fontSize } = useSettings();
  const { mutate } = useChangeSettings();
  useEffect(() => {
    const setFont = (size: number): void => mutate({ fontSize: Math.min(FONT.largest, Math.max(FONT.smallest, size)) });
    const run: Record<Command, () => void> = {
      ...shellCommands(bridge),
      fontLarger: () => setFont(fontSize + 1),
      fontSmaller: () => setFont(fontSize - 1),
      fontReset: () => setFont(FONT.usual),
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      // A dialog has the keyboard for itself.
      if (event.defaultPrevented || useWindow.getState().overlay.kind !== "none") return;
      const command = commandOf(event);
      const number = tabNumberOf(event);
      if (command !== undefined) run[command]();
      else if (number !== undefined) {
        const tab = useShells.getState().tabs[number - 1];
        if (tab !== undefined) activateTab(tab.key);
      } else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [bridge, fontSize, mutate]);
}

function shellCommands(
  bridge: Bridge,
): Record<Exclude<Command, "fontLarger" | "fontSmaller" | "fontReset">, () => void> {
  const active = () => activeTab(useShells.getState());
  const focusFilter = (): void => {
    useWindow.setState({ sidebarOpen: true });
    requestAnimationFrame(() => document.getElementById(FILTER_ID)?.focus());
  };
  return {
    newShell: () => {
      const tab = active();
      if (tab === undefined) focusFilter();
      else void openShell(bridge, tab.request);
    },
    closeShell: () => {
      const tab = active();
      if (tab !== undefined) closeTab(bridge, tab);
    },
    nextTab: () => activateNeighbour(1),
    previousTab: () => activateNeighbour(-1),
    find: () => setFindOpen(true),
    clear: () => terminalOf(useShells.getState().activeKey)?.clear(),
    settings: () => showView("settings"),
    sidebar: toggleSidebar,
    stats: toggleStats,
    reconnect: () => {
      const tab = active();
      const session = sessionOf(useShells.getState(), tab);
      if (tab !== undefined && session?.state !== "open" && session?.state !== "connecting") void retryTab(bridge, tab);
    },
    filterApps: focusFilter,
    nextRegion: focusNextRegion,
  };
}
