import { z } from "zod";
import { DNS_TYPES } from "./dns-types.ts";
import { ERROR_CODES } from "./errors.ts";
import { isHost } from "./host-name.ts";
import { LIMITS } from "./limits.ts";

/** What the two sides talk about. Times are milliseconds since the Unix epoch; durations carry their unit in the name. */

const label = z.string().min(1).max(LIMITS.label);
const id = z.string().min(1).max(100);
const count = z.number().int().nonnegative();

export const lineFault = z.object({ line: z.number().int().positive(), message: z.string() });

export const errorInfo = z.object({
  code: z.enum(ERROR_CODES),
  detail: z.string().optional(),
  lines: z.array(lineFault).optional(),
});

/** A signed-in platform account, the demo cloud, or one imported WireGuard configuration. */
export const account = z.object({
  id,
  kind: z.enum(["platform", "demo", "config"]),
  label,
  /** E-mail or other name the platform knows the user by; null while unknown or for a configuration. */
  viewer: z.string().nullable(),
  /** GraphQL URL of another platform than Fly.io; null for Fly.io, the demo and configurations. */
  endpoint: z.string().nullable(),
  /** Why the account cannot be used at the moment, for example a token that expired. */
  error: errorInfo.nullable(),
});
export type Account = z.infer<typeof account>;

/** A peer of this computer that stayed, or may have, on the platform when its account was signed out. */
export const leftPeer = z.object({
  name: z.string(),
  orgSlug: z.string(),
  /** What the account was called, and its `endpoint`. */
  account: z.string(),
  endpoint: z.string().nullable(),
  at: z.number(),
});
export type LeftPeer = z.infer<typeof leftPeer>;

/** Of which text a page speaks when it changes a configuration. */
export const configRevision = z.string().min(1).max(64);

/** The text of an imported configuration as a page may see it. */
export const shownConfig = z.object({ text: z.string(), revision: configRevision });
export type ShownConfig = z.infer<typeof shownConfig>;

export const organization = z.object({
  id,
  slug: z.string(),
  name: z.string(),
  kind: z.enum(["personal", "shared", "config"]),
});
export type Organization = z.infer<typeof organization>;

export const app = z.object({
  id,
  name: z.string(),
  orgSlug: z.string(),
  status: z.enum(["running", "starting", "stopped", "trouble", "unknown"]),
  /** Custom private network, or null for the organization's default one. */
  network: z.string().nullable(),
});
export type App = z.infer<typeof app>;

export const machine = z.object({
  id,
  name: z.string(),
  region: z.string(),
  /** The platform's own word, for example "started". */
  state: z.string(),
  status: z.enum(["running", "starting", "stopped", "trouble", "unknown"]),
  /** Private address inside the tunnel; null when it has none. */
  address: z.string().nullable(),
});
export type Machine = z.infer<typeof machine>;

/** The one organization that an imported configuration shows. */
export const CONFIG_ORG = "config";

/** How to log in to a host of an imported configuration. Secrets are kept by the host and never come back. */
export const hostLogin = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("password"), password: z.string().min(1).max(1000) }),
  z.object({
    kind: z.literal("key"),
    privateKey: z
      .string()
      .min(1)
      .max(64 * 1024),
    passphrase: z.string().max(1000).optional(),
  }),
]);

export const hostInput = z.object({
  name: label,
  /** Name or address inside the tunnel: no port, and nothing else of an address in the web. */
  host: z.string().max(254).refine(isHost),
  port: z.number().int().min(1).max(65535),
  user: z.string().min(1).max(100),
  login: hostLogin,
});
export type HostInput = z.infer<typeof hostInput>;

/** What a host is to be from now on; "kept" leaves the login that is kept for this address, port and user. */
export const hostChange = hostInput.extend({
  login: z.discriminatedUnion("kind", [...hostLogin.options, z.object({ kind: z.literal("kept") })]),
});
export type HostChange = z.infer<typeof hostChange>;

/** A host as it is kept, without its secrets: of a password only that there is one, of a key what anybody may know. */
export const shownHost = z.object({
  name: z.string(),
  host: z.string(),
  port: z.number().int(),
  user: z.string(),
  /** Null when none can be read. */
  login: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("password") }),
      z.object({ kind: z.literal("key"), type: z.string(), fingerprint: z.string() }),
    ])
    .nullable(),
});
export type ShownHost = z.infer<typeof shownHost>;

export const stageName = z.enum(["machine", "peer", "tunnel", "address", "connection", "login", "shell"]);
export type StageName = z.infer<typeof stageName>;

