import type { ErrorCode } from "../../shared/errors.ts";
import type { Account } from "../../shared/models.ts";
import { NEW_PEER } from "./terms.ts";

/** Why it usually happens, for the panel of a shell that could not be opened. */
const causes: Partial<Record<ErrorCode, string>> = {
  unauthorized: "The token has expired or was revoked.",
  forbidden: "The token belongs to another organization, or is limited to deploying.",
  "api-unreachable": "This computer is offline, or a proxy stands in the way.",
  "api-error": "The platform has trouble of its own.",
  "rate-limited": "Many requests were sent with this token in a short time.",
  "peer-rejected": "The organization has as many peers as it may have, or the region is closed.",
  "gateway-unresolved": "This computer has no working DNS at the moment.",
  "gateway-silent": "UDP is blocked on this network, or the gateway does not know this computer's peer.",
  "answer-invalid": "The pre-shared key is another one than the gateway's, or only one side has one.",
  "udp-failed": "A local firewall or another VPN forbids it.",
  "not-allowed": "The configuration's AllowedIPs leave this address out.",
  "name-not-found": "The machine is stopped, or the app has another name.",
  "dns-refused": "The DNS server is responsible for other names only.",
  "dns-timeout": "The tunnel came up a moment ago, or was just lost.",
  "connection-refused": "No SSH server listens on this machine.",
  "connection-reset": "The machine was restarted or stopped.",
  "connection-timeout": "The machine is being stopped, or has no network.",
  "host-unreachable": "The machine was moved or removed.",
  "ssh-auth-failed": "The certificate is not valid for this machine.",
  "host-key-changed": "The machine was rebuilt, or something answers in its place.",
  "machine-stopped": "It was stopped by hand, or stopped itself when it was idle.",
  "machine-gone": "It was destroyed or replaced by a deploy.",
  "no-machines": "All machines are stopped, or the app was never deployed.",
  "file-unwritable": "The folder does not exist, or belongs to someone else.",
  "engine-stopped": "The part of Culvert that carries the network was restarted.",
  "link-lost": "Culvert was closed, or this computer slept.",
};

/** "ssh-auth-failed" of an imported network's host: it has a password or a private key, and no certificate. */
const refusedLogin = "The user name or the password is wrong, or the server does not know the key.";

/** What to do, where that differs with the kind of account; shared/errors.ts has the rest. */
const actions: Partial<Record<ErrorCode, Record<Account["kind"], string>>> = {
  "gateway-silent": {
    platform: `Try again. If it stays silent, choose “${NEW_PEER}” in Peers, or try another network.`,
    demo: `Try again. If it stays silent, choose “${NEW_PEER}” in Peers.`,
    config:
      "Try again. If it stays silent, compare Endpoint and PublicKey with the gateway's, and ask whoever runs it for this computer's peer.",
  },
  "answer-invalid": {
    platform: `Choose “${NEW_PEER}” in Peers.`,
    demo: `Choose “${NEW_PEER}” in Peers.`,
    config:
      "Compare PresharedKey and PublicKey in its configuration with the gateway's. A PresharedKey stands on both sides or on neither.",
  },
  "ssh-auth-failed": {
    platform: "The line above says what the certificate allows. Compare the clocks of this computer and the machine.",
    demo: "The line above says what the certificate allows. Compare the clocks of this computer and the machine.",
    config: "Compare the user name with the server's. For another login, remove the host and add it again.",
  },
  "not-allowed": {
    platform: `Choose “${NEW_PEER}” in Peers.`,
    demo: `Choose “${NEW_PEER}” in Peers.`,
    config: "Check AllowedIPs in the WireGuard configuration.",
  },
};

/** "gateway-silent", where a person allowed one carrier only: what else may be wrong can be told once both are tried. */
const chosenCarrier = {
  cause: (choice: string) => `You chose “${choice}”, and nothing else was tried.`,
  action: (automatic: string) => `Choose “${automatic}” in the status bar's carrier menu, then try again.`,
};

/** "gateway-silent", where the gateway was heard before: it knew this peer, and a carrier has passed. */
const goneGateway = {
  cause: "This computer's network or the gateway went away, or the network blocks it now.",
  actions: {
    platform: `Check this computer's network. The tunnel comes back by itself; if only this gateway stays silent, choose “${NEW_PEER}” in Peers.`,
    demo: `The tunnel comes back by itself. If it stays silent, choose “${NEW_PEER}” in Peers.`,
    config:
      "Check this computer's network, and ask whoever runs the gateway whether it does. The tunnel comes back by itself.",
  } satisfies Record<Account["kind"], string>,
};

/** "no-machines", once the app's machines are known. */
const noMachines = {
  stopped: { cause: "All its machines are stopped.", action: "Start one, then try again." },
  none: { cause: "It has no machines: it was never deployed, or they were destroyed.", action: "Deploy it first." },
};

/** What is added to the sentences of shared/errors.ts. */
export const errorsWords = {
  causes,
  actions,
  chosenCarrier,
  goneGateway,
  noMachines,
  refusedLogin,
} as const;
