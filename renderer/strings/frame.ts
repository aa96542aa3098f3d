import type { App, Tunnel } from "../../shared/models.ts";

const tunnelStates: Record<Tunnel["state"], string> = {
  connecting: "Tunnel connecting",
  up: "Tunnel up",
  silent: "Gateway silent",
  failed: "Tunnel failed",
};

/** A carrier that this window does not know yet is shown by the host's own word. */
const carriers: Readonly<Record<string, string>> = { udp: "UDP", websocket: "WebSocket" };

/** "silent": of a shell whose tunnel carries nothing. */
const status: Record<App["status"] | "silent", string> = {
  running: "running",
  starting: "starting",
  stopped: "stopped",
  silent: "gateway silent",
  trouble: "trouble",
  unknown: "unknown",
};

/** The window itself: its commands, its bars, and what is said of its link to the host. */
export const frameWords = {
  tunnelStates,
  carriers,
  status,
  locale: "en",
  common: {
    asOf: (age: string) => `As it was ${age} ago.`,
    cancel: "Cancel",
    clear: "Clear",
    clearFilter: "Clear filter",
    close: "Close",
    copied: "Copied",
    copyDetails: "Copy details",
    details: "Details",
    loading: "Loading…",
    refresh: "Refresh",
    retry: "Retry",
    typeName: (name: string) => `Type ${name} to go on`,
  },
  deepLink: {
    title: "Open a shell?",
    text: "A link from outside of Culvert asks for it.",
    organization: "Organization",
    app: "App",
    machine: "Machine",
    account: "Account",
    show: "Show in the list",
    unknownOrganization: "None of your accounts has this organization.",
    unknownApp: "The organization has no such app.",
    unknownMachine: "The app has no such machine.",
    lost: "Nothing to open",
    lostText: "This link leads nowhere that Culvert knows.",
  },
  tour: {
    title: "Try the demo",
    progress: (done: number, all: number) => `${done} of ${all}`,
    dismiss: "Put the tour away",
    done: "done",
    allDone: "That is all. The demo stays as long as you like.",
    steps: {
      shell: "Open a shell: click an app",
      split: "Split it",
      find: "Search for anything",
      stats: "Look at the stats",
      capture: "Capture packets, in the stats",
    },
  },
  link: {
    offline: "This computer is offline.",
    offlineText: "Shells keep their text and go on when the network is back.",
    lost: "The connection to Culvert was lost.",
    lostText: "Shells go on meanwhile; this page reconnects by itself.",
    gone: "Culvert is not running any more.",
    goneText: "Start it again and open the address that it prints.",
    silent: "Culvert does not answer.",
    silentText: "What you see may be old, and what you type waits. If it stays so, quit Culvert and start it again.",
    answers: "Culvert answers again.",
    engineSilent: "The engine does not answer.",
    engineSilentText: "Shells stand still, and what you type waits. After a restart they connect anew.",
    engineAnswers: "The engine answers again.",
    restartEngine: "Restart it",
    tryNow: "Try now",
    back: "The connection to Culvert is back.",
    waiting: "Waiting for Culvert…",
    locked: "This address was opened without its key.",
    lockedText: "Run culvert serve again and open the address that it prints. Shells that are still open go on.",
  },
  announce: {
    open: (name: string) => `Shell open: ${name}`,
    ended: (name: string) => `Shell ended: ${name}`,
    failed: (name: string, reason: string) => `Shell failed: ${name}. ${reason}`,
    production: (app: string) => `Marked as production: ${app}`,
    notProduction: (app: string) => `No longer marked as production: ${app}`,
  },
  views: {
    label: "Views",
    apps: "Apps",
    peers: "Peers",
    settings: "Settings",
  },
  workspace: {
    shells: "Shells",
    resizeSidebar: "Resize sidebar",
    resizeStats: "Resize network stats",
  },
} as const;
