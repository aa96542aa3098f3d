import type { LogFields } from "../base/log.ts";
import type { DeviceEvent, Peer } from "../wireguard/device.ts";

/** A public key as people tell peers apart by; enough of it to find the peer in a list. */
const SHOWN_KEY_CHARACTERS = 8;

export function shownKey({ publicKey }: Pick<Peer, "publicKey">): string {
  return Buffer.from(publicKey).toString("base64").slice(0, SHOWN_KEY_CHARACTERS);
}

/** What the log says of an event: who, where and how long. Never key material, and of public keys the beginning only. */
export function eventFields(event: DeviceEvent): LogFields {
  if (event.kind === "load-changed") return { underLoad: event.underLoad };
  const who = { peer: shownKey(event.peer), endpoint: event.peer.endpoint?.key ?? null };
  switch (event.kind) {
    case "handshake-sent":
      return { ...who, attempt: event.attempt };
    case "handshake-complete":
      return { ...who, role: event.role, rttMs: event.rttMs === undefined ? null : Math.round(event.rttMs * 10) / 10 };
    case "handshake-gave-up":
      return { ...who, attempts: event.attempts };
    case "handshake-refused":
      return { ...who, reason: event.reason };
    case "session-expired":
      return { ...who, cause: event.cause };
    case "endpoint-changed":
      return { ...who, endpoint: event.endpoint.key };
    case "cookie-received":
      return who;
  }
}
