/** UDP: RFC 768, and RFC 8200 section 8.1 over IPv6. */
import { checksum } from "./checksum.ts";

export const UDP_HEADER = 8;

export interface UdpHeader {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Header included; the bytes past it are not the datagram's. */
  readonly length: number;
}

/** `pseudoSum(length)` is the pseudo-header's sum for a datagram of `length` bytes. */
export function parseUdp(
  segment: Uint8Array,
  version: 4 | 6,
  pseudoSum: (length: number) => number,
): UdpHeader | "udp-malformed" | "udp-checksum" {
  if (segment.length < UDP_HEADER) return "udp-malformed";
  const view = new DataView(segment.buffer, segment.byteOffset, UDP_HEADER);
  const length = view.getUint16(4);
  if (length < UDP_HEADER || length > segment.length) return "udp-malformed";
  // "No checksum" exists over IPv4 only.
  const unchecked = view.getUint16(6) === 0;
  if (unchecked ? version === 6 : checksum(segment, 0, length, pseudoSum(length)) !== 0) return "udp-checksum";
  return { sourcePort: view.getUint16(0), destinationPort: view.getUint16(2), length };
}

/** Fills `room`, which is exactly as long as the datagram. */
export function emitUdp(
  room: Uint8Array,
  sourcePort: number,
  destinationPort: number,
  payload: Uint8Array,
  pseudoSum: number,
): void {
  const view = new DataView(room.buffer, room.byteOffset, UDP_HEADER);
  view.setUint16(0, sourcePort);
  view.setUint16(2, destinationPort);
  view.setUint16(4, room.length);
  view.setUint16(6, 0);
  room.set(payload, UDP_HEADER);
  // A computed 0 is sent as its other form, because 0 means "none".
  view.setUint16(6, checksum(room, 0, room.length, pseudoSum) || 0xffff);
}
