import { BLOCKS_LENGTH, chacha20Start, chacha20Wipe, nextBlocks } from "./chacha20";
import { BLOCK_LENGTH, poly1305Message, poly1305Padded, poly1305Start, poly1305Tag, poly1305Wipe } from "./poly1305";

export { internetSum } from "./internet-sum";
export { repeatPacket } from "./repeat-packet";

/**
 * AEAD_CHACHA20_POLY1305 (RFC 8439 section 2.8) in place, over addresses of this module's memory. Nothing here checks its
 * arguments: kernel.ts does. AssemblyScript, see README.md of the room above.
 */

/** From here on the memory is the caller's. */
export const MEMORY_BASE: usize = __heap_base;

const TAG_LENGTH: u32 = 16;
/** A record of a batch, in 32-bit words: counter (low, high), address, length, outcome of opening. */
const RECORD_LENGTH: usize = 20;

/** TEXT_LIMIT of transport-cipher.ts, block 0, and what four blocks at a time may make too much. */
const KEYSTREAM_LENGTH: usize = 65536 + 64 + 192;
/** Block 0, whose first half is the one-time key of Poly1305 (section 2.6), then as many blocks as the text needs. */
const KEYSTREAM = memory.data(65536 + 64 + 192, 64);
/** What the text is combined with starts at block 1. */
const TEXT_KEYSTREAM = KEYSTREAM + 64;
const FIRST_LENGTH: usize = BLOCKS_LENGTH - 64;
const LENGTHS = memory.data(16, 16);
const TAG = memory.data(16, 16);

/** WireGuard's nonce is four zero bytes and the counter, without associated data. The tag goes behind the text. */
export function seal(key: usize, counterLow: u32, counterHigh: u32, text: usize, length: u32): void {
  sealWith(key, 0, counterLow, counterHigh, 0, 0, text, length);
}

/** Opens `length` bytes, of which the last sixteen are the tag. When it does not fit, they stay as they are. */
export function open(key: usize, counterLow: u32, counterHigh: u32, sealed: usize, length: u32): bool {
  return openWith(key, 0, counterLow, counterHigh, 0, 0, sealed, length);
}

/**
 * Seals `count` texts of `length` bytes, one every `spacing` bytes from `text`, with counters that go on from the first. While the
 * first blocks of one are made, Poly1305 takes the last of the one before, which nothing else would run beside.
 */
export function sealRun(
  key: usize,
  counterLow: u32,
  counterHigh: u32,
  text: usize,
  length: u32,
  spacing: u32,
  count: u32,
): void {
  let counter = u64(counterLow) | (u64(counterHigh) << 32);
  let before: usize = 0;
  let authenticated: usize = 0;
  for (let i: u32 = 0; i < count; i++) {
    chacha20Start(key, 0, u32(counter), u32(counter >> 32));
    if (i === 0) {
      nextBlocks(KEYSTREAM, 0, 0);
    } else {
      authenticated = nextBlocks(KEYSTREAM, authenticated, before + (length & ~15));
      writeTag(authenticated, before, length, 0);
    }
    poly1305Start(KEYSTREAM);
    authenticated = encrypt(text, length);
    before = text;
    text += spacing;
    counter++;
  }
  if (count > 0) writeTag(authenticated, before, length, 0);
}

export function sealBatch(key: usize, records: usize, count: u32): void {
  const end = records + RECORD_LENGTH * count;
  for (let at = records; at < end; at += RECORD_LENGTH)
    seal(key, load<u32>(at, 0), load<u32>(at, 4), load<u32>(at, 8), load<u32>(at, 12));
}

export function openBatch(key: usize, records: usize, count: u32): void {
  const end = records + RECORD_LENGTH * count;
  for (let at = records; at < end; at += RECORD_LENGTH) {
    const opened = open(key, load<u32>(at, 0), load<u32>(at, 4), load<u32>(at, 8), load<u32>(at, 12));
    store<u32>(at, opened ? 1 : 0, 16);
  }
}

