import { NEW_PEER } from "./terms.ts";

/** WireGuard peers. */
export const peersWords = {
  peers: {
    nameAndAddress: "Name and address",
    text: "Each computer reaches an organization through a WireGuard peer of its own. Old ones can be removed here.",
    organization: "Organization",
    table: "WireGuard peers",
    region: "Region",
    publicKey: "Public key",
    actions: "Actions",
    thisComputer: "This computer",
    none: "No peers in this organization.",
    noneText: "One is made for this computer with the first shell.",
    noAccount: "Peers belong to an account.",
    noAccountText: "An imported configuration is one fixed peer, and cannot list others.",
    create: NEW_PEER,
    open: "Open Peers",
    createTitle: "Make a new peer for this computer?",
    createText:
      "The organization's tunnel moves to the new peer. Open shells survive if the gateway is quick; they may also break.",
    createConfirm: "Make peer",
    regionHint: "Leave empty for the nearest gateway.",
    nearest: (name: string, code: string) => `Leave empty for the nearest gateway: ${name} (${code}).`,
    copyKey: (name: string) => `Copy public key of ${name}`,
    remove: (name: string) => `Remove ${name}`,
    removeTitle: (name: string) => `Remove the peer ${name}?`,
    removeOwn: "This computer uses it: its tunnel and shells break, and a new peer is made with the next shell.",
    removeOther: "Whatever computer uses it loses its way into the organization at once. This cannot be undone.",
    removeConfirm: "Remove peer",
  },
} as const;
