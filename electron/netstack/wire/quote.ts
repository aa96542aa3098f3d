/** The start of a packet as an ICMP error quotes it: perhaps cut short, its lengths and checksums not to be trusted. */
import { IPV4_DESTINATION, IPV4_HEADER, IPV4_SOURCE } from "./ipv4.ts";
import { extensionLength, FRAGMENT_HEADER, IPV6_DESTINATION, IPV6_HEADER, IPV6_SOURCE, isExtension } from "./ipv6.ts";
import { FRAGMENT } from "./protocols.ts";

export interface Quote {
  readonly version: 4 | 6;
  readonly sourceAt: number;
  readonly destinationAt: number;
  readonly protocol: number;
  /** Where the transport header starts; at least 8 bytes of it are there. */
  readonly transportAt: number;
  /** What the quoted packet's header claims as its total length. */
  readonly totalLength: number;
}

/** RFC 792 promises 8 bytes of the transport header. */
const LEAST_TRANSPORT = 8;

/** Undefined when the transport header is not there, as in a later fragment. */
export function parseQuote(packet: Uint8Array): Quote | undefined {
  const version = packet.length === 0 ? 0 : packet[0]! >> 4;
  const quote = version === 4 ? parseQuote4(packet) : version === 6 ? parseQuote6(packet) : undefined;
  return quote !== undefined && quote.transportAt + LEAST_TRANSPORT <= packet.length ? quote : undefined;
}

function parseQuote4(packet: Uint8Array): Quote | undefined {
  if (packet.length < IPV4_HEADER) return undefined;
  const headerLength = (packet[0]! & 0x0f) * 4;
  const fragmentOffset = ((packet[6]! & 0x1f) << 8) | packet[7]!;
  if (headerLength < IPV4_HEADER || fragmentOffset !== 0) return undefined;
  return {
    version: 4,
    sourceAt: IPV4_SOURCE,
    destinationAt: IPV4_DESTINATION,
    protocol: packet[9]!,
    transportAt: headerLength,
    totalLength: (packet[2]! << 8) | packet[3]!,
  };
}

function parseQuote6(packet: Uint8Array): Quote | undefined {
  if (packet.length < IPV6_HEADER) return undefined;
  let protocol = packet[6]!;
  let at = IPV6_HEADER;
  while (isExtension(protocol)) {
    if (at + 8 > packet.length) return undefined;
    if (protocol === FRAGMENT && ((packet[at + 2]! << 8) | packet[at + 3]!) >= 8) return undefined;
    const length = protocol === FRAGMENT ? FRAGMENT_HEADER : extensionLength(packet, at);
    protocol = packet[at]!;
    at += length;
  }
  return {
    version: 6,
    sourceAt: IPV6_SOURCE,
    destinationAt: IPV6_DESTINATION,
    protocol,
    transportAt: at,
    totalLength: IPV6_HEADER + ((packet[4]! << 8) | packet[5]!),
  };
}
