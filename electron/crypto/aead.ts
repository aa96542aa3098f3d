import { chacha20poly1305, xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { Kernel } from "./kernel/kernel.ts";
import { KernelCipher } from "./kernel/kernel-cipher.ts";
import { PacketSlots, RECORDS_LENGTH, RUN_LENGTH, SLOT_LENGTH } from "./kernel/packet-slots.ts";
import { PlainCipher } from "./plain-cipher.ts";
import { TAG_LENGTH, type TransportCipher } from "./transport-cipher.ts";

/**
 * ChaCha20-Poly1305 (RFC 8439) and XChaCha20-Poly1305 behind one door: the functions for handshakes, then the ciphers for
 * transport data. Electron's BoringSSL has no chacha20-poly1305 in node:crypto: never reach for it here.
 */

export { SLOT_LENGTH } from "./kernel/packet-slots.ts";
export { TAG_LENGTH, type TransportCipher } from "./transport-cipher.ts";

const NONCE_LENGTH = 12;
export const XNONCE_LENGTH = 24;

/** A session has two keys and a peer up to three sessions. Memory that nobody touches costs address space only. */
const KERNEL_SIZE = { keys: 4_096, slots: 1_024 };
let kernel: { readonly instance: Kernel | undefined } | undefined;
let slots: PacketSlots | undefined;

const NO_AAD = new Uint8Array(0);

/** WireGuard's AEAD with an explicit counter and associated data; returns ciphertext and tag. */
export function seal(key: Uint8Array, counter: number, plaintext: Uint8Array, aad: Uint8Array = NO_AAD): Uint8Array {
  return chacha20poly1305(key, nonceOf(counter), aad).encrypt(plaintext);
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
    return chacha20poly1305(key, nonceOf(counter), aad).decrypt(sealed);
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
 * A cipher for one transport key, which is copied; the caller may erase its own. The kernel does the work, unless this
 * engine cannot run it or all places of its key table are taken.
 */
export function createTransportCipher(key: Uint8Array): TransportCipher {
  const kernel = theKernel();
  const address = kernel?.addKey(key);
  return kernel === undefined || address === undefined ? new PlainCipher(key) : new KernelCipher(kernel, address);
}

/** This thread's packet memory: in the kernel's, when there is one. */
export function packetSlots(): PacketSlots {
  slots ??= theKernel()?.slots ?? createPlainSlots();
  return slots;
}

/** Erases what is left of packets outside of slots in use: they would outlive the keys that protected them. */
export function wipePacketMemory(): void {
  slots?.wipeFree();
  kernel?.instance?.bounce.fill(0);
}

function createPlainSlots(): PacketSlots {
  const memory = new Uint8Array(KERNEL_SIZE.slots * SLOT_LENGTH + RUN_LENGTH);
  return new PacketSlots(memory, new Uint32Array(RECORDS_LENGTH / 4), RUN_LENGTH);
}

/** Made when it is first needed: a command that opens no tunnel does without. */
function theKernel(): Kernel | undefined {
  kernel ??= { instance: Kernel.create(KERNEL_SIZE) };
  return kernel.instance;
}

function nonceOf(counter: number): Uint8Array {
  const nonce = new Uint8Array(NONCE_LENGTH);
  new DataView(nonce.buffer).setUint32(4, counter, true);
  return nonce;
}
