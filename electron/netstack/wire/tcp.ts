// RFC 9293 section 3.1 (header, MSS), RFC 7323 (window scale, timestamps), RFC 2018 (SACK): bytes to fields and back.
import { addBytes, finishChecksum } from "./checksum.ts";

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

export const TCP_HEADER_BYTES = 20;
export const SEQUENCE_AT = 4;
export const CHECKSUM_AT = 16;
/** Two NOPs and the option, so that what follows stays aligned (RFC 7323 appendix A). */
export const TIMESTAMPS_BYTES = 12;
const MAX_SACK_BLOCKS = 4;

const OPTION_END = 0;
const OPTION_NOP = 1;
const OPTION_MSS = 2;
const OPTION_WINDOW_SCALE = 3;
const OPTION_SACK_PERMITTED = 4;
const OPTION_SACK = 5;
const OPTION_TIMESTAMPS = 8;

/** One received segment. The stack has a single one and fills it again for each packet: read it, never keep it. */
export class TcpSegment {
  sourcePort = 0;
  destinationPort = 0;
  /** 32 bits, as on the wire. */
  sequence = 0;
  acknowledgment = 0;
  flags = 0;
  /** Unscaled. */
  window = 0;
  /** Where the segment lies; the payload is bytes[payloadStart..payloadEnd). */
  bytes: Uint8Array = new Uint8Array(0);
  payloadStart = 0;
  payloadEnd = 0;
  /** -1 without the option. */
  mss = -1;
  /** -1 without the option. */
  windowScale = -1;
  sackPermitted = false;
  hasTimestamps = false;
  tsVal = 0;
  tsEcr = 0;
  sackBlocks = 0;
  /** Start and end of each SACK block, 32 bits each. */
  readonly sackEdges: Uint32Array = new Uint32Array(MAX_SACK_BLOCKS * 2);

  /**
   * Reads the fields of bytes[start..end). False when it is too short or its data offset is wrong; the checksum is the
   * caller's.
   */
  parse(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    if (end - start < TCP_HEADER_BYTES) return false;
    const headerBytes = (bytes[start + 12]! >>> 4) * 4;
    if (headerBytes < TCP_HEADER_BYTES || headerBytes > end - start) return false;
    this.bytes = bytes;
    this.sourcePort = read16(bytes, start);
    this.destinationPort = read16(bytes, start + 2);
    this.sequence = read32(bytes, start + 4);
    this.acknowledgment = read32(bytes, start + 8);
    this.flags = bytes[start + 13]!;
    this.window = read16(bytes, start + 14);
    this.payloadStart = start + headerBytes;
    this.payloadEnd = end;
    this.mss = -1;
    this.windowScale = -1;
    this.sackPermitted = false;
    this.hasTimestamps = false;
    this.sackBlocks = 0;
    if (headerBytes > TCP_HEADER_BYTES) this.#parseOptions(bytes, start + TCP_HEADER_BYTES, start + headerBytes);
    return true;
  }

  /** An option that claims an impossible length ends the parsing; those before it count. */
  #parseOptions(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const kind = bytes[at]!;
      if (kind === OPTION_END) return;
      if (kind === OPTION_NOP) {
        at++;
        continue;
      }
      const length = at + 1 < end ? bytes[at + 1]! : 0;
      if (length < 2 || at + length > end) return;
      this.#parseOption(bytes, kind, at + 2, length - 2);
      at += length;
    }
  }

  #parseOption(bytes: Uint8Array, kind: number, at: number, length: number): void {
    if (kind === OPTION_TIMESTAMPS && length === 8) {
      this.hasTimestamps = true;
      this.tsVal = read32(bytes, at);
      this.tsEcr = read32(bytes, at + 4);
    } else if (kind === OPTION_SACK && length % 8 === 0) {
      this.sackBlocks = Math.min(MAX_SACK_BLOCKS, length / 8);
      for (let i = 0; i < this.sackBlocks * 2; i++) this.sackEdges[i] = read32(bytes, at + i * 4);
    } else if (kind === OPTION_MSS && length === 2) this.mss = read16(bytes, at);
    else if (kind === OPTION_WINDOW_SCALE && length === 1) this.windowScale = bytes[at]!;
    else if (kind === OPTION_SACK_PERMITTED && length === 0) this.sackPermitted = true;
  }
}

