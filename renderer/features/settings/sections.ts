import {
  CircleUser,
  Info,
  Keyboard,
  type LucideIcon,
  Palette,
  ShieldCheck,
  SquareTerminal,
  Waypoints,
} from "lucide-react";
import type { ComponentType } from "react";
import type { SettingsSection } from "../../state/window-store.ts";
import { AboutPane } from "./AboutPane.tsx";
import { AccountsPane } from "./AccountsPane.tsx";
import { AppearancePane } from "./AppearancePane.tsx";
import { KeysPane } from "./KeysPane.tsx";
import { SecurityPane } from "./SecurityPane.tsx";
import { TerminalSettings } from "./TerminalSettings.tsx";
import { TunnelPane } from "./TunnelPane.tsx";

interface Section {
  readonly id: SettingsSection;
  readonly icon: LucideIcon;
  /** Made of SettingRow and SettingBlock, so that the search finds what is in it. */
  readonly Pane: ComponentType;
}

export const SECTIONS: readonly Section[] = [
  { id: "appearance", icon: Palette, Pane: AppearancePane },
  { id: "terminal", icon: SquareTerminal, Pane: TerminalSettings },
  { id: "keys", icon: Keyboard, Pane: KeysPane },
  { id: "tunnel", icon: Waypoints, Pane: TunnelPane },
  { id: "accounts", icon: CircleUser, Pane: AccountsPane },
  { id: "security", icon: ShieldCheck, Pane: SecurityPane },
  { id: "about", icon: Info, Pane: AboutPane },
];
