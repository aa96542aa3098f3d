/** IP packets written the plain way, without the code under test, and a stack whose packets are collected. */
import { parseIp } from "../../electron/base/ip-address.ts";
import { Stack, type StackOptions } from "../../electron/netstack/stack.ts";
import { seededRandom } from "./netstack-random.ts";

export const US6 = "fd00::1";
export const THEM6 = "fd00::2";
export const US4 = "10.0.0.1";
export const THEM4 = "10.0.0.2";

export function bytesOf(...parts: (number | readonly number[] | Uint8Array)[]): Uint8Array {
  const lengths = parts.map((part) => (typeof part === "number" ? 1 : part.length));
  const out = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  parts.forEach((part, index) => {
    if (typeof part === "number") out[at] = part;
    else out.set(part, at);
    at += lengths[index]!;
  });
  return out;
}

export function u16(value: number): number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}

export function u32(value: number): number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

const parsedBefore = new Map<string, Uint8Array>();

export function address(text: string): Uint8Array {
  const known = parsedBefore.get(text);
  if (known !== undefined) return known;
  const parsed = parseIp(text);
  if (parsed === undefined) throw new Error(`no IP address: ${text}`);
  parsedBefore.set(text, parsed.bytes);
  return parsed.bytes;
}

/** RFC 1071, byte pair by byte pair. */
export function naiveChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += bytes[i]! * 256 + (bytes[i + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return 0xffff - sum;
}

function pseudoHeader(from: string, to: string, protocol: number, length: number): Uint8Array {
  return bytesOf(address(from), address(to), u32(length), u32(protocol));
}

/** The checksum's place filled in, over a pseudo-header when `protocol` is given. */
function summed(
  from: string,
  to: string,
  protocol: number,
  at: number,
  message: Uint8Array,
  pseudo = true,
): Uint8Array {
  const out = message.slice();
  const over = pseudo ? bytesOf(pseudoHeader(from, to, protocol, out.length), out) : out;
  out.set(u16(naiveChecksum(over)), at);
  return out;
}

export interface Ip6Options {
  readonly from?: string;
  readonly to?: string;
  readonly next: number;
  readonly payload: Uint8Array;
}

export function ip6({ from = THEM6, to = US6, next, payload }: Ip6Options): Uint8Array {
  return bytesOf(0x60, 0, 0, 0, u16(payload.length), next, 64, address(from), address(to), payload);
}

export interface Ip4Options {
  readonly from?: string;
  readonly to?: string;
  readonly protocol: number;
  readonly payload: Uint8Array;
  readonly options?: readonly number[];
  readonly id?: number;
  readonly more?: boolean;
  /** In bytes. */
  readonly offset?: number;
}

export function ip4(o: Ip4Options): Uint8Array {
  const options = o.options ?? [];
  const header = bytesOf(
    0x45 + options.length / 4,
    0,
    u16(20 + options.length + o.payload.length),
    u16(o.id ?? 0),
    u16((o.more === true ? 0x2000 : 0) | ((o.offset ?? 0) / 8)),
    64,
    o.protocol,
    0,
    0,
    address(o.from ?? THEM4),
    address(o.to ?? US4),
    options,
  );
  header.set(u16(naiveChecksum(header)), 10);
  return bytesOf(header, o.payload);
}

/** An extension header (hop-by-hop, destination options): `body` is padded with Pad1 to a multiple of 8. */
export function extension(next: number, body: readonly number[]): Uint8Array {
  const length = Math.ceil((2 + body.length) / 8) * 8;
  const out = new Uint8Array(length);
  out.set([next, length / 8 - 1, ...body]);
  return out;
}

export function fragmentHeader(next: number, id: number, offset: number, more: boolean): Uint8Array {
  return bytesOf(next, 0, u16(offset | (more ? 1 : 0)), u32(id));
}

export function icmp6(type: number, code: number, word: number, body: Uint8Array, from = THEM6, to = US6): Uint8Array {
  return summed(from, to, 58, 2, bytesOf(type, code, 0, 0, u32(word), body));
}

export function icmp4(type: number, code: number, word: number, body: Uint8Array): Uint8Array {
  return summed(THEM4, US4, 1, 2, bytesOf(type, code, 0, 0, u32(word), body), false);
}

/** An echo request's ICMPv6 message; wrap it in `ip6`. */
export function echo6(id: number, sequence: number, data: Uint8Array, from = THEM6, to = US6): Uint8Array {
  return icmp6(128, 0, id * 65_536 + sequence, data, from, to);
}

export interface UdpOptions {
  readonly from?: string;
  readonly to?: string;
  readonly sourcePort: number;
  readonly port: number;
  readonly payload: Uint8Array;
}

export function udp({ from = THEM6, to = US6, sourcePort, port, payload }: UdpOptions): Uint8Array {
  const message = bytesOf(u16(sourcePort), u16(port), u16(8 + payload.length), 0, 0, payload);
  const out = summed(from, to, 17, 6, message);
  if (out[6] === 0 && out[7] === 0) out.fill(0xff, 6, 8);
  return out;
}

/** A TCP segment without options. */
export function tcp(o: {
  from?: string;
  to?: string;
  sourcePort: number;
  port: number;
  seq: number;
  ack?: number;
  flags: number;
  payload?: Uint8Array;
}): Uint8Array {
  const message = bytesOf(
    u16(o.sourcePort),
    u16(o.port),
    u32(o.seq),
    u32(o.ack ?? 0),
    0x50,
    o.flags,
    u16(65_535),
    0,
    0,
    0,
    0,
    o.payload ?? [],
  );
  return summed(o.from ?? THEM6, o.to ?? US6, 6, 16, message);
}

/** True when every checksum of a packet from the stack is right. */
export function checksumsHold(packet: Uint8Array): boolean {
  const v4 = packet[0]! >> 4 === 4;
  if (v4 && naiveChecksum(packet.subarray(0, 20)) !== 0) return false;
  const protocol = v4 ? packet[9]! : packet[6]!;
  const payload = packet.subarray(v4 ? 20 : 40);
  if (protocol === 1) return naiveChecksum(payload) === 0;
  const addresses = v4 ? packet.subarray(12, 20) : packet.subarray(8, 40);
  return naiveChecksum(bytesOf(addresses, u32(payload.length), u32(protocol), payload)) === 0;
}

/** What `Stack.receive` takes of a packet that fills its buffer. */
export function whole(packet: Uint8Array): [buffer: Uint8Array, offset: number, length: number] {
  return [packet, 0, packet.length];
}

/** One stack with both families; `sent` collects what it sends. */
export function probe(options: Partial<StackOptions> = {}): { stack: Stack; sent: Uint8Array[] } {
  const sent: Uint8Array[] = [];
  const addresses = [US6, US4].map((text) => parseIp(text)!);
  const stack = new Stack({
    addresses,
    mtu: 1420,
    headroom: 16,
    tailroom: 31,
    random: seededRandom(7),
    sendPacket: (buffer, offset, length) => {
      sent.push(buffer.slice(offset, offset + length));
    },
    onWake: () => undefined,
    ...options,
  });
  return { stack, sent };
}