/** With any nonce and associated data, for the vectors of the RFC. */
export function sealWith(
  key: usize,
  nonce0: u32,
  nonce1: u32,
  nonce2: u32,
  aad: usize,
  aadLength: u32,
  text: usize,
  length: u32,
): void {
  start(key, nonce0, nonce1, nonce2, aad, aadLength);
  const authenticated = encrypt(text, length);
  writeTag(authenticated, text, length, aadLength);
}

/**
 * The keystream is made while Poly1305 reads the ciphertext, but the text is not touched before its tag has been checked.
 * Comparing takes the same time for every tag.
 */
export function openWith(
  key: usize,
  nonce0: u32,
  nonce1: u32,
  nonce2: u32,
  aad: usize,
  aadLength: u32,
  text: usize,
  sealedLength: u32,
): bool {
  if (sealedLength < TAG_LENGTH) return false;
  const length = sealedLength - TAG_LENGTH;
  start(key, nonce0, nonce1, nonce2, aad, aadLength);
  const lastBlock = text + (length & ~15);
  let authenticated = text;
  for (let made: usize = FIRST_LENGTH; made < length; made += BLOCKS_LENGTH)
    authenticated = nextBlocks(TEXT_KEYSTREAM + made, authenticated, lastBlock);
  finish(authenticated, text, length, aadLength);
  const tag = text + length;
  const difference = (load<u64>(TAG, 0) ^ load<u64>(tag, 0)) | (load<u64>(TAG, 8) ^ load<u64>(tag, 8));
  if (difference !== 0) return false;
  xor(text, TEXT_KEYSTREAM, length);
  return true;
}

/** Poly1305 alone, for the vectors of RFC 8439 appendix A.3: 16 bytes at `to`. */
export function poly1305(key: usize, text: usize, length: u32, to: usize): void {
  poly1305Start(key);
  poly1305Message(text, length);
  poly1305Tag(to);
}

/** Overwrites everything that calls left behind, for it was derived from keys. */
export function wipe(): void {
  chacha20Wipe();
  poly1305Wipe();
  memory.fill(KEYSTREAM, 0, KEYSTREAM_LENGTH);
  memory.fill(LENGTHS, 0, 16);
  memory.fill(TAG, 0, 16);
}

/** Once blocks 0 to 3 of the keystream are there; returns how far Poly1305 has come with the ciphertext. */
function encrypt(text: usize, length: u32): usize {
  let sealed: usize = min<usize>(length, FIRST_LENGTH);
  xor(text, TEXT_KEYSTREAM, sealed);
  let authenticated = text;
  while (sealed < length) {
    authenticated = nextBlocks(KEYSTREAM, authenticated, text + sealed);
    const step = min<usize>(usize(length) - sealed, BLOCKS_LENGTH);
    xor(text + sealed, KEYSTREAM, step);
    sealed += step;
  }
  return authenticated;
}

function writeTag(authenticated: usize, text: usize, length: u32, aadLength: u32): void {
  finish(authenticated, text, length, aadLength);
  v128.store(text + length, v128.load(TAG));
}

/** Blocks 0 to 3 of the keystream, the one-time key, and the associated data. */
function start(key: usize, nonce0: u32, nonce1: u32, nonce2: u32, aad: usize, aadLength: u32): void {
  chacha20Start(key, nonce0, nonce1, nonce2);
  nextBlocks(KEYSTREAM, 0, 0);
  poly1305Start(KEYSTREAM);
  if (aadLength > 0) poly1305Padded(aad, aadLength);
}

/** The ciphertext from where Poly1305 stands, then both lengths as 64-bit words; the tag is then in TAG. */
function finish(from: usize, text: usize, length: u32, aadLength: u32): void {
  poly1305Padded(from, text + length - from);
  store<u64>(LENGTHS, aadLength, 0);
  store<u64>(LENGTHS, length, 8);
  poly1305Padded(LENGTHS, BLOCK_LENGTH);
  poly1305Tag(TAG);
}

function xor(text: usize, keystream: usize, length: usize): void {
  let i: usize = 0;
  for (; i + 16 <= length; i += 16) v128.store(text + i, v128.xor(v128.load(text + i), v128.load(keystream + i)));
  for (; i < length; i++) store<u8>(text + i, load<u8>(text + i) ^ load<u8>(keystream + i));
}
