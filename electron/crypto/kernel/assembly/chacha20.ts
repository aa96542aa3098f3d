import { BLOCK_LENGTH, Poly1305 } from "./poly1305";

/**
 * ChaCha20 (RFC 8439 sections 2.1 to 2.4), four blocks at a time: every word of the state is a vector, whose lane i belongs
 * to block i. A processor has sixteen vector registers: words 4 to 15 are locals, which leaves some for temporaries, and the
 * first row stays in memory. With all words in locals the compiler moves them about (+15 %), with all in memory each round
 * waits for stores (+9 %).
 */

export const BLOCKS_LENGTH: usize = 256;

const WORD_LENGTH: usize = 16;
const STATE = memory.data(256, 64);
/** The state before its rounds; they are added up in the end. */
const INITIAL_STATE = memory.data(256, 64);

/** Section 2.3: constants, the key's 32 bytes, block counters 0 to 3, the nonce's three words. */
export function chacha20Start(key: usize, nonce0: u32, nonce1: u32, nonce2: u32): void {
  setInitial(0, i32x4.splat(0x61707865));
  setInitial(1, i32x4.splat(0x3320646e));
  setInitial(2, i32x4.splat(0x79622d32));
  setInitial(3, i32x4.splat(0x6b206574));
  for (let i = 0; i < 8; i++) setInitial(4 + i, v128.load32_splat(key + 4 * i));
  setInitial(12, i32x4(0, 1, 2, 3));
  setInitial(13, i32x4.splat(nonce0));
  setInitial(14, i32x4.splat(nonce1));
  setInitial(15, i32x4.splat(nonce2));
}

/**
 * Writes the next four blocks of keystream to `to`, BLOCKS_LENGTH bytes, and counts on. Meanwhile Poly1305 takes blocks from
 * `from` up to `end`, at most twenty, one after each round: its multiplications run beside the vector instructions. Returns
 * where it stopped. Longer than it should be: locals cannot be handed to a function that changes them, and the eight quarter
 * rounds of section 2.3 are written out.
 */
