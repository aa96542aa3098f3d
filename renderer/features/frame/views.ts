import { LayoutGrid, type LucideIcon, Settings, Waypoints } from "lucide-react";
import type { ComponentType } from "react";
import type { CommandId } from "../../commands/command-ids.ts";
import type { ViewId } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { latePart } from "../../ui/late-part.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { Sidebar } from "../apps/Sidebar.tsx";
import { useAccountTrouble, useTunnelTrouble } from "./trouble.ts";

/**
 * A view of the activity rail. One with a Main takes the place of the shells, which go on unseen behind it; one with only a
 * Sidebar stands beside them.
 */
export interface View {
  readonly id: ViewId;
  readonly title: string;
  readonly icon: LucideIcon;
  /** Shows the view; its keys stand in the tooltip. */
  readonly command: CommandId;
  readonly Sidebar?: ComponentType;
  readonly Main?: ComponentType;
  /** A hook: what is wrong there, in a few words for its badge, or null. */
  readonly useTrouble?: () => string | null;
  /** Stands at the foot of the rail. */
  readonly last?: boolean;
}

/** The rail from top to bottom. A new view is a line here, its id in state/window-store.ts, and a folder in features/. */
export const VIEWS: readonly View[] = [
  {
    id: "apps",
    title: strings.views.apps,
    icon: LayoutGrid,
    command: "viewApps",
    Sidebar,
    useTrouble: useAccountTrouble,
  },
  {
    id: "peers",
    title: strings.views.peers,
    icon: Waypoints,
    command: "viewPeers",
    Main: latePart(async () => (await import("../late.ts")).PeersView, Skeleton),
    useTrouble: useTunnelTrouble,
  },
  {
    id: "settings",
    title: strings.views.settings,
    icon: Settings,
    command: "settings",
    Main: latePart(async () => (await import("../late.ts")).SettingsView, Skeleton),
    last: true,
  },
];

export function viewOf(id: ViewId): View {
  const view = VIEWS.find((one) => one.id === id);
  if (view === undefined) throw new Error(`no view ${id}`);
  return view;
}
