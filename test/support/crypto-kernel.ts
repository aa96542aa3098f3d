import { Kernel } from "../../electron/crypto/kernel/kernel.ts";
import { TAG_LENGTH } from "../../electron/crypto/transport-cipher.ts";

/** A kernel of its own; these tests make no sense without one. */
export function createKernel(keys = 2, slots = 2): Kernel {
  const kernel = Kernel.create({ keys, slots });
  if (kernel === undefined) throw new Error("this engine has no WebAssembly SIMD");
  return kernel;
}

/** The kernel's AEAD with any nonce and associated data, as the RFC's vectors have them. */
export class RfcAead {
  readonly #kernel = createKernel();
  readonly #key: number;
  readonly #nonce: readonly [number, number, number];
  readonly #aad: Uint8Array;

  constructor(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array) {
    this.#key = this.#kernel.addKey(key) ?? 0;
    const words = new DataView(nonce.buffer, nonce.byteOffset, 12);
    this.#nonce = [words.getUint32(0, true), words.getUint32(4, true), words.getUint32(8, true)];
    this.#aad = aad;
  }

  seal(text: Uint8Array): Uint8Array {
    const { exports, bounce } = this.#kernel;
    bounce.set(text);
    exports.sealWith(this.#key, ...this.#nonce, this.#putAad(), this.#aad.length, bounce.byteOffset, text.length);
    return bounce.slice(0, text.length + TAG_LENGTH);
  }

  open(sealed: Uint8Array): Uint8Array | undefined {
    const { exports, bounce } = this.#kernel;
    bounce.set(sealed);
    const opened = exports.openWith(
      this.#key,
      ...this.#nonce,
      this.#putAad(),
      this.#aad.length,
      bounce.byteOffset,
      sealed.length,
    );
    return opened === 0 ? undefined : bounce.slice(0, sealed.length - TAG_LENGTH);
  }

  #putAad(): number {
    this.#kernel.slots.memory.set(this.#aad);
    return this.#kernel.slots.memory.byteOffset;
  }
}

/** Poly1305 by the kernel: r and s together, and a message. */
export function kernelPoly1305(kernel: Kernel, key: Uint8Array, message: Uint8Array): Uint8Array {
  const { exports, bounce, slots } = kernel;
  slots.memory.set(key);
  bounce.set(message);
  const address = slots.memory.byteOffset;
  exports.poly1305(address, bounce.byteOffset, message.length, address + 32);
  return slots.memory.slice(32, 48);
}

/** RFC 8439 section 2.5.1, word for word, with integers of any size. */
export function bigPoly1305(key: Uint8Array, message: Uint8Array): Uint8Array {
  const p = (1n << 130n) - 5n;
  const r = littleEndian(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let a = 0n;
  for (let i = 0; i < message.length; i += 16) {
    const block = message.subarray(i, i + 16);
    a = (r * (a + littleEndian(block) + (1n << BigInt(8 * block.length)))) % p;
  }
  return bytesOf(a + littleEndian(key.subarray(16, 32)));
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** The lowest 128 bits. */
export function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}
