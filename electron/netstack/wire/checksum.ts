// RFC 1071: the Internet checksum. Sums are kept as plain numbers (big-endian 16-bit words) and folded once at the end.

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

let wordsBuffer: ArrayBufferLike | undefined;
let words: Uint32Array = new Uint32Array(0);

/** A word view of the whole buffer; the stack works in one buffer, so the last view is kept. */
function wordsOf(buffer: ArrayBufferLike): Uint32Array {
  if (buffer !== wordsBuffer || words.length === 0) {
    wordsBuffer = buffer;
    words = new Uint32Array(buffer, 0, buffer.byteLength >>> 2);
  }
  return words;
}

function fold(sum: number): number {
  let s = sum;
  while (s > 0xffff) s = (s & 0xffff) + Math.floor(s / 0x10000);
  return s;
}

/**
 * Adds bytes [start, end) of `bytes` to `initial` as big-endian 16-bit words, an odd last byte padded with zero.
 * At most 65,535 bytes; the result is not folded. Pieces can be chained when all but the last are of even length.
 */
export function addBytes(initial: number, bytes: Uint8Array, start = 0, end = bytes.length): number {
  const from = bytes.byteOffset + start;
  if (end - start < 64 || !LITTLE_ENDIAN || (from & 3) !== 0) return addBytePairs(initial, bytes, start, end);
  const view = wordsOf(bytes.buffer);
  const first = from >>> 2;
  const count = (end - start) >>> 2;
  let low = 0;
  for (let i = first; i < first + count; i++) {
    const word = view[i]!;
    low += (word & 0xffff) + (word >>> 16);
  }
  // RFC 1071 section 2(B): a sum of swapped words is the swapped sum.
  const folded = fold(low);
  const sum = initial + (((folded & 0xff) << 8) | (folded >>> 8));
  return addBytePairs(sum, bytes, start + count * 4, end);
}

/** The plain twin of `addBytes`. */
export function addBytePairs(initial: number, bytes: Uint8Array, start: number, end: number): number {
  let sum = initial;
  let i = start;
  for (; i + 1 < end; i += 2) sum += (bytes[i]! << 8) | bytes[i + 1]!;
  return i < end ? sum + (bytes[i]! << 8) : sum;
}

/** The checksum field for a sum: folded and complemented. Over data that contains a right checksum it is 0. */
export function finishChecksum(sum: number): number {
  return ~fold(sum) & 0xffff;
}

/** The checksum of bytes [start, end), on top of `initial` (for example a pseudo-header). */
export function checksum(bytes: Uint8Array, start = 0, end = bytes.length, initial = 0): number {
  return finishChecksum(addBytes(initial, bytes, start, end));
}

/** RFC 9293 section 3.1 and RFC 8200 section 8.1: the sum of the pseudo-header, for 4-byte or 16-byte addresses. */
export function pseudoHeaderSum(source: Uint8Array, destination: Uint8Array, protocol: number, length: number): number {
  const sum = addBytePairs(protocol + (length >>> 16) + (length & 0xffff), source, 0, source.length);
  return addBytePairs(sum, destination, 0, destination.length);
}
