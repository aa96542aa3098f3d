/**
 * The sum under the Internet checksum (RFC 1071): 16-bit big-endian words in ones' complement, an odd last byte padded with
 * zero; folded to 16 bits, not complemented. Words are added as the little-endian machine loads them, two to a lane of 32 bits,
 * and the sum of swapped words is the swapped sum (section 2(B)). A lane holds 65,536 bytes' worth: 2 * 0xffff for each 16.
 */
export function internetSum(from: usize, length: u32): u32 {
  const end = from + length;
  let at = from;
  let lanes = i32x4.splat(0);
  let others = i32x4.splat(0);
  // Two sums that do not wait for each other.
  for (; at + 32 <= end; at += 32) {
    lanes = i32x4.add(lanes, i32x4.extadd_pairwise_i16x8_u(v128.load(at)));
    others = i32x4.add(others, i32x4.extadd_pairwise_i16x8_u(v128.load(at, 16)));
  }
  return sumOf(i32x4.add(lanes, others), at, end);
}

/** The same of what it copies meanwhile; the places must not overlap. */
export function copyAndSum(from: usize, to: usize, length: u32): u32 {
  const end = from + length;
  let at = from;
  const shift = to - from;
  let lanes = i32x4.splat(0);
  let others = i32x4.splat(0);
  for (; at + 32 <= end; at += 32) {
    const first = v128.load(at);
    const second = v128.load(at, 16);
    v128.store(at + shift, first);
    v128.store(at + shift, second, 16);
    lanes = i32x4.add(lanes, i32x4.extadd_pairwise_i16x8_u(first));
    others = i32x4.add(others, i32x4.extadd_pairwise_i16x8_u(second));
  }
  for (let i = at; i < end; i++) store<u8>(i + shift, load<u8>(i));
  return sumOf(i32x4.add(lanes, others), at, end);
}

/** `lanes` and the bytes from `at` on. */
function sumOf(lanes: v128, at: usize, end: usize): u32 {
  for (; at + 16 <= end; at += 16) lanes = i32x4.add(lanes, i32x4.extadd_pairwise_i16x8_u(v128.load(at)));
  let sum: u64 =
    u64(u32(i32x4.extract_lane(lanes, 0))) +
    u64(u32(i32x4.extract_lane(lanes, 1))) +
    u64(u32(i32x4.extract_lane(lanes, 2))) +
    u64(u32(i32x4.extract_lane(lanes, 3)));
  for (; at + 2 <= end; at += 2) sum += load<u16>(at);
  if (at < end) sum += load<u8>(at);
  const swapped = fold(sum);
  return ((swapped & 0xff) << 8) | (swapped >> 8);
}

/** To 16 bits. */
export function fold(sum: u64): u32 {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return u32(sum);
}
