import { chacha20poly1305, xchacha20poly1305 } from "@noble/ciphers/chacha.js";

/**
 * ChaCha20-Poly1305 (RFC 8439) and XChaCha20-Poly1305 behind one door. Everything that seals or opens goes through this
 * file, so that a faster kernel can take its place without a caller noticing. Electron's BoringSSL has no
 * chacha20-poly1305 in node:crypto: never reach for it here.
 */

export const TAG_LENGTH = 16;
export const NONCE_LENGTH = 12;
export const XNONCE_LENGTH = 24;

const NO_AAD = new Uint8Array(0);

/** WireGuard's AEAD with an explicit counter and associated data; returns ciphertext and tag. */
export function seal(key: Uint8Array, counter: number, plaintext: Uint8Array, aad: Uint8Array = NO_AAD): Uint8Array {
  return chacha20poly1305(key, nonceOf(counter, 0), aad).encrypt(plaintext);
}

/** The plaintext, or undefined when the tag does not fit. */
export function open(
  key: Uint8Array,
  counter: number,
  sealed: Uint8Array,
  aad: Uint8Array = NO_AAD,
): Uint8Array | undefined {
  if (sealed.length < TAG_LENGTH) return undefined;
  try {
    return chacha20poly1305(key, nonceOf(counter, 0), aad).decrypt(sealed);
  } catch {
    return undefined; // noble reports a wrong tag by throwing
  }
}

export function xseal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Uint8Array {
  return xchacha20poly1305(key, nonce, aad).encrypt(plaintext);
}

export function xopen(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Uint8Array | undefined {
  if (sealed.length < TAG_LENGTH) return undefined;
  try {
    return xchacha20poly1305(key, nonce, aad).decrypt(sealed);
  } catch {
    return undefined;
  }
}

/**
 * One direction of a WireGuard session: seals or opens in place, without associated data. The nonce is four zero bytes and
 * the 64-bit counter, little-endian; it is passed as two unsigned 32-bit words because a JavaScript number holds only 53 bits.
 */
export interface TransportCipher {
  /** Seals `length` bytes at `offset` in place and writes the tag behind them; `buffer` must reach offset + length + 16. */
  seal(counterLow: number, counterHigh: number, buffer: Uint8Array, offset: number, length: number): void;
  /** Opens `length` bytes (tag included) at `offset` in place. False when the tag does not fit: the bytes are then garbage to be dropped. */
  open(counterLow: number, counterHigh: number, buffer: Uint8Array, offset: number, length: number): boolean;
  /** Erases the key. The cipher must not be used afterwards. */
  erase(): void;
}

/** The key is copied; the caller may erase its own. */
export function createTransportCipher(key: Uint8Array): TransportCipher {
  return new PlainTransportCipher(key);
}

class PlainTransportCipher implements TransportCipher {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = Uint8Array.from(key);
  }

  seal(counterLow: number, counterHigh: number, buffer: Uint8Array, offset: number, length: number): void {
    const text = buffer.subarray(offset, offset + length);
    chacha20poly1305(this.#key, nonceOf(counterLow, counterHigh)).encrypt(
      text,
      buffer.subarray(offset, offset + length + TAG_LENGTH),
    );
  }

  open(counterLow: number, counterHigh: number, buffer: Uint8Array, offset: number, length: number): boolean {
    if (length < TAG_LENGTH) return false;
    const sealed = buffer.subarray(offset, offset + length);
    try {
      chacha20poly1305(this.#key, nonceOf(counterLow, counterHigh)).decrypt(
        sealed,
        sealed.subarray(0, length - TAG_LENGTH),
      );
      return true;
    } catch {
      return false;
    }
  }

  erase(): void {
    this.#key.fill(0);
  }
}

function nonceOf(counterLow: number, counterHigh: number): Uint8Array {
  const nonce = new Uint8Array(NONCE_LENGTH);
  const view = new DataView(nonce.buffer);
  view.setUint32(4, counterLow, true);
  view.setUint32(8, counterHigh, true);
  return nonce;
}
