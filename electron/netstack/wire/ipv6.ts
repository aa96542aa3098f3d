/** The IPv6 header and the walk along its extension headers: RFC 8200 sections 3 and 4. */
import type { IpAddress } from "../../base/ip-address.ts";
import { DESTINATION_OPTIONS, FRAGMENT, HOP_BY_HOP, NO_NEXT_HEADER, ROUTING } from "./protocols.ts";

export const IPV6_HEADER = 40;
/** Every link carries at least this much (section 5). */
export const IPV6_MIN_MTU = 1280;
export const IPV6_SOURCE = 8;
export const IPV6_DESTINATION = 24;
export const FRAGMENT_HEADER = 8;

/** Where the payload length stands: the pointer of a problem with a fragment's length. */
export const PAYLOAD_LENGTH_AT = 4;
export const NEXT_HEADER_AT = 6;
const DEFAULT_HOP_LIMIT = 64;

/** Our tuning: honest packets carry one or two extension headers. */
const MOST_EXTENSION_HEADERS = 8;
const MOST_EXTENSION_BYTES = 1280;

/** Codes of an ICMPv6 parameter problem (RFC 4443 section 3.4, RFC 7112 section 5). */
export const PROBLEM_HEADER = 0;
const PROBLEM_NEXT_HEADER = 1;
const PROBLEM_OPTION = 2;
export const PROBLEM_FIRST_FRAGMENT = 3;

/** What the walk came to. Offsets count from the start of the packet; `end` is where the packet really ends. */
export type Ipv6Walk =
  | {
      readonly kind: "upper";
      readonly protocol: number;
      /** Where the byte with the protocol number stands. */
      readonly protocolAt: number;
      readonly offset: number;
      readonly end: number;
    }
  | {
      readonly kind: "fragment";
      /** Where the fragment header stands: the end of the unfragmentable part. */
      readonly headerAt: number;
      /** The byte that names the fragment header. */
      readonly namedAt: number;
      readonly protocol: number;
      readonly identification: number;
      /** In bytes. */
      readonly fragmentOffset: number;
      readonly moreFragments: boolean;
      readonly end: number;
    }
  | {
      readonly kind: "problem";
      readonly code: number;
      readonly pointer: number;
      /** The sender is told even when it asked a multicast address (section 4.2, action 10). */
      readonly evenIfMulticast: boolean;
    }
  | { readonly kind: "drop"; readonly reason: "ip-malformed" | "ip-option" | "ip-header-chain" | "ip-no-next-header" };

const MALFORMED = { kind: "drop", reason: "ip-malformed" } as const;

/** Walks from the fixed header to the upper layer, or to the first thing that stops it. */
export function walkIpv6(packet: Uint8Array): Ipv6Walk {
  if (packet.length < IPV6_HEADER) return MALFORMED;
  const end = IPV6_HEADER + ((packet[PAYLOAD_LENGTH_AT]! << 8) | packet[PAYLOAD_LENGTH_AT + 1]!);
  if (end > packet.length) return MALFORMED;
  let protocolAt = NEXT_HEADER_AT;
  let offset = IPV6_HEADER;
  for (let headers = 0; ; headers++) {
    const protocol = packet[protocolAt]!;
    if (protocol === NO_NEXT_HEADER) return { kind: "drop", reason: "ip-no-next-header" };
    if (!isExtension(protocol)) return { kind: "upper", protocol, protocolAt, offset, end };
    // Section 4.1: hop-by-hop options anywhere but first are an unrecognized next header.
    if (protocol === HOP_BY_HOP && headers > 0) return problem(PROBLEM_NEXT_HEADER, protocolAt);
    if (headers === MOST_EXTENSION_HEADERS || offset > MOST_EXTENSION_BYTES)
      return { kind: "drop", reason: "ip-header-chain" };
    if (offset + 8 > end) return MALFORMED;
    if (protocol === FRAGMENT) {
      const bits = (packet[offset + 2]! << 8) | packet[offset + 3]!;
      // RFC 6946: an atomic fragment (offset 0, no more to come) is a whole packet.
      if ((bits & 0xfff9) !== 0) return fragmentAt(packet, protocolAt, offset, end);
      protocolAt = offset;
      offset += FRAGMENT_HEADER;
      continue;
    }
    const length = extensionLength(packet, offset);
    if (offset + length > end) return MALFORMED;
    const stop =
      protocol === ROUTING ? checkRouting(packet, offset) : checkOptions(packet, offset + 2, offset + length);
    if (stop !== undefined) return stop;
    protocolAt = offset;
    offset += length;
  }
}

