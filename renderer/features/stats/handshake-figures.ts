import type { Tunnel } from "../../../shared/models.ts";

type Handshakes = Pick<Tunnel, "handshakesSent" | "handshakesReceived">;
type Sent = Pick<Tunnel, "handshakesSent" | "packetsOut" | "keepalivesOut">;
type Received = Pick<Tunnel, "handshakesReceived" | "packetsIn" | "keepalivesIn">;

/**
 * How many of our handshake messages nobody answered: an initiation is answered by a response, and a response of ours
 * answers an initiation that was received before it. `handshakesFailed` counts only the attempts that were given up.
 */
export function unanswered({ handshakesSent, handshakesReceived }: Handshakes): number {
  return Math.max(0, handshakesSent - handshakesReceived);
}

/** Datagrams that `bytesOut` counts: each packet, keepalive and handshake message is one of its own. */
export function datagramsOut({ handshakesSent, packetsOut, keepalivesOut }: Sent): number {
  return handshakesSent + packetsOut + keepalivesOut;
}

/** As `datagramsOut`, for `bytesIn`. */
export function datagramsIn({ handshakesReceived, packetsIn, keepalivesIn }: Received): number {
  return handshakesReceived + packetsIn + keepalivesIn;
}
