import { z } from "zod";
import type { ErrorInfo } from "./errors.ts";
import { keptSessionId, savedLayout, shellRequest } from "./layout.ts";
import { LIMITS } from "./limits.ts";
import * as m from "./models.ts";
import { networkEvent } from "./network-events.ts";
import { settings } from "./settings.ts";

/**
 * Everything a window can ask of the host, and everything the host tells a window. One table: the router answers only
 * names that stand here, validates each request before and each answer after, and both editions use it unchanged.
 */

const id = z.string().min(1).max(100);
const name = z.string().min(1).max(LIMITS.label);
/** A name or an address inside of a tunnel. */
const hostName = z.string().min(1).max(253);
const hostKeyAlias = z.string().min(1).max(300);
const cells = z.number().int().min(1).max(LIMITS.terminalCells);
const nothing = z.object({}).strict();
const done = z.object({});
const org = z.object({ accountId: id, orgSlug: name }).strict();

function call<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): { input: I; output: O } {
  return { input, output };
}

export const CALLS = {
  "app.info": call(
    nothing,
    z.object({
      version: z.string(),
      edition: z.enum(["desktop", "browser"]),
      platform: z.string(),
      demoRunning: z.boolean(),
    }),
  ),

  /**
   * Ends an engine that does not answer (`engine.silence`) and starts another: shells are lost as when it dies, and so is the
   * window's link. One that answers is left alone.
   */
  "engine.restart": call(nothing, done),

  /** Where secrets and files are kept on this computer. */
  "security.report": call(nothing, m.securityReport),
  "hostKeys.list": call(nothing, z.array(m.knownHostKey)),
  /**
   * Forgets the pinned keys of a host: the next login trusts the key that is shown then. Fails with not-found unless the
   * fingerprint is that of a key pinned for it: a person gives up the key they saw, no other.
   */
  "hostKeys.forget": call(z.object({ alias: hostKeyAlias, fingerprint: z.string().max(200) }).strict(), done),

  /** The deep link that was opened and that no window has taken yet, once; null when there is none. */
  "links.take": call(nothing, z.string().max(LIMITS.deepLink).nullable()),

  /**
   * The tabs and panes that were set last, or null. `run` changes when the shells of before are gone; `restore`: whether what
   * the layout names is to come back without them.
   */
  "layout.get": call(nothing, z.object({ layout: savedLayout.nullable(), run: z.string(), restore: z.boolean() })),
  "layout.set": call(z.object({ layout: savedLayout }).strict(), done),

  "settings.get": call(nothing, settings),
  "settings.set": call(settings.partial().strict(), settings),

  "accounts.list": call(nothing, z.array(m.account)),
  /** Checks the token with the platform before it is kept. Fails with endpoint-invalid for an address that must not get it. */
  "accounts.signIn": call(
    z
      .object({
        token: z
          .string()
          .min(1)
          .max(64 * 1024),
        /** Judged by the host (`api-endpoint.ts`), which says what is wrong with it. */
        endpoint: z.string().min(1).max(LIMITS.apiEndpoint).optional(),
      })
      .strict(),
    m.account,
  ),
  /** Starts the demo cloud on loopback when it does not run, and signs in to it. */
  "accounts.startDemo": call(nothing, m.account),
  /**
   * What importing this text would find wrong with it, line by line; empty when it would be taken. Keeps nothing. `more`: faults
   * beyond the first hundred. With accountId: what changing that configuration to it would; `reconnects` is true when that would
   * close its open tunnel.
   */
  "accounts.checkConfig": call(
    z.object({ text: z.string().max(LIMITS.configText), accountId: id.optional() }).strict(),
    z.object({
      faults: z.array(m.lineFault),
      more: z.number().int().positive().optional(),
      reconnects: z.boolean().optional(),
    }),
  ),
  /**
   * Fails with config-invalid and the lines at fault; nothing is kept then. The label gets a number ("Office 2") where another
   * account is called so already, and keeps it.
   */
  "accounts.importConfig": call(z.object({ label: name, text: z.string().max(LIMITS.configText) }).strict(), m.account),
  /**
   * Calls an imported configuration otherwise, with a number where another account is called so already. Its tunnel and shells
   * stay; a capture and the log keep the old name until the tunnel is opened anew.
   */
  "accounts.rename": call(z.object({ accountId: id, label: name }).strict(), m.account),
  /** The text of an imported configuration, a placeholder such as "(kept 1)" in the place of each of its keys. */
  "accounts.readConfig": call(z.object({ accountId: id }).strict(), m.shownConfig),
  /**
   * Changes it to this text, in which a placeholder of readConfig stands for the key that is kept. Closes its tunnel if what is
   * applied changes: its shells are lost then. Fails with config-invalid and the lines at fault, or with config-changed when
   * `revision` is not that of the text kept now; nothing is changed then.
   */
  "accounts.changeConfig": call(
    z.object({ accountId: id, text: z.string().max(LIMITS.configText), revision: m.configRevision }).strict(),
    m.shownConfig,
  ),
  /**
   * The whole file, its keys included, for a person who asked for it. The one call that answers with a secret: a file is
   * what leaves the program, and both editions write it by the browser's own way.
   */
  "accounts.exportConfig": call(z.object({ accountId: id }).strict(), z.object({ text: z.string() })),
  /** Closes its shells and tunnels, removes this computer's peers from the platform where it can, forgets its secrets. */
  /**
   * Signs out: what is on this computer goes in any case, its peers on the platform where that does them in bounded time. Answers
   * with those that stayed, or may have.
   */
  "accounts.remove": call(z.object({ accountId: id }).strict(), z.object({ peersLeft: z.array(m.leftPeer) })),
  /** The platform is waited for no longer by a removal of this account that goes on. */
  "accounts.leavePeers": call(z.object({ accountId: id }).strict(), done),

  "organizations.list": call(z.object({ accountId: id }).strict(), z.array(m.organization)),
  "apps.list": call(org, z.array(m.app)),
  "machines.list": call(org.extend({ appName: name }), z.array(m.machine)),
  /** Adds a host to an imported configuration; it appears there as an app with one machine. */
  "hosts.add": call(z.object({ accountId: id, host: m.hostInput }).strict(), m.app),
  /** A host without its password or key: what can be changed of it. */
  "hosts.read": call(z.object({ accountId: id, appName: name }).strict(), m.shownHost),
  /**
   * Changes a host in place. Fails with host-exists when another one is called so, and with login-needed when the login is to be
   * kept but address, port or user are not those that it was given for; nothing is changed then. Its shells stay, and are told
   * of under its new name.
   */
  "hosts.change": call(z.object({ accountId: id, appName: name, host: m.hostChange }).strict(), m.app),
  "hosts.remove": call(z.object({ accountId: id, appName: name }).strict(), done),

  "sessions.list": call(nothing, z.array(m.session)),
  /**
   * Without machineId: the app's first running machine. Returns at once; progress comes as session.changed events. A page
   * names the shell, so that it can ask again when the answer was lost: one of that name that is there is answered as it is.
   */
  "sessions.open": call(
    org.extend({
      appName: name,
      machineId: id.optional(),
      sessionId: keptSessionId.optional(),
      columns: cells,
      rows: cells,
    }),
    m.session,
  ),
  /**
   * A session of an earlier run, under its own name and with the text that was kept of it; `sessions.reopen` connects it.
   * Answers the session as it is when it is there already.
   */
  "sessions.restore": call(
    z.object({ sessionId: keptSessionId, request: shellRequest, columns: cells, rows: cells }).strict(),
    m.session,
  ),
  /** Connects a failed or ended session again, in place. */
  "sessions.reopen": call(z.object({ sessionId: id }).strict(), m.session),
  "sessions.close": call(z.object({ sessionId: id }).strict(), done),
  "sessions.resize": call(z.object({ sessionId: id, columns: cells, rows: cells }).strict(), done),
  /** Replaces the pinned key after a host-key-changed failure; the fingerprint must be the one that was offered. */
  "sessions.acceptHostKey": call(z.object({ sessionId: id, offeredFingerprint: z.string().max(200) }).strict(), done),
  /**
   * Shows this session in this window: frames for `channel` follow (see terminal-frames.ts), the first a snapshot of the
   * screen. A session is shown in one window at a time; the window that had it gets a detached frame. One that is over stays
   * in the window that has it: another gets the snapshot, and then a detached frame itself.
   */
  "sessions.attach": call(
    z.object({ sessionId: id, columns: cells, rows: cells }).strict(),
    z.object({ channel: z.number().int() }),
  ),

  "tunnels.list": call(nothing, z.array(m.tunnel)),
  /**
   * Sends a tunnels.changed event at once and then about every second until the window goes or asks with `on: false`. Not
   * `closely`, quiet seconds are left out: then one comes after four, eight and from then on each twelve seconds.
   */
  "tunnels.watch": call(z.object({ on: z.boolean(), closely: z.boolean().optional() }).strict(), done),
  /** What happened to tunnels and shells since the engine started, the oldest first; what follows comes as tunnels.event. */
  "tunnels.events": call(nothing, z.array(networkEvent)),
  /** New sockets, the gateway's name looked up, a handshake at once. Answers once the gateway has; fails with gateway-silent. */
  "tunnels.retry": call(z.object({ tunnelId: id }).strict(), done),
  /**
   * Writes what passes inside of the tunnel to a pcapng file. Its place and name are the host's choice and are told: a page
   * never names a path. Answers the running capture when there is one.
   */
  "tunnels.startCapture": call(
    z
      .object({
        tunnelId: id,
        limitBytes: z.number().int().min(LIMITS.captureLeast).max(LIMITS.captureMost).default(LIMITS.captureDefault),
      })
      .strict(),
    m.capture,
  ),
  /** Answers once the file is whole; null when nothing was captured. */
  "tunnels.stopCapture": call(z.object({ tunnelId: id }).strict(), m.capture.nullable()),
  /** Answers after the last request was answered or given up: at most a minute. */
  "tunnels.ping": call(
    z
      .object({
        tunnelId: id,
        host: hostName,
        count: z.number().int().min(1).max(LIMITS.pings).default(4),
        intervalMs: z.number().min(200).max(2000).default(1000),
        bytes: z.number().int().min(0).max(LIMITS.pingBytes).default(56),
      })
      .strict(),
    m.pingReport,
  ),
  /** One question to the tunnel's DNS servers, past the cache. An address asked for PTR is turned around. */
  "tunnels.dig": call(
    z.object({ tunnelId: id, name: hostName, type: m.dnsType.default("AAAA") }).strict(),
    m.digReport,
  ),

  /** What accounts that went have left on their platforms, until it is gone from there or forgotten here. */
  "peers.left": call(nothing, z.array(m.leftPeer)),
  "peers.forgetLeft": call(nothing, done),
  "peers.list": call(org, z.array(m.peer)),
  /** Makes a new peer for this computer in the organization and moves its tunnel to it. */
  "peers.create": call(org.extend({ region: name.optional() }), m.peer),
  "peers.remove": call(org.extend({ name }), done),
  "regions.nearest": call(z.object({ accountId: id }).strict(), m.region),
} as const;

