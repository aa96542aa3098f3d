import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { CulvertError } from "../base/errors.ts";
import type { PacketSlots } from "./kernel/packet-slots.ts";
import {
  fitsRun,
  openOneByOne,
  sealOneByOne,
  sealRunOneByOne,
  TAG_LENGTH,
  TEXT_LIMIT,
  type TransportCipher,
} from "./transport-cipher.ts";

/** The kernel's twin in plain JavaScript: what the kernel is checked against, and what runs where WebAssembly cannot. */
export class PlainCipher implements TransportCipher {
  readonly #key: Uint8Array;
  readonly #nonce = new Uint8Array(12);
  readonly #nonceView = new DataView(this.#nonce.buffer);
  #erased = false;

  /** The key is copied. */
  constructor(key: Uint8Array) {
    this.#key = Uint8Array.from(key);
  }

  seal(counterLow: number, counterHigh: number, buffer: Uint8Array, offset: number, length: number): void {
    const end = offset + length + TAG_LENGTH;
    if (this.#erased) throw new CulvertError("internal", "sealing with an erased key");
    if (!(length <= TEXT_LIMIT && offset >= 0 && end <= buffer.length))
      throw new CulvertError("internal", "no room to seal");
    const text = buffer.subarray(offset, offset + length);
    this.#aead(counterLow, counterHigh).encrypt(text, buffer.subarray(offset, end));
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
    if (!fitsRun(buffer, offset, length, spacing, count)) throw new CulvertError("internal", "no room to seal");
    sealRunOneByOne(this, counterLow, counterHigh, buffer, offset, length, spacing, count);
  }

  open(counterLow: number, counterHigh: number, buffer: Uint8Array, offset: number, length: number): boolean {
    if (this.#erased || length < TAG_LENGTH || length > TEXT_LIMIT + TAG_LENGTH) return false;
    if (!(offset >= 0 && offset + length <= buffer.length)) return false;
    const sealed = buffer.subarray(offset, offset + length);
    try {
      this.#aead(counterLow, counterHigh).decrypt(sealed, sealed.subarray(0, length - TAG_LENGTH));
      return true;
    } catch {
      return false; // noble reports a wrong tag by throwing, before it decrypts
    }
  }

  sealBatch(slots: PacketSlots): void {
    sealOneByOne(this, slots);
  }

  openBatch(slots: PacketSlots): void {
    openOneByOne(this, slots);
  }

  erase(): void {
    this.#key.fill(0);
    this.#erased = true;
  }

  #aead(counterLow: number, counterHigh: number): ReturnType<typeof chacha20poly1305> {
    this.#nonceView.setUint32(4, counterLow, true);
    this.#nonceView.setUint32(8, counterHigh, true);
    return chacha20poly1305(this.#key, this.#nonce);
  }
}
