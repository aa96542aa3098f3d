import { Tabs } from "@base-ui/react/tabs";
import { CircleUser, Info, Palette, SquareTerminal, Waypoints } from "lucide-react";
import type { ReactNode } from "react";
import { type SettingsSection, showSettings, useWindow } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { AboutPane } from "./AboutPane.tsx";
import { AccountsPane } from "./AccountsPane.tsx";
import { AppearancePane } from "./AppearancePane.tsx";
import { CarrierChoice } from "./CarrierChoice.tsx";
import { TerminalSettings } from "./TerminalSettings.tsx";

const SECTIONS: readonly { value: SettingsSection; icon: ReactNode; pane: ReactNode }[] = [
  { value: "appearance", icon: <Palette className="size-4" />, pane: <AppearancePane /> },
  { value: "terminal", icon: <SquareTerminal className="size-4" />, pane: <TerminalSettings /> },
  { value: "tunnel", icon: <Waypoints className="size-4" />, pane: <CarrierChoice /> },
  { value: "accounts", icon: <CircleUser className="size-4" />, pane: <AccountsPane /> },
  { value: "about", icon: <Info className="size-4" />, pane: <AboutPane /> },
];

/** The settings, a section at a time. */
export function SettingsView() {
  const section = useWindow((state) => state.settingsSection);
  return (
    <Tabs.Root
      orientation="vertical"
      value={section}
      onValueChange={(value) => {
        const next = SECTIONS.find((one) => one.value === value);
        if (next !== undefined) showSettings(next.value);
      }}
      className="flex h-full min-h-0 flex-col sm:flex-row"
    >
      <Tabs.List
        aria-label={strings.settings.sections}
        activateOnFocus
        className="flex shrink-0 gap-1 overflow-x-auto border-b border-line bg-chrome p-2 sm:w-44 sm:flex-col sm:border-r sm:border-b-0"
      >
        {SECTIONS.map(({ value, icon }) => (
          <Tabs.Tab
            key={value}
            value={value}
            className="flex h-7 shrink-0 items-center gap-2 rounded-md px-2 text-text-2 hover:bg-hover data-active:bg-pressed data-active:font-medium data-active:text-text"
          >
            {icon}
            {strings.settings.sectionNames[value]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {SECTIONS.map(({ value, pane }) => (
        <Tabs.Panel
          key={value}
          value={value}
          className="scroll-quiet focus-inset min-h-0 min-w-0 flex-1 overflow-y-auto p-5"
        >
          {pane}
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  );
}