export const EVENTS = {
  /** A deep link waits to be taken. */
  "link.offered": z.object({}),
  /** The engine stopped answering, or answers again. Told to a window that comes, where it does not. */
  "engine.silence": z.object({ silent: z.boolean() }),
  "accounts.changed": z.array(m.account),
  "settings.changed": settings,
  /** A host of an imported network is called `name` now: what pages keep under its name goes on under that one. */
  "host.renamed": org.extend({ appName: name, name }),
  "session.changed": m.session,
  "session.closed": z.object({ sessionId: id }),
  "tunnels.changed": z.array(m.tunnel),
  "tunnels.event": networkEvent,
} as const;

/** How closely somebody looks at the tunnels: not at all, at what the status bar says, or at the figures themselves. */
export type TunnelWatch = "off" | "calmly" | "closely";

export type CallName = keyof typeof CALLS;
export type CallInput<N extends CallName> = z.input<(typeof CALLS)[N]["input"]>;
export type CallOutput<N extends CallName> = z.output<(typeof CALLS)[N]["output"]>;
export type EventName = keyof typeof EVENTS;
export type EventPayload<N extends EventName> = z.output<(typeof EVENTS)[N]>;

/** One handler per call: what a router needs, checked for completeness by the compiler. */
export type CallHandlers<N extends CallName = CallName> = {
  [K in N]: (input: z.output<(typeof CALLS)[K]["input"]>) => Promise<CallOutput<K>> | CallOutput<K>;
};

/** Control messages on the link, as JSON text. Binary messages are terminal frames. */
export const request = z
  .object({ id: z.number().int().nonnegative(), call: z.string().max(100), input: z.unknown() })
  .strict();

export const hostMessage = z.union([
  z.object({ id: z.number().int(), ok: z.unknown() }).strict(),
  z.object({ id: z.number().int(), error: m.errorInfo }).strict(),
  z.object({ event: z.string(), payload: z.unknown() }).strict(),
]);
export type HostMessage =
  | { id: number; ok: unknown }
  | { id: number; error: ErrorInfo }
  | { event: EventName; payload: unknown };

export function isCallName(value: string): value is CallName {
  return Object.hasOwn(CALLS, value);
}

export function isEventName(value: string): value is EventName {
  return Object.hasOwn(EVENTS, value);
}
