/** The IPv4 header: RFC 791 section 3.1. */
import type { IpAddress } from "../../base/ip-address.ts";
import { checksum } from "./checksum.ts";

export const IPV4_HEADER = 20;
/** Hosts must take datagrams of this size (RFC 791 section 3.1). */
export const IPV4_MIN_REASSEMBLY = 576;
export const IPV4_SOURCE = 12;
export const IPV4_DESTINATION = 16;

const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;
const DEFAULT_TTL = 64;

const OPTION_END = 0;
const OPTION_NOP = 1;
const OPTION_LOOSE_SOURCE_ROUTE = 131;
const OPTION_STRICT_SOURCE_ROUTE = 137;

export interface Ipv4Header {
  /** 20..60 bytes. */
  readonly headerLength: number;
  readonly totalLength: number;
  readonly identification: number;
  readonly moreFragments: boolean;
  /** In bytes. */
  readonly fragmentOffset: number;
  readonly protocol: number;
}

export type Ipv4Fault = "ip-malformed" | "ip-checksum" | "ip-source-route";

/** The header of a whole packet, everything checked; bytes past `totalLength` are padding of the link. */
export function parseIpv4(packet: Uint8Array): Ipv4Header | Ipv4Fault {
  if (packet.length < IPV4_HEADER) return "ip-malformed";
  const headerLength = (packet[0]! & 0x0f) * 4;
  const totalLength = (packet[2]! << 8) | packet[3]!;
  if (headerLength < IPV4_HEADER || totalLength < headerLength || totalLength > packet.length) return "ip-malformed";
  if (checksum(packet, 0, headerLength) !== 0) return "ip-checksum";
  if (headerLength > IPV4_HEADER) {
    const fault = checkOptions(packet, headerLength);
    if (fault !== undefined) return fault;
  }
  const flags = (packet[6]! << 8) | packet[7]!;
  return {
    headerLength,
    totalLength,
    identification: (packet[4]! << 8) | packet[5]!,
    moreFragments: (flags & MORE_FRAGMENTS) !== 0,
    fragmentOffset: (flags & 0x1fff) * 8,
    protocol: packet[9]!,
  };
}

/** Options are skipped, but a source route asks for forwarding, which a host like us refuses (RFC 1122 section 3.3.5). */
function checkOptions(packet: Uint8Array, headerLength: number): Ipv4Fault | undefined {
  for (let at = IPV4_HEADER; at < headerLength; ) {
    const option = packet[at]!;
    if (option === OPTION_END) return undefined;
    if (option === OPTION_NOP) {
      at++;
      continue;
    }
    if (option === OPTION_LOOSE_SOURCE_ROUTE || option === OPTION_STRICT_SOURCE_ROUTE) return "ip-source-route";
    const length = at + 1 < headerLength ? packet[at + 1]! : 0;
    if (length < 2 || at + length > headerLength) return "ip-malformed";
    at += length;
  }
  return undefined;
}

export interface Ipv4Fields {
  readonly totalLength: number;
  readonly identification: number;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  /** In bytes, a multiple of 8. */
  readonly fragmentOffset: number;
  readonly protocol: number;
  readonly source: IpAddress;
  readonly destination: IpAddress;
}

/** Writes a header without options, checksum included, at `offset`. */
export function emitIpv4(buffer: Uint8Array, offset: number, fields: Ipv4Fields): void {
  const flags =
    (fields.dontFragment ? DONT_FRAGMENT : 0) |
    (fields.moreFragments ? MORE_FRAGMENTS : 0) |
    (fields.fragmentOffset >> 3);
  buffer[offset] = 0x45;
  buffer[offset + 1] = 0;
  buffer[offset + 2] = fields.totalLength >> 8;
  buffer[offset + 3] = fields.totalLength;
  buffer[offset + 4] = fields.identification >> 8;
  buffer[offset + 5] = fields.identification;
  buffer[offset + 6] = flags >> 8;
  buffer[offset + 7] = flags;
  buffer[offset + 8] = DEFAULT_TTL;
  buffer[offset + 9] = fields.protocol;
  buffer[offset + 10] = 0;
  buffer[offset + 11] = 0;
  buffer.set(fields.source.bytes, offset + IPV4_SOURCE);
  buffer.set(fields.destination.bytes, offset + IPV4_DESTINATION);
  const sum = checksum(buffer, offset, offset + IPV4_HEADER);
  buffer[offset + 10] = sum >> 8;
  buffer[offset + 11] = sum;
}
