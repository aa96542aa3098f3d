/** What the kernel does with packets besides ciphers, in JavaScript: its twins, and what is used where there is no kernel. */

/** How packets of a run that are alike differ. Places count from the packet's beginning; they and the header's length are even. */
export interface RepeatedPacket {
  /** At least 16. */
  readonly headerLength: number;
  readonly payloadLength: number;
  readonly spacing: number;
  /** A 32-bit big-endian number that goes on by `payloadLength`. */
  readonly counterAt: number;
  /** The Internet checksum (RFC 1071) over at least that number and the payload. */
  readonly sumAt: number;
}

/** The kernel's twin; at most 65,536 bytes, as there. */
export function plainInternetSum(memory: Uint8Array, start: number, end: number): number {
  let sum = 0;
  let at = start;
  for (; at + 1 < end; at += 2) sum += (memory[at]! << 8) | memory[at + 1]!;
  if (at < end) sum += memory[at]! << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

/** As the kernel's `repeatPacket`. */
export function plainRepeatPacket(
  memory: Uint8Array,
  start: number,
  count: number,
  { headerLength, payloadLength, spacing, counterAt, sumAt }: RepeatedPacket,
  payloads: Uint8Array,
): void {
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  const first = view.getUint32(start + counterAt);
  const payloadSum = plainInternetSum(memory, start + headerLength, start + headerLength + payloadLength);
  // RFC 1624 section 3: in ones' complement taking away is adding the complement.
  const taken = (word: number): number => ~word & 0xffff;
  const constant = taken(view.getUint16(start + sumAt)) + taken(payloadSum) + taken(first >>> 16) + taken(first);
  for (let i = 1; i <= count; i++) {
    const to = start + i * spacing;
    memory.copyWithin(to, start, start + headerLength);
    memory.set(payloads.subarray((i - 1) * payloadLength, i * payloadLength), to + headerLength);
    const counter = (first + i * payloadLength) >>> 0;
    view.setUint32(to + counterAt, counter);
    const ownSum = plainInternetSum(memory, to + headerLength, to + headerLength + payloadLength);
    let sum = constant + (counter >>> 16) + (counter & 0xffff) + ownSum;
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    view.setUint16(to + sumAt, ~sum & 0xffff);
  }
}
