/**
 * ChaCha20 (RFC 8439 sections 2.1 to 2.4), four blocks at a time: every word of the state is a vector, whose lane i belongs
 * to block i. The words stay in memory and quarterRound loads and stores them: a processor has fewer vector registers than
 * the sixteen words and their temporaries need, so that keeping them in locals is hardly faster.
 */

export const BLOCKS_LENGTH: usize = 256;

const WORD_LENGTH: usize = 16;
const STATE = memory.data(256, 64);
/** The state before its rounds; they are added up in the end. */
const INITIAL_STATE = memory.data(256, 64);

/** A rotation by whole bytes is one byte shuffle. */
const ROTATE_16 = i8x16(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
const ROTATE_8 = i8x16(3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14);

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

/** Before the rounds of the next four blocks. */
export function loadState(): void {
  for (let i = 0; i < 16; i++) v128.store(word(i), initial(i));
}

export function columnRounds(): void {
  quarterRound(word(0), word(4), word(8), word(12));
  quarterRound(word(1), word(5), word(9), word(13));
  quarterRound(word(2), word(6), word(10), word(14));
  quarterRound(word(3), word(7), word(11), word(15));
}

export function diagonalRounds(): void {
  quarterRound(word(0), word(5), word(10), word(15));
  quarterRound(word(1), word(6), word(11), word(12));
  quarterRound(word(2), word(7), word(8), word(13));
  quarterRound(word(3), word(4), word(9), word(14));
}

/** After the rounds: writes the four blocks one behind the other, BLOCKS_LENGTH bytes, and counts on. */
export function serializeBlocks(to: usize): void {
  for (let i = 0; i < 4; i++) serializeWords(4 * i, to + 16 * i);
  setInitial(12, i32x4.add(initial(12), i32x4.splat(4)));
}

/** Leaves nothing of the last key behind. */
export function chacha20Wipe(): void {
  memory.fill(STATE, 0, 256);
  memory.fill(INITIAL_STATE, 0, 256);
}

/** Section 2.1, on the words at four addresses. */
function quarterRound(aAt: usize, bAt: usize, cAt: usize, dAt: usize): void {
  let a = v128.load(aAt);
  let b = v128.load(bAt);
  let c = v128.load(cAt);
  let d = v128.load(dAt);
  a = i32x4.add(a, b);
  d = v128.swizzle(v128.xor(d, a), ROTATE_16);
  c = i32x4.add(c, d);
  b = rotateLeft(v128.xor(b, c), 12);
  a = i32x4.add(a, b);
  d = v128.swizzle(v128.xor(d, a), ROTATE_8);
  c = i32x4.add(c, d);
  b = rotateLeft(v128.xor(b, c), 7);
  v128.store(aAt, a);
  v128.store(bAt, b);
  v128.store(cAt, c);
  v128.store(dAt, d);
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
