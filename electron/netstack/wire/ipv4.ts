/** The IPv4 header: RFC 791 section 3.1. */
import type { IpAddress } from "../../base/ip-address.ts";
import { checksum } from "./checksum.ts";

export const IPV4_HEADER = 20;
/** Hosts must take datagrams of this size (RFC 791 section 3.1). */
export const IPV4_MIN_REASSEMBLY = 576;
export const IPV4_SOURCE = 12;
export const IPV4_DESTINATION = 16;

export const DONT_FRAGMENT = 0x4000;
export const MORE_FRAGMENTS = 0x2000;
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

/** Whether a whole, sound datagram of `protocol` stands at `at`, without options and not fragmented. Then it ends where it says. */
export function isPlainIpv4(bytes: Uint8Array, at: number, length: number, protocol: number): boolean {
  if (length < IPV4_HEADER || bytes[at] !== 0x45 || bytes[at + 9] !== protocol) return false;
  const totalLength = (bytes[at + 2]! << 8) | bytes[at + 3]!;
  const fragment = ((bytes[at + 6]! << 8) | bytes[at + 7]!) & (MORE_FRAGMENTS | 0x1fff);
  if (totalLength < IPV4_HEADER || totalLength > length || fragment !== 0) return false;
  return checksum(bytes, at, at + IPV4_HEADER) === 0;
}

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

/** Writes a header without options, checksum included, at `offset`. `flags` holds the fragment offset as well, in units of 8. */
export function emitIpv4(
  buffer: Uint8Array,
  offset: number,
  totalLength: number,
  identification: number,
  flags: number,
  protocol: number,
  source: IpAddress,
  destination: IpAddress,
): void {
  buffer[offset] = 0x45;
  buffer[offset + 1] = 0;
  buffer[offset + 2] = totalLength >> 8;
  buffer[offset + 3] = totalLength;
  buffer[offset + 4] = identification >> 8;
  buffer[offset + 5] = identification;
  buffer[offset + 6] = flags >> 8;
  buffer[offset + 7] = flags;
  buffer[offset + 8] = DEFAULT_TTL;
  buffer[offset + 9] = protocol;
  buffer[offset + 10] = 0;
  buffer[offset + 11] = 0;
  buffer.set(source.bytes, offset + IPV4_SOURCE);
  buffer.set(destination.bytes, offset + IPV4_DESTINATION);
  const sum = checksum(buffer, offset, offset + IPV4_HEADER);
  buffer[offset + 10] = sum >> 8;
  buffer[offset + 11] = sum;
}
