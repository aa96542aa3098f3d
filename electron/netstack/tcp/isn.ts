// RFC 6528: ISN = M + F(local, remote, secret), with M a 4 microsecond clock. F is SipHash-2-4 (Aumasson, Bernstein 2012),
// made for short inputs under a secret key. It lives here because this room may import neither crypto/ nor node:crypto;
// the same hash gives each pair of addresses its timestamp offset (RFC 7323 section 5.4).
import type { IpAddress } from "../../base/ip-address.ts";

/** 64-bit words as [low, high] pairs at fixed places: v0 v1 v2 v3. */
const v = new Uint32Array(8);

function add(a: number, b: number): void {
  const low = v[a]! + v[b]!;
  v[a + 1] = v[a + 1]! + v[b + 1]! + (low > 0xffff_ffff ? 1 : 0);
  v[a] = low;
}

function rotateXor(a: number, bits: number, b: number): void {
  const low = v[a]!;
  const high = v[a + 1]!;
  const [l, h, n] = bits < 32 ? [low, high, bits] : [high, low, bits - 32];
  const newLow = n === 0 ? l : (l << n) | (h >>> (32 - n));
  const newHigh = n === 0 ? h : (h << n) | (l >>> (32 - n));
  v[a] = newLow ^ v[b]!;
  v[a + 1] = newHigh ^ v[b + 1]!;
}

function rotate32(a: number): void {
  const low = v[a]!;
  v[a] = v[a + 1]!;
  v[a + 1] = low;
}

function round(): void {
  add(0, 2);
  rotateXor(2, 13, 0);
  rotate32(0);
  add(4, 6);
  rotateXor(6, 16, 4);
  add(0, 6);
  rotateXor(6, 21, 0);
  add(4, 2);
  rotateXor(2, 17, 4);
  rotate32(4);
}

/** SipHash-2-4 of `data` under a key of 16 bytes, as [low, high] 32-bit halves. */
export function sipHash(key: Uint8Array, data: Uint8Array): readonly [number, number] {
  const k = new DataView(key.buffer, key.byteOffset, 16);
  const word = (i: number): number => k.getUint32(i * 4, true);
  v[0] = word(0) ^ 0x70736575;
  v[1] = word(1) ^ 0x736f6d65;
  v[2] = word(2) ^ 0x6e646f6d;
  v[3] = word(3) ^ 0x646f7261;
  v[4] = word(0) ^ 0x6e657261;
  v[5] = word(1) ^ 0x6c796765;
  v[6] = word(2) ^ 0x79746573;
  v[7] = word(3) ^ 0x74656462;
  const padded = new Uint8Array((data.length & ~7) + 8);
  padded.set(data);
  padded[padded.length - 1] = data.length;
  const m = new DataView(padded.buffer);
  for (let at = 0; at < padded.length; at += 8) {
    const low = m.getUint32(at, true);
    const high = m.getUint32(at + 4, true);
    v[6] = v[6]! ^ low;
    v[7] = v[7]! ^ high;
    round();
    round();
    v[0] = v[0]! ^ low;
    v[1] = v[1]! ^ high;
  }
  v[4] = v[4]! ^ 0xff;
  for (let i = 0; i < 4; i++) round();
  return [(v[0]! ^ v[2]! ^ v[4]! ^ v[6]!) >>> 0, (v[1]! ^ v[3]! ^ v[5]! ^ v[7]!) >>> 0];
}

/** Initial sequence numbers and timestamp offsets of one stack. */
export class SequenceSource {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  isn(local: IpAddress, localPort: number, remote: IpAddress, remotePort: number, now: number): number {
    const ports = Uint8Array.of(localPort >>> 8, localPort, remotePort >>> 8, remotePort);
    const [hash] = sipHash(this.#key, Uint8Array.of(...local.bytes, ...remote.bytes, ...ports));
    return (hash + Math.floor(now * 250)) >>> 0;
  }

  timestampOffset(local: IpAddress, remote: IpAddress): number {
    return sipHash(this.#key, Uint8Array.of(...local.bytes, ...remote.bytes))[1];
  }
}
