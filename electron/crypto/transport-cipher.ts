import type { PacketSlots } from "./kernel/packet-slots.ts";

export const TAG_LENGTH = 16;
/** The longest text of a packet: the largest IP packet, padded to sixteen bytes. */
export const TEXT_LIMIT = 65_536;

/**
 * One direction of a WireGuard session: seals or opens in place, without associated data. The nonce is four zero bytes and
 * the 64-bit counter, little-endian; it is passed as two unsigned 32-bit words because a JavaScript number holds only 53 bits.
 * Packets whose buffer is `packetSlots().memory`, or a part of it, are not copied.
 */
export interface TransportCipher {
  /**
   * Seals `length` bytes at `offset` in place and writes the tag behind them; `buffer` must reach offset + length + 16.
   * Throws "internal" when it does not, when the text exceeds TEXT_LIMIT, and after `erase`.
   */
  seal(counterLow: number, counterHigh: number, buffer: Uint8Array, offset: number, length: number): void;
  /**
   * As `count` calls of `seal` with counters that go on from the first, for texts of one length, one every `spacing` bytes from
   * `offset`. Throws as `seal` does, before anything is sealed, and when there is no room for a tag between two texts.
   */
  sealRun(
    counterLow: number,
    counterHigh: number,
    buffer: Uint8Array,
    offset: number,
    length: number,
    spacing: number,
    count: number,
  ): void;
  /** Opens `length` bytes (tag included) at `offset` in place. False, and nothing touched, when the tag does not fit. */
  open(counterLow: number, counterHigh: number, buffer: Uint8Array, offset: number, length: number): boolean;
  /** Seals the packets of `slots.addText`, in order, and empties the batch. */
  sealBatch(slots: PacketSlots): void;
  /** Opens the packets of `slots.addSealed` and empties the batch; `slots.opened` tells of each whether its tag did fit. */
  openBatch(slots: PacketSlots): void;
  /** Erases the key: from now on nothing opens and sealing throws. */
  erase(): void;
}

/** sealRun without a kernel. */
export function sealRunOneByOne(
  cipher: TransportCipher,
  counterLow: number,
  counterHigh: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  spacing: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const low = (counterLow + i) >>> 0;
    cipher.seal(low, low < counterLow ? counterHigh + 1 : counterHigh, buffer, offset + i * spacing, length);
  }
}

/** For ciphers: whether a run lies in its buffer, each text with room for its tag. */
export function fitsRun(buffer: Uint8Array, offset: number, length: number, spacing: number, count: number): boolean {
  const end = offset + (count - 1) * spacing + length + TAG_LENGTH;
  return length <= TEXT_LIMIT && offset >= 0 && count >= 1 && length + TAG_LENGTH <= spacing && end <= buffer.length;
}

/** sealBatch without a kernel. */
export function sealOneByOne(cipher: TransportCipher, slots: PacketSlots): void {
  const count = slots.takeBatch("text");
  for (let i = 0; i < count; i++) {
    const { counterLow, counterHigh, offset, length } = slots.record(i);
    cipher.seal(counterLow, counterHigh, slots.memory, offset, length);
  }
}

/** openBatch without a kernel. */
export function openOneByOne(cipher: TransportCipher, slots: PacketSlots): void {
  const count = slots.takeBatch("sealed");
  for (let i = 0; i < count; i++) {
    const { counterLow, counterHigh, offset, length } = slots.record(i);
    slots.setOpened(i, cipher.open(counterLow, counterHigh, slots.memory, offset, length));
  }
}
