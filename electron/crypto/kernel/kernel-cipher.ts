import { CulvertError } from "../../base/errors.ts";
import {
  fitsRun,
  openOneByOne,
  sealOneByOne,
  sealRunOneByOne,
  TAG_LENGTH,
  TEXT_LIMIT,
  type TransportCipher,
} from "../transport-cipher.ts";
import type { Kernel } from "./kernel.ts";
import type { PacketSlots } from "./packet-slots.ts";

const ERASED = -1;

/** A key in the kernel's table. Packets in the kernel's memory stay where they are, others are copied in and out. */
export class KernelCipher implements TransportCipher {
  readonly #kernel: Kernel;
  #key: number;

  /** `key` is an address that Kernel.addKey returned; this object owns it. */
  constructor(kernel: Kernel, key: number) {
    this.#kernel = kernel;
    this.#key = key;
  }

  seal(counterLow: number, counterHigh: number, buffer: Uint8Array, offset: number, length: number): void {
    if (this.#key === ERASED) throw new CulvertError("internal", "sealing with an erased key");
    if (!(length <= TEXT_LIMIT && offset >= 0 && offset + length + TAG_LENGTH <= buffer.length))
      throw new CulvertError("internal", "no room to seal");
    const { exports, bounce } = this.#kernel;
    if (this.#holds(buffer)) {
      exports.seal(this.#key, counterLow, counterHigh, buffer.byteOffset + offset, length);
      return;
    }
    bounce.set(buffer.subarray(offset, offset + length));
    exports.seal(this.#key, counterLow, counterHigh, bounce.byteOffset, length);
    buffer.set(bounce.subarray(0, length + TAG_LENGTH), offset);
  }

  sealRun(
    counterLow: number,
    counterHigh: number,
    buffer: Uint8Array,
    offset: number,
    length: number,
    spacing: number,
    count: number,
  ): void {
    if (this.#key === ERASED) throw new CulvertError("internal", "sealing with an erased key");
    if (!fitsRun(buffer, offset, length, spacing, count)) throw new CulvertError("internal", "no room to seal");
    if (this.#holds(buffer)) {
      const text = buffer.byteOffset + offset;
      this.#kernel.exports.sealRun(this.#key, counterLow, counterHigh, text, length, spacing, count);
    } else sealRunOneByOne(this, counterLow, counterHigh, buffer, offset, length, spacing, count);
  }

  open(counterLow: number, counterHigh: number, buffer: Uint8Array, offset: number, length: number): boolean {
    if (this.#key === ERASED || length < TAG_LENGTH || length > TEXT_LIMIT + TAG_LENGTH) return false;
    if (!(offset >= 0 && offset + length <= buffer.length)) return false;
    const { exports, bounce } = this.#kernel;
    if (this.#holds(buffer))
      return exports.open(this.#key, counterLow, counterHigh, buffer.byteOffset + offset, length) !== 0;
    bounce.set(buffer.subarray(offset, offset + length));
    if (exports.open(this.#key, counterLow, counterHigh, bounce.byteOffset, length) === 0) return false;
    buffer.set(bounce.subarray(0, length - TAG_LENGTH), offset);
    return true;
  }

  sealBatch(slots: PacketSlots): void {
    const { exports, records } = this.#kernel;
    if (this.#key === ERASED || slots !== this.#kernel.slots) sealOneByOne(this, slots);
    else exports.sealBatch(this.#key, records, slots.takeBatch("text"));
  }

  openBatch(slots: PacketSlots): void {
    const { exports, records } = this.#kernel;
    if (this.#key === ERASED || slots !== this.#kernel.slots) openOneByOne(this, slots);
    else exports.openBatch(this.#key, records, slots.takeBatch("sealed"));
  }

  erase(): void {
    if (this.#key !== ERASED) this.#kernel.eraseKey(this.#key);
    this.#key = ERASED;
  }

  #holds(buffer: Uint8Array): boolean {
    // The first answer is the usual one, and quick: `buffer` is a getter of the runtime's.
    return buffer === this.#kernel.slots.memory || buffer.buffer === this.#kernel.buffer;
  }
}
