import { TAG_LENGTH, TEXT_LIMIT } from "../transport-cipher.ts";
import { KERNEL_BINARY } from "./binary.ts";
import { PacketSlots, RECORDS_LENGTH, RUN_LENGTH, SLOT_LENGTH } from "./packet-slots.ts";
import { instantiate, type KernelExports } from "./web-assembly.ts";

const KEY_LENGTH = 32;
const PAGE_LENGTH = 65_536;
const ALIGNMENT = 64;

export interface KernelSize {
  readonly keys: number;
  readonly slots: number;
}

/**
 * ChaCha20-Poly1305 in WebAssembly with SIMD: one instance, its memory and what lies where in it. Behind the module's own
 * data come the keys, the list of a batch, a place for packets that live elsewhere, and the packet slots.
 */
export class Kernel {
  readonly exports: KernelExports;
  readonly buffer: ArrayBuffer;
  readonly slots: PacketSlots;
  /** Address of the batch list. */
  readonly records: number;
  /** A text of the greatest length and its tag, for packets outside of the memory. */
  readonly bounce: Uint8Array;
  readonly #keys: Uint8Array;
  readonly #freeKeys: number[];

  /** Undefined where WebAssembly with SIMD is missing. */
  static create(size: KernelSize): Kernel | undefined {
    const binary = Uint8Array.from(Buffer.from(KERNEL_BINARY, "base64"));
    // The module's own data and the bounce take less than three pages.
    const packets = size.slots * SLOT_LENGTH + 2 * RUN_LENGTH;
    const pages = 3 + Math.ceil((size.keys * KEY_LENGTH + RECORDS_LENGTH + packets) / PAGE_LENGTH);
    const instance = instantiate(binary, pages);
    return instance === undefined ? undefined : new Kernel(instance.exports, instance.memory.buffer, size);
  }

  private constructor(exports: KernelExports, buffer: ArrayBuffer, size: KernelSize) {
    this.exports = exports;
    this.buffer = buffer;
    let end = exports.MEMORY_BASE.value;
    const reserve = (length: number): number => {
      const start = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
      end = start + length;
      return start;
    };
    this.#keys = new Uint8Array(buffer, reserve(size.keys * KEY_LENGTH), size.keys * KEY_LENGTH);
    this.#freeKeys = Array.from({ length: size.keys }, (_, i) => size.keys - 1 - i);
    this.records = reserve(RECORDS_LENGTH);
    this.bounce = new Uint8Array(buffer, reserve(TEXT_LIMIT + TAG_LENGTH), TEXT_LIMIT + TAG_LENGTH);
    const packets = size.slots * SLOT_LENGTH + RUN_LENGTH;
    this.slots = new PacketSlots(
      new Uint8Array(buffer, reserve(packets), packets),
      new Uint32Array(buffer, this.records, RECORDS_LENGTH / 4),
      RUN_LENGTH,
      { exports, payloads: new Uint8Array(buffer, reserve(RUN_LENGTH), RUN_LENGTH) },
    );
  }

  /** Copies the key into the table and returns its address; undefined when the table is full. */
  addKey(key: Uint8Array): number | undefined {
    const index = this.#freeKeys.pop();
    if (index === undefined) return undefined;
    this.#keys.set(key.subarray(0, KEY_LENGTH), index * KEY_LENGTH);
    return this.#keys.byteOffset + index * KEY_LENGTH;
  }

  /** Erases the key, and what the last calls derived from keys. */
  eraseKey(address: number): void {
    const start = address - this.#keys.byteOffset;
    this.#keys.fill(0, start, start + KEY_LENGTH);
    this.exports.wipe();
    this.#freeKeys.push(start / KEY_LENGTH);
  }
}
