/**
 * Every way in which Culvert can fail, as a closed list: a sentence that says what happened, and what the user can do.
 * Codes cross the bridge and appear in `--json` output, so they are only ever added to.
 */
export const ERRORS = {
  // What the user typed or chose
  "bad-request": ["The window asked for something this version does not know.", "Reload the window."],
  "endpoint-invalid": [
    "This is no address that an access token may be sent to.",
    "Give an https:// address; http:// is for an API on this computer only.",
  ],
  "config-invalid": ["The WireGuard configuration has errors.", "Correct the lines named below, then try again."],
  "config-changed": [
    "The WireGuard configuration was changed elsewhere meanwhile.",
    "Copy your changes, open it again, and make them there.",
  ],
  "config-in-use": [
    "Another culvert command uses this WireGuard configuration.",
    "A WireGuard peer serves one at a time: wait for its end, or make this one a peer, and a file, of its own.",
  ],
  "config-missing": ["The WireGuard configuration could not be read.", "Check the file's name and who may read it."],
  "host-exists": ["There is already a host of that name.", "Choose another name, or remove the host that is there."],
  "login-needed": [
    "No login is kept for this address, port and user.",
    "Type the password anew, or paste the private key.",
  ],
  "not-found": ["That item is no longer there.", "Refresh the list."],
  cancelled: ["Cancelled.", "Start it again when you are ready."],
  // The platform's API
  unauthorized: ["The platform did not accept the access token.", "Sign in again with a new token."],
  forbidden: ["The access token may not do this.", "Use a token with more rights, or ask the organization's owner."],
  "api-unreachable": ["The platform's API could not be reached.", "Check the network connection, then try again."],
  "api-error": [
    "The platform's API answered with an error.",
    "Try again; if it stays, check the endpoint's address and the platform's status page.",
  ],
  "rate-limited": ["The platform asks to slow down.", "Wait a moment, then try again."],
  "peer-rejected": ["The platform did not create the WireGuard peer.", "Look at the peers pane and remove old peers."],
  // The tunnel
  "gateway-unresolved": ["The gateway's name has no address.", "Check DNS on this computer, then try again."],
  "gateway-silent": [
    "The gateway does not answer.",
    "Try again, or try another network; for an imported file, compare Endpoint and PublicKey with the gateway's.",
  ],
  "tunnel-replaced": [
    "The tunnel was closed, because its peer or configuration was changed.",
    "Open the shell again: it goes through the new one.",
  ],
  "peer-removed": [
    "This computer's peer was removed, and its tunnel with it.",
    "Open the shell again: a new peer is made for it.",
  ],
  "answer-invalid": [
    "The gateway answers, but its answer does not check.",
    "Compare PresharedKey and PublicKey with the gateway's; a PresharedKey stands on both sides or on neither.",
  ],
  "udp-failed": ["This computer could not send UDP datagrams.", "Check the network connection and local firewall."],
  "not-allowed": [
    "The address lies outside what the tunnel may reach.",
    "Check AllowedIPs in the WireGuard configuration.",
  ],
  // Inside the tunnel
  "name-not-found": [
    "The name has no address inside the private network.",
    "Check the spelling; stopped machines have no address.",
  ],
  "dns-timeout": ["The private network's DNS server does not answer.", "Try again; the tunnel may have just come up."],
  "dns-failed": ["The private network's DNS server answered with an error.", "Try again in a moment."],
  "dns-refused": [
    "This DNS server does not answer for that name.",
    "Ask for a name of the private network, or for the DNS server that knows this one.",
  ],
  "connection-refused": [
    "The other side refused the connection.",
    "Check that the service runs and listens on this port.",
  ],
  "connection-reset": ["The other side broke off the connection.", "Open it again."],
  "connection-timeout": ["The other side stopped answering.", "Check that the machine runs, then try again."],
  "host-unreachable": ["There is no way to that address.", "Check that the machine runs and the address is right."],
  "too-many-pings": [
    "More pings were asked for than a tunnel sends at one time.",
    "Wait until one has ended, or ask for smaller or fewer requests.",
  ],
  "too-many-lookups": [
    "More names were asked for than a tunnel looks up at one time.",
    "Wait until some are answered, then try again.",
  ],
  // SSH
  "ssh-failed": ["The SSH server and Culvert could not agree.", "Look at the details; the server may be very old."],
  "ssh-auth-failed": [
    "The SSH server did not accept the login.",
    "Check the user name and the key, password or certificate.",
  ],
  "host-key-changed": [
    "The machine shows another host key than before.",
    "If the machine was rebuilt, accept the new key; if not, stop.",
  ],
  "shell-refused": ["The SSH server refused to open a shell.", "The certificate or account may not allow a terminal."],
  "key-invalid": ["The private key could not be read.", "Check the file and its passphrase."],
  // Machines
  "machine-stopped": ["The machine is stopped.", "Start it, or choose another one."],
  "machine-gone": ["The machine no longer exists.", "Refresh the list and choose another one."],
  "no-machines": ["The app has no running machine.", "Start or deploy one first."],
  "too-many-shells": ["There are too many open shells.", "Close some that you no longer need."],
  // This computer
  storage: ["Culvert could not read or write its files.", "Check free space and permissions of its folder."],
  "file-exists": ["There is a file of that name already.", "Choose another name; Culvert never replaces a file."],
  "file-unwritable": [
    "The file could not be written.",
    "Name a new file in a folder that exists and that you may write to.",
  ],
  "disk-full": ["The disk, or your share of it, is full.", "Free space, then start again."],
  "captures-full": [
    "The folder of packet captures is full.",
    "Remove captures that you no longer need from it, then start again.",
  ],
  "already-running": ["Culvert already runs with this profile.", "Use the one that runs, or stop it first."],
  "port-in-use": ["The port is in use on this computer.", "Choose another port, or close the program that holds it."],
  "engine-stopped": [
    "The engine stopped and was started again.",
    "Open the shell again; please report this if it repeats.",
  ],
  "link-lost": ["The window lost its connection to Culvert.", "It reconnects by itself; if not, start Culvert again."],
  internal: ["Something went wrong inside Culvert.", "Try again; please report this with the details below."],
} as const satisfies Record<string, readonly [sentence: string, action: string]>;

export type ErrorCode = keyof typeof ERRORS;

export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** An error as data: what crosses the bridge. `detail` holds this case's facts and never a secret. */
export interface ErrorInfo {
  code: ErrorCode;
  detail?: string | undefined;
  /** For config-invalid: what is wrong, by line. */
  lines?: { line: number; message: string }[] | undefined;
}

export function sentenceFor(code: ErrorCode): string {
  return ERRORS[code][0];
}

export function actionFor(code: ErrorCode): string {
  return ERRORS[code][1];
}
