import { TAG_LENGTH } from "../crypto/aead.ts";
import { PADDING_MULTIPLE } from "./constants.ts";
import { HEADROOM } from "./seam.ts";

/** What cryptokey routing reads of an IP packet (RFC 791 section 3.1, RFC 8200 section 3): version, length, addresses. */

const V4_HEADER_LENGTH = 20;
const V6_HEADER_LENGTH = 40;

/** The version of the packet at `at` when a whole IPv4 or IPv6 header fits into `length` bytes. */
export function innerVersion(bytes: Uint8Array, at: number, length: number): 4 | 6 | undefined {
  if (length < V4_HEADER_LENGTH) return undefined;
  const version = bytes[at]! >>> 4;
  if (version === 4) return 4;
  return version === 6 && length >= V6_HEADER_LENGTH ? 6 : undefined;
}

/** The length that the IP header at `at` states; undefined when it is shorter than the header (W35). */
export function innerLength(version: 4 | 6, bytes: Uint8Array, at: number): number | undefined {
  if (version === 6) return V6_HEADER_LENGTH + (bytes[at + 4]! << 8) + bytes[at + 5]!;
  const length = (bytes[at + 2]! << 8) + bytes[at + 3]!;
  return length < V4_HEADER_LENGTH ? undefined : length;
}

/** Where the source address of the packet at `at` stands. */
export function sourceAt(version: 4 | 6, at: number): number {
  return version === 4 ? at + 12 : at + 8;
}

/** Where the destination address of the packet at `at` stands. */
export function destinationAt(version: 4 | 6, at: number): number {
  return version === 4 ? at + 16 : at + 24;
}

/** Zeros up to a multiple of 16, never past the MTU (W36). A packet longer than the MTU is padded as its last piece. */
export function paddedLength(length: number, mtu: number): number {
  const last = mtu > 0 && length > mtu ? length % mtu : length;
  const padded = Math.ceil(last / PADDING_MULTIPLE) * PADDING_MULTIPLE;
  return length - last + (mtu > 0 ? Math.min(mtu, padded) : padded);
}

/** Bytes of the datagram that a packet of `length` bytes becomes. */
export function datagramLength(length: number, mtu: number): number {
  return HEADROOM + paddedLength(length, mtu) + TAG_LENGTH;
}
