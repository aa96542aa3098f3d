import type { Account } from "../../shared/models.ts";
import { plural } from "./plural.ts";

const accountKinds: Record<Account["kind"], string> = {
  platform: "Signed in with an access token",
  demo: "Runs on this computer",
  config: "Imported WireGuard configuration",
};

const removeTexts: Record<Account["kind"], string> = {
  platform:
    "Its shells and tunnels are closed, this computer's peers are removed from the platform where that is possible, and its token is forgotten.",
  demo: "Its shells and tunnels are closed, and the demo network ends. It can be started again at any time.",
  config:
    "Its shells and tunnel are closed. The configuration, its keys, and its hosts with their logins are forgotten on this computer.",
};

/** Accounts, and the tree of apps and machines. */
export const appsWords = {
  accounts: {
    menu: "Accounts",
    title: "Accounts and networks",
    words: ["sign in", "sign out", "token", "import", "configuration", "WireGuard", "demo"],
    demo: "Demo",
    trouble: "Needs attention",
    troubleWith: (label: string) => `${label} needs attention`,
    signInAgain: "Sign in again",
    kinds: accountKinds,
    none: "No account yet.",
    remove: (kind: Account["kind"]) => (kind === "platform" ? "Sign out" : "Remove"),
    removeTitle: (kind: Account["kind"], label: string) =>
      kind === "platform" ? `Sign out ${label}?` : `Remove ${label}?`,
    removeTexts,
    removingPeers: "Removing this computer's peers from the platform…",
    leaveText: "If you leave them, they stay there until someone removes them.",
    leavePeers: "Leave them",
  },
  tree: {
    landmark: "Apps",
    label: "Apps and machines",
    filter: "Filter apps and machines",
    noMatch: "Nothing matches the filter.",
    account: (label: string) => `Account ${label}`,
    organization: (name: string) => `Organization ${name}`,
    machines: (count: number) => plural(count, "machine", "machines"),
    chooseMachine: (count: number) => `${count} machines: choose one`,
    asking: {
      organizations: (account: string) => `Asking for the organizations of ${account}…`,
      apps: (org: string) => `Asking for the apps of ${org}…`,
      hosts: (network: string) => `Reading the hosts of ${network}…`,
      machines: (app: string) => `Asking for the machines of ${app}…`,
    },
    cancelled: "Cancelled.",
    stale: (reason: string) => `An older list: asking again failed. Enter tries again. ${reason}`,
    failed: (reason: string) => `Could not be loaded. Enter tries again. ${reason}`,
    empty: {
      organizations: "No organizations.",
      apps: "No apps here. Deploy one, or look in another organization.",
      hosts: "No hosts yet.",
      machines: "No machines.",
    },
    addHost: "Add a host…",
    editHost: "Edit host…",
    removeHost: "Remove host…",
    openShell: "Open shell",
    openRight: "Open shell at the right",
    openBelow: "Open shell below",
    shellOn: "Open shell on a machine…",
    copySsh: "Copy ssh command",
    copyStart: "Copy command that starts it",
    copyName: "Copy app name",
    copyId: "Copy machine id",
    copyAddress: "Copy private address",
    peers: "Peers…",
    manageAccount: "Manage account…",
    rename: "Rename…",
  },
  rename: {
    title: (name: string) => `Rename ${name}`,
    text: "Its tunnel and shells stay open.",
    empty: "Give it a name.",
    taken: "Another network has this name. A number will stand behind it.",
    submit: "Rename",
    renamed: (name: string) => `The network is now called ${name}.`,
  },
  marks: {
    pinned: "Pinned",
    pin: "Pin",
    unpin: "Unpin",
    colour: "Colour",
    colours: {
      none: "None",
      red: "Red",
      orange: "Orange",
      yellow: "Yellow",
      green: "Green",
      blue: "Blue",
      purple: "Purple",
    },
    production: "Mark as production",
    productionShort: "prod",
    used: (age: string) => `shell opened ${age} ago`,
  },
  machines: {
    title: (app: string) => `Open a shell on ${app}`,
    text: "Choose a machine.",
    lastStopped: "The machine that you used last does not run. Choose another one.",
    usedLast: "used last",
  },
} as const;
