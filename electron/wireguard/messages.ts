/**
 * The four messages (WireGuard paper section 5.4): layouts, parsing and emitting, no state and no opinion. All numbers
 * are little-endian. The type is one byte and three reserved zero bytes, read as one number: a set reserved byte is an
 * unknown type (W14).
 */

export const INITIATION_LENGTH = 148;
export const RESPONSE_LENGTH = 92;
export const COOKIE_REPLY_LENGTH = 64;
export const DATA_HEADER_LENGTH = 16;
/** A header and a tag: the empty packet that serves as a keepalive. */
export const KEEPALIVE_LENGTH = 32;
export const TIMESTAMP_LENGTH = 12;

export const MessageType = { initiation: 1, response: 2, cookieReply: 3, data: 4 } as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** Views into the datagram it was parsed from. */
export interface Initiation {
  readonly sender: number;
  readonly ephemeral: Uint8Array;
  readonly sealedStatic: Uint8Array;
  readonly sealedTimestamp: Uint8Array;
}

/** Views into the datagram it was parsed from. */
export interface Response {
  readonly sender: number;
  readonly receiver: number;
  readonly ephemeral: Uint8Array;
  readonly sealedNothing: Uint8Array;
}

/** Views into the datagram it was parsed from. */
export interface CookieReply {
  readonly receiver: number;
  readonly nonce: Uint8Array;
  readonly sealedCookie: Uint8Array;
}

export function readU32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** The type of a datagram whose length fits it: exact for handshake messages, at least a keepalive for data. */
export function messageType(datagram: Uint8Array): MessageType | undefined {
  if (datagram.length < KEEPALIVE_LENGTH) return undefined;
  const type = readU32(datagram, 0);
  switch (type) {
    case MessageType.data:
      return type;
    case MessageType.initiation:
      return datagram.length === INITIATION_LENGTH ? type : undefined;
    case MessageType.response:
      return datagram.length === RESPONSE_LENGTH ? type : undefined;
    case MessageType.cookieReply:
      return datagram.length === COOKIE_REPLY_LENGTH ? type : undefined;
    default:
      return undefined;
  }
}

export function parseInitiation(datagram: Uint8Array): Initiation {
  return {
    sender: readU32(datagram, 4),
    ephemeral: datagram.subarray(8, 40),
    sealedStatic: datagram.subarray(40, 88),
    sealedTimestamp: datagram.subarray(88, 116),
  };
}

/** Leaves both MACs zero: the sender's cookie jar fills them in. */
export function emitInitiation(message: Initiation): Uint8Array {
  const datagram = new Uint8Array(INITIATION_LENGTH);
  writeU32(datagram, 0, MessageType.initiation);
  writeU32(datagram, 4, message.sender);
  datagram.set(message.ephemeral, 8);
  datagram.set(message.sealedStatic, 40);
  datagram.set(message.sealedTimestamp, 88);
  return datagram;
}

export function parseResponse(datagram: Uint8Array): Response {
  return {
    sender: readU32(datagram, 4),
    receiver: readU32(datagram, 8),
    ephemeral: datagram.subarray(12, 44),
    sealedNothing: datagram.subarray(44, 60),
  };
}

/** Leaves both MACs zero: the sender's cookie jar fills them in. */
export function emitResponse(message: Response): Uint8Array {
  const datagram = new Uint8Array(RESPONSE_LENGTH);
  writeU32(datagram, 0, MessageType.response);
  writeU32(datagram, 4, message.sender);
  writeU32(datagram, 8, message.receiver);
  datagram.set(message.ephemeral, 12);
  datagram.set(message.sealedNothing, 44);
  return datagram;
}

export function parseCookieReply(datagram: Uint8Array): CookieReply {
  return {
    receiver: readU32(datagram, 4),
    nonce: datagram.subarray(8, 32),
    sealedCookie: datagram.subarray(32, 64),
  };
}

export function emitCookieReply(message: CookieReply): Uint8Array {
  const datagram = new Uint8Array(COOKIE_REPLY_LENGTH);
  writeU32(datagram, 0, MessageType.cookieReply);
  writeU32(datagram, 4, message.receiver);
  datagram.set(message.nonce, 8);
  datagram.set(message.sealedCookie, 32);
  return datagram;
}

/** Writes a data header at `at`; the sealed packet follows it. */
export function writeDataHeader(
  bytes: Uint8Array,
  at: number,
  receiver: number,
  counterLow: number,
  counterHigh: number,
): void {
  writeU32(bytes, at, MessageType.data);
  writeU32(bytes, at + 4, receiver);
  writeU32(bytes, at + 8, counterLow);
  writeU32(bytes, at + 12, counterHigh);
}

/** Handshake messages end in mac1 and mac2, 16 bytes each. */
export const MACS_LENGTH = 32;

export function mac1Of(datagram: Uint8Array): Uint8Array {
  return datagram.subarray(datagram.length - 32, datagram.length - 16);
}

export function mac2Of(datagram: Uint8Array): Uint8Array {
  return datagram.subarray(datagram.length - 16);
}
