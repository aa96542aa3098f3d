/** The layout that ICMP messages of both families share: type, code, checksum, four bytes of their own, a body. */
import { checksum } from "./checksum.ts";

export const ICMP_HEADER = 8;

export interface IcmpMessage {
  readonly type: number;
  readonly code: number;
  /** Bytes 4..7: an echo's identifier and sequence, a problem's pointer, a path's MTU. Unsigned. */
  readonly word: number;
  /** An echo's data, or the packet that an error quotes: a view. */
  readonly body: Uint8Array;
}

/** `pseudoSum` is 0 for ICMPv4 (RFC 792) and the pseudo-header's sum for ICMPv6 (RFC 4443 section 2.3). */
export function parseIcmp(message: Uint8Array, pseudoSum: number): IcmpMessage | "icmp-malformed" | "icmp-checksum" {
  if (message.length < ICMP_HEADER) return "icmp-malformed";
  if (checksum(message, 0, message.length, pseudoSum) !== 0) return "icmp-checksum";
  const view = new DataView(message.buffer, message.byteOffset, ICMP_HEADER);
  return {
    type: view.getUint8(0),
    code: view.getUint8(1),
    word: view.getUint32(4),
    body: message.subarray(ICMP_HEADER),
  };
}

/** Fills `room`, which is exactly as long as the message. */
export function emitIcmp(room: Uint8Array, message: IcmpMessage, pseudoSum: number): void {
  const view = new DataView(room.buffer, room.byteOffset, ICMP_HEADER);
  view.setUint8(0, message.type);
  view.setUint8(1, message.code);
  view.setUint16(2, 0);
  view.setUint32(4, message.word);
  room.set(message.body, ICMP_HEADER);
  view.setUint16(2, checksum(room, 0, room.length, pseudoSum));
}