/** One named step of connecting, in order; shown with its time. */
export const stage = z.object({
  name: stageName,
  state: z.enum(["waiting", "running", "done", "failed"]),
  durationMs: z.number().nonnegative().nullable(),
  /** What is known, for example "gateway 127.0.0.1:51820, answered in 12 ms". */
  detail: z.string().nullable(),
});
export type Stage = z.infer<typeof stage>;

export const hostKeyChange = z.object({
  /** Name under which the key is pinned. */
  alias: z.string(),
  knownFingerprint: z.string(),
  offeredFingerprint: z.string(),
});
export type HostKeyChange = z.infer<typeof hostKeyChange>;

export const target = z.object({
  accountId: id,
  orgSlug: z.string(),
  appName: z.string(),
  machineId: z.string(),
  machineName: z.string(),
  region: z.string(),
});
export type Target = z.infer<typeof target>;

/** A shell: owned by the engine, shown by windows. */
export const session = z.object({
  id,
  target,
  state: z.enum(["connecting", "open", "ended", "failed"]),
  stages: z.array(stage),
  /** Set when ended: the remote's exit status or signal; both null when the server sent neither. */
  exit: z.object({ code: z.number().int().nullable(), signal: z.string().nullable() }).nullable(),
  error: errorInfo.nullable(),
  hostKeyChange: hostKeyChange.nullable(),
  /** Title set by the remote (OSC 0 or 2), or null. */
  remoteTitle: z.string().max(LIMITS.titleLength).nullable(),
  createdAt: z.number(),
  /** From the click to the shell being ready. */
  readyMs: z.number().nullable(),
  /** Set while it is a shell of an earlier run of the program: when the text that it shows was written down, if any was. */
  restored: z.object({ textFrom: z.number().nullable() }).nullable(),
});
export type Session = z.infer<typeof session>;

/** One TCP connection inside a tunnel. Windows are in bytes; bytes are payload, delivered in order or acknowledged. */
export const connectionStats = z.object({
  id,
  local: z.string(),
  remote: z.string(),
  state: z.string(),
  rttMs: z.number().nullable(),
  rttVarMs: z.number().nullable(),
  minRttMs: z.number().nullable(),
  /** How long the oldest segment would be waited for now (RFC 6298). */
  timeoutMs: z.number(),
  congestionWindow: count,
  sendWindow: count,
  receiveWindow: count,
  bytesInFlight: count,
  segmentsIn: count,
  segmentsOut: count,
  retransmits: count,
  /** Retransmissions for which a timer had to fire. */
  timeouts: count,
  /** Segments that came beyond a hole. */
  outOfOrder: count,
  duplicateAcks: count,
  bytesIn: count,
  bytesOut: count,
  openedAt: z.number(),
});
export type ConnectionStats = z.infer<typeof connectionStats>;

/** A packet capture of a tunnel's inside: a pcapng file that only this user can read. */
export const capture = z.object({
  /** "full": it reached its limit and ended whole. */
  state: z.enum(["running", "stopped", "full", "failed"]),
  path: z.string(),
  startedAt: z.number(),
  packets: count,
  /** Packets that the file could not keep up with. */
  dropped: count,
  bytes: count,
  limitBytes: count,
  error: errorInfo.nullable(),
});
export type Capture = z.infer<typeof capture>;

/** Counted for each peer and for the tunnel as a whole. */
const tunnelFigures = {
  handshakesSent: count,
  handshakesReceived: count,
  handshakesCompleted: count,
  /** Given up for want of an answer. */
  handshakesFailed: count,
  bytesIn: count,
  bytesOut: count,
  packetsIn: count,
  packetsOut: count,
  keepalivesIn: count,
  keepalivesOut: count,
} as const;

/** One WireGuard peer of a tunnel. Bytes are those of authentic datagrams, packets those inside; times are Unix ms. */
export const tunnelPeer = z.object({
  publicKey: z.string(),
  /** Where datagrams go at the moment; null before anything is known. */
  endpoint: z.string().nullable(),
  carrier: z.enum(["udp", "websocket"]),
  /** When the key in use was agreed; null without one. */
  sessionSince: z.number().nullable(),
  lastHandshakeAt: z.number().nullable(),
  handshakeRttMs: z.number().nullable(),
  lastReceivedAt: z.number().nullable(),
  ...tunnelFigures,
  /** Packets that waited for a session in vain. */
  waitingDropped: count,
});
export type TunnelPeer = z.infer<typeof tunnelPeer>;

