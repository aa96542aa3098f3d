import { CulvertError } from "../../base/errors.ts";

/** Every slot holds one packet, with room for WireGuard's header in front and for padding and tag behind. */
export const SLOT_LENGTH = 2048;
/** The most packets of one batch. */
export const BATCH_LIMIT = 128;

const TAG_LENGTH = 16;
/** As in assembly/index.ts: counter (low, high), address, length, whether it was opened. */
const RECORD_WORDS = 5;
export const RECORDS_LENGTH = BATCH_LIMIT * RECORD_WORDS * 4;

/**
 * Packet memory of fixed slots, and the list of a batch. When both lie in the kernel's memory, packets are sealed and
 * opened where they are, a batch in one call. Plain arrays serve as well.
 */
export class PacketSlots {
  /** All slots, one behind the other: slot i starts at i * SLOT_LENGTH. */
  readonly memory: Uint8Array<ArrayBuffer>;
  readonly #records: Uint32Array;
  readonly #free: Uint16Array;
  #freeCount: number;
  #count = 0;
  #isText = false;

  /** Keeps `memory`, whole slots, at most 65,536, and `records`, RECORDS_LENGTH bytes. */
  constructor(memory: Uint8Array<ArrayBuffer>, records: Uint32Array) {
    this.memory = memory;
    this.#records = records;
    const slots = memory.length / SLOT_LENGTH;
    // Handed out from the end: the first slot first, later the one released last, which is warm.
    this.#free = Uint16Array.from({ length: slots }, (_, i) => slots - 1 - i);
    this.#freeCount = slots;
  }

  get freeCount(): number {
    return this.#freeCount;
  }

  /** Where a free slot starts in `memory`; undefined when all are taken. It holds whatever was there before. */
  acquire(): number | undefined {
    if (this.#freeCount === 0) return undefined;
    this.#freeCount--;
    return this.#free[this.#freeCount]! * SLOT_LENGTH;
  }

  /** Gives back, once, what `acquire` returned. */
  release(start: number): void {
    const slot = start / SLOT_LENGTH;
    if (!Number.isInteger(slot) || slot < 0 || slot >= this.#free.length || this.#freeCount === this.#free.length)
      throw new CulvertError("internal", "not a slot in use");
    this.#free[this.#freeCount] = slot;
    this.#freeCount++;
  }

  /** Adds `length` bytes at `offset` of `memory` to the batch that TransportCipher.sealBatch takes; returns its number. */
  addText(counterLow: number, counterHigh: number, offset: number, length: number): number {
    return this.#add(counterLow, counterHigh, offset, length, true);
  }

  /** Adds `length` bytes, tag included, to the batch that TransportCipher.openBatch takes; returns its number. */
  addSealed(counterLow: number, counterHigh: number, offset: number, length: number): number {
    return this.#add(counterLow, counterHigh, offset, length, false);
  }

  /** Since the last openBatch, until the next packet is added. */
  opened(index: number): boolean {
    return this.#records[index * RECORD_WORDS + 4] === 1;
  }

  /** For ciphers: ends the batch and returns its size. */
  takeBatch(kind: "text" | "sealed"): number {
    const count = this.#count;
    if (count > 0 && this.#isText !== (kind === "text"))
      throw new CulvertError("internal", "a batch of the other kind");
    this.#count = 0;
    return count;
  }

  /** For ciphers that take packets one by one. */
  record(index: number): { counterLow: number; counterHigh: number; offset: number; length: number } {
    const [counterLow = 0, counterHigh = 0, address = 0, length = 0] = this.#records.subarray(index * RECORD_WORDS);
    return { counterLow, counterHigh, offset: address - this.memory.byteOffset, length };
  }

  setOpened(index: number, opened: boolean): void {
    this.#records[index * RECORD_WORDS + 4] = opened ? 1 : 0;
  }

  #add(counterLow: number, counterHigh: number, offset: number, length: number, isText: boolean): number {
    const end = (offset % SLOT_LENGTH) + length + (isText ? TAG_LENGTH : 0);
    if (!(offset >= 0 && offset < this.memory.length && length >= 0 && end <= SLOT_LENGTH))
      throw new CulvertError("internal", "a packet outside of its slot");
    if (this.#count === BATCH_LIMIT || (this.#count > 0 && this.#isText !== isText))
      throw new CulvertError("internal", "a batch that is full or of the other kind");
    const at = this.#count * RECORD_WORDS;
    this.#records[at] = counterLow;
    this.#records[at + 1] = counterHigh;
    this.#records[at + 2] = this.memory.byteOffset + offset;
    this.#records[at + 3] = length;
    this.#records[at + 4] = 0;
    this.#isText = isText;
    this.#count++;
    return this.#count - 1;
  }
}
