/**
 * Poly1305 (RFC 8439 section 2.5). The accumulator h is five limbs of 32 bits (the last one small), each in a 64-bit word.
 * Clamping makes this radix work: every limb of r is below 2^28, and r1, r2, r3 are multiples of 4, so that what a product
 * has above 2^128 comes back multiplied by 5/4 (2^130 = 5 modulo p) without a fraction: q1, q2, q3.
 */

export const BLOCK_LENGTH: usize = 16;

/** r0, r1, r2, r3, then q1, q2, q3. */
const R = memory.data(56, 64);
const S = memory.data(16, 16);
const H = memory.data(40, 64);
const PARTIAL = memory.data(16, 16);
const LIMB: u64 = 0xffffffff;

/** The one-time key's 32 bytes: r, which is clamped (section 2.5.1), and s. */
export function poly1305Start(key: usize): void {
  const r0: u64 = load<u32>(key, 0) & 0x0fffffff;
  const r1: u64 = load<u32>(key, 4) & 0x0ffffffc;
  const r2: u64 = load<u32>(key, 8) & 0x0ffffffc;
  const r3: u64 = load<u32>(key, 12) & 0x0ffffffc;
  store<u64>(R, r0, 0);
  store<u64>(R, r1, 8);
  store<u64>(R, r2, 16);
  store<u64>(R, r3, 24);
  store<u64>(R, r1 + (r1 >> 2), 32);
  store<u64>(R, r2 + (r2 >> 2), 40);
  store<u64>(R, r3 + (r3 >> 2), 48);
  v128.store(S, v128.load(key, 16));
  for (let i: usize = 0; i < 40; i += 8) store<u64>(H + i, 0);
}

/** A class because AssemblyScript inlines on demand, and TypeScript's grammar has a place for that on methods only. */
export class Poly1305 {
  /**
   * h = (h + block) * r modulo p, partly reduced. Bounds, in units of 2^32 for h and of 2^60 for d: on entry h0 < 2.6 and h1,
   * h2, h3 < 1, so that with a block h0 < 3.6 and the others < 2; r < 2^28 and q < 1.25 * 2^28 give d0 < 3.6 + 3 * 2.5 = 11.1,
   * d1 to d3 less: all fit 64 bits. d4 < 2^32 + 2^30, therefore h0 < 1 + 1.6 on exit.
   */
  @inline
  static absorb(block: usize, bit128: u64): void {
    const r0 = load<u64>(R, 0);
    const r1 = load<u64>(R, 8);
    const r2 = load<u64>(R, 16);
    const r3 = load<u64>(R, 24);
    const q1 = load<u64>(R, 32);
    const q2 = load<u64>(R, 40);
    const q3 = load<u64>(R, 48);
    const h0 = load<u64>(H, 0) + load<u32>(block, 0);
    const h1 = load<u64>(H, 8) + load<u32>(block, 4);
    const h2 = load<u64>(H, 16) + load<u32>(block, 8);
    const h3 = load<u64>(H, 24) + load<u32>(block, 12);
    const h4 = load<u64>(H, 32) + bit128;
    // h0 is known last: what it is added to does not wait for it.
    const d0 = h0 * r0 + (h1 * q3 + h2 * q2 + h3 * q1);
    const d1 = h0 * r1 + (h1 * r0 + h2 * q3 + h3 * q2 + h4 * q1) + (d0 >> 32);
    const d2 = h0 * r2 + (h1 * r1 + h2 * r0 + h3 * q3 + h4 * q2) + (d1 >> 32);
    const d3 = h0 * r3 + (h1 * r2 + h2 * r1 + h3 * r0 + h4 * q3) + (d2 >> 32);
    const d4 = h4 * r0 + (d3 >> 32);
    store<u64>(H, (d0 & LIMB) + 5 * (d4 >> 2), 0);
    store<u64>(H, d1 & LIMB, 8);
    store<u64>(H, d2 & LIMB, 16);
    store<u64>(H, d3 & LIMB, 24);
    store<u64>(H, d4 & 3, 32);
  }
}

/** Whole blocks, then the rest filled up with zeros (section 2.8, pad16). */
export function poly1305Padded(text: usize, length: usize): void {
  const rest = poly1305Blocks(text, length);
  if (rest === 0) return;
  copyPartial(text + length - rest, rest);
  Poly1305.absorb(PARTIAL, 1);
}

/** A message of its own as section 2.5.1 has it: the one bit stands right behind the rest. */
export function poly1305Message(text: usize, length: usize): void {
  const rest = poly1305Blocks(text, length);
  if (rest === 0) return;
  copyPartial(text + length - rest, rest);
  store<u8>(PARTIAL + rest, 1);
  Poly1305.absorb(PARTIAL, 0);
}

/** Section 2.5.1: (h modulo p + s) modulo 2^128, 16 bytes at `to`. */
export function poly1305Tag(to: usize): void {
  const c0 = load<u64>(H, 0);
  const c1 = load<u64>(H, 8) + (c0 >> 32);
  const c2 = load<u64>(H, 16) + (c1 >> 32);
  const c3 = load<u64>(H, 24) + (c2 >> 32);
  const h4 = load<u64>(H, 32) + (c3 >> 32);
  // h is below 2p; it is at least p exactly when h + 5 reaches 2^130.
  const g0 = (c0 & LIMB) + 5;
  const g1 = (c1 & LIMB) + (g0 >> 32);
  const g2 = (c2 & LIMB) + (g1 >> 32);
  const g3 = (c3 & LIMB) + (g2 >> 32);
  const g4 = h4 + (g3 >> 32);
  const reduced: u64 = 0 - (g4 >> 2);
  const low = select64(reduced, join(g0, g1), join(c0, c1));
  const high = select64(reduced, join(g2, g3), join(c2, c3));
  const tagLow = low + load<u64>(S, 0);
  const carry: u64 = tagLow < low ? 1 : 0;
  store<u64>(to, tagLow, 0);
  store<u64>(to, high + load<u64>(S, 8) + carry, 8);
}

/** Leaves nothing of the last one-time key behind. */
export function poly1305Wipe(): void {
  memory.fill(R, 0, 56);
  memory.fill(S, 0, 16);
  memory.fill(H, 0, 40);
  memory.fill(PARTIAL, 0, 16);
}

/** Returns how many bytes of the last, partial block are left. */
function poly1305Blocks(text: usize, length: usize): usize {
  const rest = length & (BLOCK_LENGTH - 1);
  const end = text + length - rest;
  for (let block = text; block < end; block += BLOCK_LENGTH) Poly1305.absorb(block, 1);
  return rest;
}

function copyPartial(from: usize, length: usize): void {
  v128.store(PARTIAL, i64x2.splat(0));
  for (let i: usize = 0; i < length; i++) store<u8>(PARTIAL + i, load<u8>(from + i));
}

function join(low: u64, high: u64): u64 {
  return (low & LIMB) | (high << 32);
}

/** Without a branch: `a` when `mask` is all ones, `b` when it is zero. */
function select64(mask: u64, a: u64, b: u64): u64 {
  return (a & mask) | (b & ~mask);
}