export function isExtension(protocol: number): boolean {
  return protocol === HOP_BY_HOP || protocol === ROUTING || protocol === FRAGMENT || protocol === DESTINATION_OPTIONS;
}

/** Bytes of a hop-by-hop, destination options or routing header at `offset`. */
export function extensionLength(packet: Uint8Array, offset: number): number {
  return (packet[offset + 1]! + 1) * 8;
}

function fragmentAt(packet: Uint8Array, namedAt: number, headerAt: number, end: number): Ipv6Walk {
  const view = new DataView(packet.buffer, packet.byteOffset + headerAt, FRAGMENT_HEADER);
  const bits = view.getUint16(2);
  return {
    kind: "fragment",
    headerAt,
    namedAt,
    protocol: view.getUint8(0),
    identification: view.getUint32(4),
    fragmentOffset: bits & 0xfff8,
    moreFragments: (bits & 1) !== 0,
    end,
  };
}

/** Section 4.4: no routing type is ours to follow, so one with segments left is refused, whatever the type (RFC 5095). */
function checkRouting(packet: Uint8Array, offset: number): Ipv6Walk | undefined {
  const segmentsLeft = packet[offset + 3]!;
  return segmentsLeft === 0 ? undefined : problem(PROBLEM_HEADER, offset + 2);
}

/** Section 4.2: the two highest bits of an unknown option say what becomes of the packet. */
function checkOptions(packet: Uint8Array, start: number, end: number): Ipv6Walk | undefined {
  for (let at = start; at < end; ) {
    const option = packet[at]!;
    if (option === 0) {
      at++;
      continue;
    }
    if (at + 2 > end || at + 2 + packet[at + 1]! > end) return MALFORMED;
    const action = option >> 6;
    if (action === 1) return { kind: "drop", reason: "ip-option" };
    if (action !== 0) return { kind: "problem", code: PROBLEM_OPTION, pointer: at, evenIfMulticast: action === 2 };
    at += 2 + packet[at + 1]!;
  }
  return undefined;
}

function problem(code: number, pointer: number): Ipv6Walk {
  return { kind: "problem", code, pointer, evenIfMulticast: false };
}

/** Writes a fixed header at `offset`. */
export function emitIpv6(
  buffer: Uint8Array,
  offset: number,
  payloadLength: number,
  nextHeader: number,
  source: IpAddress,
  destination: IpAddress,
): void {
  buffer[offset] = 0x60;
  buffer[offset + 1] = 0;
  buffer[offset + 2] = 0;
  buffer[offset + 3] = 0;
  buffer[offset + 4] = payloadLength >> 8;
  buffer[offset + 5] = payloadLength;
  buffer[offset + NEXT_HEADER_AT] = nextHeader;
  buffer[offset + 7] = DEFAULT_HOP_LIMIT;
  const from = source.bytes;
  const to = destination.bytes;
  for (let i = 0; i < 16; i++) {
    buffer[offset + IPV6_SOURCE + i] = from[i]!;
    buffer[offset + IPV6_DESTINATION + i] = to[i]!;
  }
}

export interface Ipv6FragmentFields {
  readonly protocol: number;
  readonly identification: number;
  /** In bytes, a multiple of 8. */
  readonly fragmentOffset: number;
  readonly moreFragments: boolean;
}

/** Writes a fragment header at `offset` (section 4.5). */
export function emitFragmentHeader(buffer: Uint8Array, offset: number, fields: Ipv6FragmentFields): void {
  const view = new DataView(buffer.buffer, buffer.byteOffset + offset, FRAGMENT_HEADER);
  view.setUint8(0, fields.protocol);
  view.setUint8(1, 0);
  view.setUint16(2, fields.fragmentOffset | (fields.moreFragments ? 1 : 0));
  view.setUint32(4, fields.identification);
}
