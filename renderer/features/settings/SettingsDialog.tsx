import { Tabs } from "@base-ui/react/tabs";
import { CircleUser, Info, Palette, SquareTerminal, Waypoints } from "lucide-react";
import type { ReactNode } from "react";
import { closeOverlay, type SettingsSection, showOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Modal } from "../../ui/Modal.tsx";
import { AboutPane } from "./AboutPane.tsx";
import { AccountsPane } from "./AccountsPane.tsx";
import { AppearancePane } from "./AppearancePane.tsx";
import { NetworkPane } from "./NetworkPane.tsx";
import { TerminalSettings } from "./TerminalSettings.tsx";

const SECTIONS: readonly { value: SettingsSection; icon: ReactNode; pane: ReactNode }[] = [
  { value: "appearance", icon: <Palette className="size-4" />, pane: <AppearancePane /> },
  { value: "terminal", icon: <SquareTerminal className="size-4" />, pane: <TerminalSettings /> },
  { value: "accounts", icon: <CircleUser className="size-4" />, pane: <AccountsPane /> },
  { value: "peers", icon: <Waypoints className="size-4" />, pane: <NetworkPane /> },
  { value: "about", icon: <Info className="size-4" />, pane: <AboutPane /> },
];

/** The settings over the window, a section at a time. */
export function SettingsDialog({ section }: { section: SettingsSection }) {
  return (
    <Modal open onClose={closeOverlay} title={strings.settings.title} width="wide" tall>
      <Tabs.Root
        orientation="vertical"
        value={section}
        onValueChange={(value) => {
          const next = SECTIONS.find((one) => one.value === value);
          if (next !== undefined) showOverlay({ kind: "settings", section: next.value });
        }}
        className="flex min-h-0 flex-1 flex-col sm:flex-row"
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
    </Modal>
  );
}
