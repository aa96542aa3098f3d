import { z } from "zod";
import { ERROR_CODES } from "./errors.ts";
import { LIMITS } from "./limits.ts";

/**
 * What happened to tunnels and shells, as a closed list: names, places, counts and reasons, never key material. Of a peer's
 * public key only the beginning is told.
 */

const id = z.string().min(1).max(100);
const name = z.string().max(LIMITS.label);
const place = z.string().max(300);
const count = z.number().int().nonnegative();
const ms = z.number().nonnegative();
const code = z.enum(ERROR_CODES);
const carrier = z.enum(["udp", "websocket"]);
/** The beginning of a peer's public key, enough to find it in a list. */
const peer = z.string().max(8);

/** A shell by what people know it as. */
const shell = { app: name, machine: name, region: name } as const;

export const eventFacts = z.discriminatedUnion("kind", [
  /** Sockets are open and the gateway's name has an address; nothing was sent yet. */
  z.object({ kind: z.literal("tunnel-opened"), gateway: place }),
  /** It could not be opened at all. */
  z.object({ kind: z.literal("tunnel-failed"), gateway: place, code, detail: place.nullable() }),
  z.object({ kind: z.literal("tunnel-closed"), gateway: place }),
  /** The first handshake with a peer, or the first after silence: packets pass from here on. */
  z.object({ kind: z.literal("tunnel-up"), peer, carrier, rttMs: ms.nullable() }),
  /** New keys, about every two minutes while there is traffic. */
  z.object({ kind: z.literal("handshake"), peer, carrier, rttMs: ms.nullable() }),
  /** Several initiations in a row went unanswered. */
  z.object({ kind: z.literal("gateway-silent"), peer, attempts: count }),
  /** No further initiation until something is to be sent. */
  z.object({ kind: z.literal("gateway-gave-up"), peer, attempts: count }),
  z.object({ kind: z.literal("handshake-refused"), peer, reason: name }),
  /** The gateway is under load and asked for a proof of our address. */
  z.object({ kind: z.literal("cookie-asked"), peer }),
  /** The session's keys were erased: for their age, or before a sleep. */
  z.object({ kind: z.literal("keys-erased"), peer, cause: z.enum(["age", "requested"]) }),
  z.object({ kind: z.literal("carrier-changed"), carrier, gateway: place }),
  /** The peer was heard from another place, and is sent to there. */
  z.object({ kind: z.literal("roamed"), peer, endpoint: place }),
  z.object({ kind: z.literal("network-changed") }),
  z.object({ kind: z.literal("resumed") }),
  /** A person asked to try the gateway again. */
  z.object({ kind: z.literal("retried") }),
  /** The gateway's name was asked for again; `moved`: it stands for another address now. Null: it had no answer. */
  z.object({ kind: z.literal("name-looked-up"), host: place, address: place.nullable(), moved: z.boolean() }),
  z.object({ kind: z.literal("capture-started") }),
  z.object({ kind: z.literal("capture-ended"), state: z.enum(["stopped", "full", "failed"]), packets: count }),
  z.object({ kind: z.literal("shell-opened"), ...shell, readyMs: ms.nullable() }),
  z.object({
    kind: z.literal("shell-ended"),
    ...shell,
    exitCode: z.number().int().nullable(),
    signal: z.string().max(100).nullable(),
  }),
  /** A person closed it. */
  z.object({ kind: z.literal("shell-closed"), ...shell }),
  /** It was open and broke off. */
  z.object({ kind: z.literal("shell-lost"), ...shell, code }),
  /** It never came to be. */
  z.object({ kind: z.literal("shell-failed"), ...shell, code }),
  /** A person gave up the trust in a machine's key; the next login trusts the key that is shown then. */
  z.object({ kind: z.literal("host-key-forgotten"), alias: place, fingerprint: name }),
]);
export type EventFacts = z.infer<typeof eventFacts>;
export type EventKind = EventFacts["kind"];

export const networkEvent = z.object({
  /** Grows from one event to the next. An event that happens again keeps its id, with another `lastAt` and `times`. */
  id: count,
  at: z.number(),
  lastAt: z.number(),
  times: z.number().int().positive(),
  accountId: id,
  orgSlug: name,
  /** Null for what is told of a shell: it belongs to the organization's tunnels. */
  tunnelId: id.nullable(),
  facts: eventFacts,
});
export type NetworkEvent = z.infer<typeof networkEvent>;

/** How many are kept, by the engine and by a window, and how many of them may be of shells. */
export const MOST_NETWORK_EVENTS = 500;
export const MOST_SHELL_EVENTS = 200;

/** The newest of them. Servers choose how often shells come and go: they cannot push out what is told of tunnels. */
export function newestEvents(events: readonly NetworkEvent[]): NetworkEvent[] {
  let surplus = events.filter(isOfShell).length - MOST_SHELL_EVENTS;
  const kept = surplus <= 0 ? events : events.filter((event) => !isOfShell(event) || surplus-- <= 0);
  return kept.slice(-MOST_NETWORK_EVENTS);
}

function isOfShell({ facts }: NetworkEvent): boolean {
  return "machine" in facts;
}
