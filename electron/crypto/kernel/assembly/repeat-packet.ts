import { copyAndSum, fold, internetSum } from "./internet-sum";

/**
 * Writes `count` packets behind the one at `packet`, one every `spacing` bytes, like it but for three things: each has a payload of
 * its own, the next `payloadLength` bytes of `payloads`; the 32-bit big-endian number at `counterAt` goes on by as much; and the
 * Internet checksum at `sumAt`, which covers both, is right again. It may cover more, which is the same in all of them. Both
 * places are even, `headerLength` is at least 16, and the checksum does not cover itself.
 */
export function repeatPacket(
  packet: usize,
  headerLength: u32,
  payloadLength: u32,
  spacing: u32,
  count: u32,
  counterAt: u32,
  sumAt: u32,
  payloads: usize,
): void {
  let counter = bswap<u32>(load<u32>(packet + counterAt));
  // What the checksum says of all that stays: in ones' complement taking away is adding the complement (RFC 1624 section 3).
  const payloadSum = internetSum(packet + headerLength, payloadLength);
  const constant = u32(~load16(packet + sumAt)) + u32(~u16(payloadSum)) + u32(~u16(counter >> 16)) + u32(~u16(counter));
  let to = packet;
  for (let i: u32 = 0; i < count; i++) {
    to += spacing;
    copyHeader(packet, to, headerLength);
    counter += payloadLength;
    store<u32>(to + counterAt, bswap<u32>(counter));
    const sum =
      constant + (counter >> 16) + (counter & 0xffff) + copyAndSum(payloads, to + headerLength, payloadLength);
    store<u16>(to + sumAt, bswap<u16>(~u16(fold(sum))));
    payloads += payloadLength;
  }
}

function load16(at: usize): u16 {
  return bswap<u16>(load<u16>(at));
}

/** In steps of 16 bytes, the last of which may go back a little. */
function copyHeader(from: usize, to: usize, length: u32): void {
  const last = length - 16;
  for (let at: u32 = 0; at < last; at += 16) v128.store(to + at, v128.load(from + at));
  v128.store(to + last, v128.load(from + last));
}
