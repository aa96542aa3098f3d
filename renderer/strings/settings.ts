import type { SettingsSection } from "../state/window-store.ts";

const sectionNames: Record<SettingsSection, string> = {
  appearance: "Appearance",
  terminal: "Terminal",
  keys: "Keys",
  tunnel: "Tunnel",
  accounts: "Accounts",
  security: "Security",
  about: "About",
};

/** Settings. */
export const settingsWords = {
  settings: {
    title: "Settings",
    open: "Settings…",
    sections: "Sections",
    sectionNames,
    theme: "Theme",
    themeHint: "Of the window and of the terminals.",
    themes: { system: "System", light: "Light", dark: "Dark" },
    sample: "How a terminal looks",
    fontSize: "Text size",
    fontSizeHint: "Of the terminals, in pixels.",
    cursorBlink: "Blinking cursor",
    scrollback: "Scrollback",
    scrollbackHint: "Lines that a terminal keeps.",
    screenReader: "Screen reader",
    screenReaderHint: "Gives terminals a text that can be read aloud. Large output is slower with it.",
    carrier: "Carrier",
    carrierHint: "Of tunnels to gateways that speak both. Automatic takes the one that answers.",
    carriers: { auto: "Automatic", udp: "UDP", websocket: "WebSocket" },
    less: (name: string) => `${name}: less`,
    more: (name: string) => `${name}: more`,
    version: (version: string) => `Version ${version}`,
    editions: { desktop: "desktop edition", browser: "browser edition" },
    privacy:
      "WireGuard and TCP/IP run inside this program, without root and without a system VPN. There is no telemetry.",
    keys: "Keyboard",
  },
} as const;
