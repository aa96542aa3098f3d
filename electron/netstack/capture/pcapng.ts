/**
 * The blocks of a pcapng file, little-endian: draft-ietf-opsawg-pcapng, sections 4.1 (Section Header), 4.2 (Interface
 * Description), 4.3 (Enhanced Packet) and 4.6 (Interface Statistics). One section, one interface of raw IP packets.
 */

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Section 4.1: the length of the section is not given. */
const UNKNOWN_LENGTH = 0xffff_ffff;
/** An IPv4 or IPv6 packet from its first byte on, as the version nibble says. */
const LINKTYPE_RAW = 101;
/** if_tsresol: a power of ten, 10^-6 s. */
const MICROSECONDS = 6;

const OPTION_END = 0;
const SHB_USER_APPLICATION = 4;
const IF_NAME = 2;
const IF_TSRESOL = 9;
const EPB_FLAGS = 2;
const ISB_START_TIME = 2;
const ISB_END_TIME = 3;
const ISB_RECEIVED = 4;
const ISB_DROPPED = 5;
const ISB_DELIVERED = 8;

/** Section 4.3.1, bits 0 and 1 of epb_flags. */
export const INBOUND = 1;
export const OUTBOUND = 2;
export type Direction = typeof INBOUND | typeof OUTBOUND;

const TWO_TO_32 = 0x1_0000_0000;
/** Type and both lengths. */
const FRAME = 12;
/** Interface, time, both lengths of the packet; behind it the flags and the end of the options. */
const PACKET_HEAD = 20;
const PACKET_OPTIONS = 12;

export interface InterfaceStatistics {
  /** Microseconds since the Unix epoch. */
  readonly startUs: number;
  readonly endUs: number;
  readonly received: number;
  readonly dropped: number;
}

export const STATISTICS_BYTES = FRAME + 12 + 2 * 12 + 3 * 12 + 4;

/** What a file begins with: a section and the one interface in it. `application` and `name` are shown to the reader. */
export function encodeHead(application: string, name: string): Uint8Array {
  const section = block(
    SECTION_HEADER,
    16,
    (view) => {
      view.setUint32(0, BYTE_ORDER_MAGIC, true);
      view.setUint16(4, 1, true);
      view.setUint32(8, UNKNOWN_LENGTH, true);
      view.setUint32(12, UNKNOWN_LENGTH, true);
    },
    [[SHB_USER_APPLICATION, utf8(application)]],
  );
  const description = block(INTERFACE_DESCRIPTION, 8, (view) => view.setUint16(0, LINKTYPE_RAW, true), [
    [IF_NAME, utf8(name)],
    [IF_TSRESOL, Uint8Array.of(MICROSECONDS)],
  ]);
  const head = new Uint8Array(section.length + description.length);
  head.set(section);
  head.set(description, section.length);
  return head;
}

/** Bytes of an Enhanced Packet Block with a packet of `length` bytes. */
export function packetBlockLength(length: number): number {
  return FRAME + PACKET_HEAD + padded(length) + PACKET_OPTIONS;
}

/** Writes a block with the whole packet buffer[offset..offset+length) to `at` of `out`; answers where it ends. */
export function writePacket(
  out: Uint8Array,
  at: number,
  packet: { readonly buffer: Uint8Array; readonly offset: number; readonly length: number },
  direction: Direction,
  timeUs: number,
): number {
  const { buffer, offset, length } = packet;
  const total = packetBlockLength(length);
  const view = new DataView(out.buffer, out.byteOffset + at, total);
  view.setUint32(0, ENHANCED_PACKET, true);
  view.setUint32(4, total, true);
  view.setUint32(8, 0, true);
  setTime(view, 12, timeUs);
  view.setUint32(20, length, true);
  view.setUint32(24, length, true);
  const dataAt = 8 + PACKET_HEAD;
  const optionsAt = dataAt + padded(length);
  out.fill(0, at + dataAt + length, at + optionsAt);
  out.set(buffer.subarray(offset, offset + length), at + dataAt);
  view.setUint16(optionsAt, EPB_FLAGS, true);
  view.setUint16(optionsAt + 2, 4, true);
  view.setUint32(optionsAt + 4, direction, true);
  view.setUint32(optionsAt + 8, OPTION_END, true);
  view.setUint32(total - 4, total, true);
  return at + total;
}

/** What a whole file ends with; STATISTICS_BYTES long. */
export function encodeStatistics({ startUs, endUs, received, dropped }: InterfaceStatistics): Uint8Array {
  return block(INTERFACE_STATISTICS, 12, (view) => setTime(view, 4, endUs), [
    [ISB_START_TIME, time(startUs)],
    [ISB_END_TIME, time(endUs)],
    [ISB_RECEIVED, count(received)],
    [ISB_DROPPED, count(dropped)],
    [ISB_DELIVERED, count(received - dropped)],
  ]);
}

/** Bytes of the block that begins at `at`: section 3.1. */
export function blockLengthAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, FRAME).getUint32(4, true);
}

export function isPacketAt(bytes: Uint8Array, at: number): boolean {
  return new DataView(bytes.buffer, bytes.byteOffset + at, FRAME).getUint32(0, true) === ENHANCED_PACKET;
}

type Option = readonly [code: number, value: Uint8Array];

function block(
  type: number,
  bodyLength: number,
  fill: (body: DataView) => void,
  options: readonly Option[],
): Uint8Array {
  const optionBytes = options.reduce((sum, [, value]) => sum + 4 + padded(value.length), 4);
  const bytes = new Uint8Array(FRAME + bodyLength + optionBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, bytes.length, true);
  fill(new DataView(bytes.buffer, 8, bodyLength));
  let at = 8 + bodyLength;
  for (const [code, value] of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    bytes.set(value, at + 4);
    at += 4 + padded(value.length);
  }
  view.setUint32(bytes.length - 4, bytes.length, true);
  return bytes;
}

/** Section 4.3: the upper half comes first, each half in the file's byte order. */
function setTime(view: DataView, at: number, timeUs: number): void {
  view.setUint32(at, Math.floor(timeUs / TWO_TO_32), true);
  view.setUint32(at + 4, timeUs % TWO_TO_32, true);
}

function time(timeUs: number): Uint8Array {
  const bytes = new Uint8Array(8);
  setTime(new DataView(bytes.buffer), 0, timeUs);
  return bytes;
}

/** Counters are ordinary 64-bit numbers: the lower half comes first. */
function count(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