/** Writes the fixed header; `headerBytes` counts it and the options (a multiple of 4). The checksum is left zero. */
export function writeTcpHeader(
  out: Uint8Array,
  sourcePort: number,
  destinationPort: number,
  sequence: number,
  acknowledgment: number,
  flags: number,
  window: number,
  headerBytes: number,
): void {
  write16(out, 0, sourcePort);
  write16(out, 2, destinationPort);
  write32(out, 4, sequence);
  write32(out, 8, acknowledgment);
  out[12] = (headerBytes >>> 2) << 4;
  out[13] = flags;
  write16(out, 14, window);
  write32(out, 16, 0);
}

/** The checksum of the first `length` bytes of `out` with the pseudo-header's sum. */
export function fillTcpChecksum(out: Uint8Array, length: number, pseudoSum: number): void {
  writeTcpChecksum(out, addBytes(pseudoSum, out, 0, length));
}

/** `sum` is that of the whole segment, checksum zero, and of the pseudo-header. */
export function writeTcpChecksum(out: Uint8Array, sum: number): void {
  write16(out, 16, finishChecksum(sum));
}

/** Writes NOP, NOP, timestamps; answers the position after them. */
export function writeTimestamps(out: Uint8Array, at: number, tsVal: number, tsEcr: number): number {
  out[at] = OPTION_NOP;
  out[at + 1] = OPTION_NOP;
  out[at + 2] = OPTION_TIMESTAMPS;
  out[at + 3] = 10;
  write32(out, at + 4, tsVal);
  write32(out, at + 8, tsEcr);
  return at + TIMESTAMPS_BYTES;
}

/** Bytes that `blocks` SACK blocks take, with their two NOPs. */
export function sackBytes(blocks: number): number {
  return blocks === 0 ? 0 : 4 + blocks * 8;
}

/** `edges` holds 32-bit start and end of each block. */
export function writeSack(out: Uint8Array, at: number, edges: Uint32Array, blocks: number): number {
  out[at] = OPTION_NOP;
  out[at + 1] = OPTION_NOP;
  out[at + 2] = OPTION_SACK;
  out[at + 3] = 2 + blocks * 8;
  for (let i = 0; i < blocks * 2; i++) write32(out, at + 4 + i * 4, edges[i]!);
  return at + sackBytes(blocks);
}

/** The options of a SYN; what is undefined or false is left out. */
export interface SynOptions {
  readonly mss: number;
  readonly windowScale: number | undefined;
  readonly sackPermitted: boolean;
  readonly timestamps: boolean;
}

export function synOptionBytes(options: SynOptions): number {
  const scale = options.windowScale === undefined ? 0 : 4;
  const sack = options.sackPermitted && !options.timestamps ? 4 : 0;
  return 4 + scale + sack + (options.timestamps ? TIMESTAMPS_BYTES : 0);
}

export function writeSynOptions(out: Uint8Array, options: SynOptions, tsVal: number, tsEcr: number): void {
  let at = TCP_HEADER_BYTES;
  out[at] = OPTION_MSS;
  out[at + 1] = 4;
  write16(out, at + 2, options.mss);
  at += 4;
  if (options.timestamps) {
    const pair = at;
    at = writeTimestamps(out, at, tsVal, tsEcr);
    if (options.sackPermitted) writeSackPermitted(out, pair);
  } else if (options.sackPermitted) {
    out[at] = OPTION_NOP;
    out[at + 1] = OPTION_NOP;
    writeSackPermitted(out, at + 2);
    at += 4;
  }
  if (options.windowScale === undefined) return;
  out[at] = OPTION_NOP;
  out[at + 1] = OPTION_WINDOW_SCALE;
  out[at + 2] = 3;
  out[at + 3] = options.windowScale;
}

/** In the place of two NOPs. */
function writeSackPermitted(out: Uint8Array, at: number): void {
  out[at] = OPTION_SACK_PERMITTED;
  out[at + 1] = 2;
}

function read16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

function read32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

function write16(out: Uint8Array, at: number, value: number): void {
  out[at] = value >>> 8;
  out[at + 1] = value;
}

function write32(out: Uint8Array, at: number, value: number): void {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
}