export function nextBlocks(to: usize, from: usize, end: usize): usize {
  for (let i = 0; i < 4; i++) v128.store(word(i), initial(i));
  let x4 = initial(4);
  let x5 = initial(5);
  let x6 = initial(6);
  let x7 = initial(7);
  let x8 = initial(8);
  let x9 = initial(9);
  let x10 = initial(10);
  let x11 = initial(11);
  let x12 = initial(12);
  let x13 = initial(13);
  let x14 = initial(14);
  let x15 = initial(15);
  let a: v128;
  let next = from;
  for (let i = 0; i < 10; i++) {
    // Columns
    a = i32x4.add(v128.load(word(0)), x4);
    x12 = rotate16(v128.xor(x12, a));
    x8 = i32x4.add(x8, x12);
    x4 = rotateLeft(v128.xor(x4, x8), 12);
    a = i32x4.add(a, x4);
    v128.store(word(0), a);
    x12 = rotate8(v128.xor(x12, a));
    x8 = i32x4.add(x8, x12);
    x4 = rotateLeft(v128.xor(x4, x8), 7);
    a = i32x4.add(v128.load(word(1)), x5);
    x13 = rotate16(v128.xor(x13, a));
    x9 = i32x4.add(x9, x13);
    x5 = rotateLeft(v128.xor(x5, x9), 12);
    a = i32x4.add(a, x5);
    v128.store(word(1), a);
    x13 = rotate8(v128.xor(x13, a));
    x9 = i32x4.add(x9, x13);
    x5 = rotateLeft(v128.xor(x5, x9), 7);
    a = i32x4.add(v128.load(word(2)), x6);
    x14 = rotate16(v128.xor(x14, a));
    x10 = i32x4.add(x10, x14);
    x6 = rotateLeft(v128.xor(x6, x10), 12);
    a = i32x4.add(a, x6);
    v128.store(word(2), a);
    x14 = rotate8(v128.xor(x14, a));
    x10 = i32x4.add(x10, x14);
    x6 = rotateLeft(v128.xor(x6, x10), 7);
    a = i32x4.add(v128.load(word(3)), x7);
    x15 = rotate16(v128.xor(x15, a));
    x11 = i32x4.add(x11, x15);
    x7 = rotateLeft(v128.xor(x7, x11), 12);
    a = i32x4.add(a, x7);
    v128.store(word(3), a);
    x15 = rotate8(v128.xor(x15, a));
    x11 = i32x4.add(x11, x15);
    x7 = rotateLeft(v128.xor(x7, x11), 7);
    if (next < end) {
      Poly1305.absorb(next, 1);
      next += BLOCK_LENGTH;
    }
    // Diagonals
    a = i32x4.add(v128.load(word(0)), x5);
    x15 = rotate16(v128.xor(x15, a));
    x10 = i32x4.add(x10, x15);
    x5 = rotateLeft(v128.xor(x5, x10), 12);
    a = i32x4.add(a, x5);
    v128.store(word(0), a);
    x15 = rotate8(v128.xor(x15, a));
    x10 = i32x4.add(x10, x15);
    x5 = rotateLeft(v128.xor(x5, x10), 7);
    a = i32x4.add(v128.load(word(1)), x6);
    x12 = rotate16(v128.xor(x12, a));
    x11 = i32x4.add(x11, x12);
    x6 = rotateLeft(v128.xor(x6, x11), 12);
    a = i32x4.add(a, x6);
    v128.store(word(1), a);
    x12 = rotate8(v128.xor(x12, a));
    x11 = i32x4.add(x11, x12);
    x6 = rotateLeft(v128.xor(x6, x11), 7);
    a = i32x4.add(v128.load(word(2)), x7);
    x13 = rotate16(v128.xor(x13, a));
    x8 = i32x4.add(x8, x13);
    x7 = rotateLeft(v128.xor(x7, x8), 12);
    a = i32x4.add(a, x7);
    v128.store(word(2), a);
    x13 = rotate8(v128.xor(x13, a));
    x8 = i32x4.add(x8, x13);
    x7 = rotateLeft(v128.xor(x7, x8), 7);
    a = i32x4.add(v128.load(word(3)), x4);
    x14 = rotate16(v128.xor(x14, a));
    x9 = i32x4.add(x9, x14);
    x4 = rotateLeft(v128.xor(x4, x9), 12);
    a = i32x4.add(a, x4);
    v128.store(word(3), a);
    x14 = rotate8(v128.xor(x14, a));
    x9 = i32x4.add(x9, x14);
    x4 = rotateLeft(v128.xor(x4, x9), 7);
    if (next < end) {
      Poly1305.absorb(next, 1);
      next += BLOCK_LENGTH;
    }
  }
  v128.store(word(4), x4);
  v128.store(word(5), x5);
  v128.store(word(6), x6);
  v128.store(word(7), x7);
  v128.store(word(8), x8);
  v128.store(word(9), x9);
  v128.store(word(10), x10);
  v128.store(word(11), x11);
  v128.store(word(12), x12);
  v128.store(word(13), x13);
  v128.store(word(14), x14);
  v128.store(word(15), x15);
  for (let i = 0; i < 4; i++) serializeWords(4 * i, to + 16 * i);
  setInitial(12, i32x4.add(initial(12), i32x4.splat(4)));
  return next;
}

/** Leaves nothing of the last key behind. */
export function chacha20Wipe(): void {
  memory.fill(STATE, 0, 256);
  memory.fill(INITIAL_STATE, 0, 256);
}

/** A rotation by whole bytes is one byte shuffle. */
function rotate16(x: v128): v128 {
  return v128.swizzle(x, i8x16(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
}

function rotate8(x: v128): v128 {
  return v128.swizzle(x, i8x16(3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14));
}

function rotateLeft(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits));
}

/** Words i to i + 3 of all four blocks, transposed: block j's go to `to` + 64 j. */
function serializeWords(i: i32, to: usize): void {
  const a = finalWord(i);
  const b = finalWord(i + 1);
  const c = finalWord(i + 2);
  const d = finalWord(i + 3);
  const ab01 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd01 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const ab23 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd23 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab01, cd01, 0, 2), 0);
  v128.store(to, v128.shuffle<i64>(ab01, cd01, 1, 3), 64);
  v128.store(to, v128.shuffle<i64>(ab23, cd23, 0, 2), 128);
  v128.store(to, v128.shuffle<i64>(ab23, cd23, 1, 3), 192);
}

function finalWord(i: i32): v128 {
  return i32x4.add(v128.load(word(i)), initial(i));
}

function word(i: i32): usize {
  return STATE + WORD_LENGTH * i;
}

function initial(i: i32): v128 {
  return v128.load(INITIAL_STATE + WORD_LENGTH * i);
}

function setInitial(i: i32, value: v128): void {
  v128.store(INITIAL_STATE + WORD_LENGTH * i, value);
}
