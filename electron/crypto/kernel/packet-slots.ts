import { CulvertError } from "../../base/errors.ts";
import { plainInternetSum, plainRepeatPacket, type RepeatedPacket } from "./plain-packet-work.ts";
import type { KernelExports } from "./web-assembly.ts";

/** Every slot holds one packet, with room for WireGuard's header in front and for padding and tag behind. */
export const SLOT_LENGTH = 2048;
/** Room for packets one behind the other: what one IP packet's length can state, and a little more. */
export const RUN_LENGTH = 32 * SLOT_LENGTH + SLOT_LENGTH;
/** The most packets of one batch. */
export const BATCH_LIMIT = 128;

const TAG_LENGTH = 16;

/** What the kernel does with packets besides ciphers, for slots in its memory. */
export interface PacketWork {
  readonly exports: Pick<KernelExports, "internetSum" | "repeatPacket">;
  readonly payloads: Uint8Array;
}

/** As in assembly/index.ts: counter (low, high), address, length, whether it was opened. */
const RECORD_WORDS = 5;
export const RECORDS_LENGTH = BATCH_LIMIT * RECORD_WORDS * 4;
const MOST_HOLDERS = 255;

/**
 * Packet memory of fixed slots, and the list of a batch. When both lie in the kernel's memory, packets are sealed and
 * opened where they are, a batch in one call. Plain arrays serve as well.
 *
 * A slot belongs to whoever acquired it until the last of those who hold it has released it; so does the one place for a run.
 */
export class PacketSlots {
  /** All slots, one behind the other: slot i starts at i * SLOT_LENGTH; then the place for a run. */
  readonly memory: Uint8Array<ArrayBuffer>;
  readonly slotLength = SLOT_LENGTH;
  /** 0 where there is no place for a run. */
  readonly runLength: number;
  readonly #records: Uint32Array;
  readonly #free: Uint16Array;
  readonly #runStart: number;
  /** How many hold each slot; the run's place is the last one. */
  readonly #holders: Uint8Array;
  readonly #work: PacketWork | undefined;
  #payloads: Uint8Array | undefined;
  #freeCount: number;
  #count = 0;
  #isText = false;

  /**
   * Keeps `memory`, whole slots, at most 65,536, of which the last `runLength` bytes are one place for a run, and `records`,
   * RECORDS_LENGTH bytes. `work` is the kernel's, where `memory` is its memory.
   */
  constructor(memory: Uint8Array<ArrayBuffer>, records: Uint32Array, runLength = 0, work?: PacketWork) {
    this.memory = memory;
    this.#records = records;
    this.#work = work;
    this.#payloads = work?.payloads;
    this.runLength = runLength;
    this.#runStart = memory.length - runLength;
    const slots = this.#runStart / SLOT_LENGTH;
    // Handed out from the end: the first slot first, later the one released last, which is warm.
    this.#free = Uint16Array.from({ length: slots }, (_, i) => slots - 1 - i);
    this.#freeCount = slots;
    this.#holders = new Uint8Array(slots + 1);
  }

  get freeCount(): number {
    return this.#freeCount;
  }

  /** Where a free slot starts in `memory`; undefined when all are taken. It holds whatever was there before. */
  acquire(): number | undefined {
    if (this.#freeCount === 0) return undefined;
    this.#freeCount--;
    const slot = this.#free[this.#freeCount]!;
    this.#holders[slot] = 1;
    return slot * SLOT_LENGTH;
  }

  /** Where `runLength` bytes for a run start; undefined while somebody holds them, or where there are none. */
  acquireRun(): number | undefined {
    const run = this.#runSlot;
    if (this.runLength === 0 || this.#holders[run] !== 0) return undefined;
    this.#holders[run] = 1;
    return this.#runStart;
  }

  get #runSlot(): number {
    return this.#holders.length - 1;
  }

  /** The slot at `offset`; all of the run's place is one. */
  #slotAt(offset: number): number {
    return offset >= this.#runStart ? this.#runSlot : Math.floor(offset / SLOT_LENGTH);
  }

  /**
   * Holds the slot that a packet at `offset` lies in for somebody more: it is free once all have released it. Returns what
   * `release` is to be given.
   */
  retain(offset: number): number {
    const slot = this.#slotAt(offset);
    const holders = this.#holders[slot] ?? 0;
    if (holders === 0 || holders === MOST_HOLDERS) throw new CulvertError("internal", "not a slot in use");
    this.#holders[slot] = holders + 1;
    return slot === this.#runSlot ? this.#runStart : slot * SLOT_LENGTH;
  }

  /** Gives back, once for each `acquire`, `acquireRun` and `retain`, the slot that starts at `start`. */
  release(start: number): void {
    const slot = start >= this.#runStart ? this.#runSlot : start / SLOT_LENGTH;
    // Undefined for what is no slot at all.
    const holders = this.#holders[slot] ?? 0;
    if (holders === 0) throw new CulvertError("internal", "not a slot in use");
    this.#holders[slot] = holders - 1;
    if (holders > 1 || slot === this.#runSlot) return;
    this.#free[this.#freeCount] = slot;
    this.#freeCount++;
  }

  /** Erases what free slots still hold of packets long gone. */
  wipeFree(): void {
    for (let i = 0; i < this.#freeCount; i++) {
      const start = this.#free[i]! * SLOT_LENGTH;
      this.memory.fill(0, start, start + SLOT_LENGTH);
    }
    if (this.#holders[this.#runSlot] === 0) this.memory.fill(0, this.#runStart);
    this.#payloads?.fill(0);
  }

  /** RFC 1071: the sum of memory[start, end) in 16-bit big-endian words, folded to 16 bits and not complemented. */
  internetSum(start: number, end: number): number {
    if (!(start >= 0 && start <= end && end <= this.memory.length))
      throw new CulvertError("internal", "a sum outside of the slots");
    return this.#work === undefined
      ? plainInternetSum(this.memory, start, end)
      : this.#work.exports.internetSum(this.memory.byteOffset + start, end - start);
  }

  /** `runLength` bytes for the payloads of `repeatPacket`, which nobody else writes to. */
  get payloads(): Uint8Array {
    this.#payloads ??= new Uint8Array(this.runLength);
    return this.#payloads;
  }

  /**
   * Writes `count` packets behind the one at `start` of `memory`: like it, but each with the next bytes of `payloads`, its
   * counter gone on, and its checksum right if the first one's is.
   */
  repeatPacket(start: number, count: number, packet: RepeatedPacket): void {
    const { headerLength, payloadLength, spacing, counterAt, sumAt } = packet;
    const length = headerLength + payloadLength;
    const fits = start >= 0 && start + count * spacing + length <= this.memory.length && length <= spacing;
    const isEven = ((headerLength | counterAt | sumAt) & 1) === 0;
    const isRight = isEven && headerLength >= 16 && Math.max(counterAt + 4, sumAt + 2) <= headerLength;
    if (!(fits && isRight && count >= 0 && count * payloadLength <= this.payloads.length))
      throw new CulvertError("internal", "no room for packets alike");
    if (this.#work === undefined) {
      plainRepeatPacket(this.memory, start, count, packet, this.payloads);
      return;
    }
    const { exports, payloads } = this.#work;
    const at = this.memory.byteOffset + start;
    exports.repeatPacket(at, headerLength, payloadLength, spacing, count, counterAt, sumAt, payloads.byteOffset);
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