export const tunnel = z.object({
  id,
  accountId: id,
  orgSlug: z.string(),
  network: z.string().nullable(),
  state: z.enum(["connecting", "up", "silent", "failed"]),
  carrier: z.enum(["udp", "websocket"]),
  gateway: z.string(),
  region: z.string().nullable(),
  address: z.string(),
  mtu: count,
  createdAt: z.number(),
  lastHandshakeAt: z.number().nullable(),
  /** Round trip of the last handshake we initiated. */
  handshakeRttMs: z.number().nullable(),
  /** Smoothed round trip of the busiest connection inside; null without one. */
  rttMs: z.number().nullable(),
  ...tunnelFigures,
  /** Proofs of address that we asked for under load, and that were asked of us. */
  cookiesSent: count,
  cookiesReceived: count,
  retransmits: count,
  /** Dropped packets by reason; only reasons that happened. */
  drops: z.record(z.string(), count),
  /** What passed outside, whatever it was: `tunnelFigures` count what was authentic. */
  wire: z.object({
    datagramsIn: count,
    datagramsOut: count,
    /** What the system reported of a socket, as a rule an ICMP error that came for a datagram. */
    receiveErrors: count,
    /** Bursts that the system did not take together, so that they went one by one. */
    refusedBursts: count,
  }),
  peers: z.array(tunnelPeer),
  connections: z.array(connectionStats),
  /** The one that runs, or else the last one; null when there was none. */
  capture: capture.nullable(),
  error: errorInfo.nullable(),
});
export type Tunnel = z.infer<typeof tunnel>;

/** What became of one echo request; `sequence` counts from 1. "silence": nothing came in time. */
export const pingEvent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("reply"), sequence: count, rttMs: z.number(), bytes: count }),
  z.object({ kind: z.literal("duplicate"), sequence: count, rttMs: z.number() }),
  z.object({ kind: z.literal("silence"), sequence: count }),
  z.object({ kind: z.literal("error"), sequence: count, code: z.enum(ERROR_CODES), meaning: z.string() }),
]);
export type PingEvent = z.infer<typeof pingEvent>;

export const pingReport = z.object({
  address: z.string(),
  /** Bytes of data in each request. */
  bytes: count,
  sent: count,
  received: count,
  /** Without an answer, errors included; what still waited at the end counts neither way. */
  lost: count,
  errors: count,
  duplicates: count,
  lossPercent: z.number(),
  rttMs: z.object({ min: z.number(), avg: z.number(), max: z.number(), mdev: z.number() }).nullable(),
  events: z.array(pingEvent),
});
export type PingReport = z.infer<typeof pingReport>;

export const dnsType = z.enum(DNS_TYPES);

/** `data` as a zone file has it, safe to show. */
export const dnsRecord = z.object({ name: z.string(), ttl: count, type: dnsType, data: z.string() });

export const digReport = z.object({
  /** As it was asked: an address has become its reverse name. */
  name: z.string(),
  type: dnsType,
  rcode: z.string(),
  server: z.string(),
  transport: z.enum(["udp", "tcp"]),
  timeMs: z.number(),
  authoritative: z.boolean(),
  answers: z.array(dnsRecord),
  authority: z.array(dnsRecord),
  /** Seconds for which "no such name" or "no such record" holds (RFC 2308). */
  negativeTtl: count.nullable(),
});
export type DigReport = z.infer<typeof digReport>;

export const peer = z.object({
  id,
  name: z.string(),
  region: z.string(),
  address: z.string(),
  publicKey: z.string(),
  network: z.string().nullable(),
  /** Made by this installation, and used by its tunnel. */
  thisComputer: z.boolean(),
  /** Its name says that this computer made it, but this installation does not use it. */
  leftBehind: z.boolean(),
});
export type Peer = z.infer<typeof peer>;

/** Where things are kept: secrets with the system's key store, in a file that only this user may read, or not at all. */
export const securityReport = z.object({
  secrets: z.enum(["keystore", "file", "session"]),
  folder: z.string(),
  captures: z.string(),
});
export type SecurityReport = z.infer<typeof securityReport>;

/** A host key that was trusted on first use. `type` is SSH's name of the algorithm. */
export const knownHostKey = z.object({ alias: z.string(), type: z.string(), fingerprint: z.string() });
export type KnownHostKey = z.infer<typeof knownHostKey>;

export const region = z.object({ code: z.string(), name: z.string() });
export type Region = z.infer<typeof region>;
