import { type IpAddress, ipFromBytes } from "../base/ip-address.ts";

/** A power of two. A collision costs one new object per packet, nothing more. */
const CACHE_SLOTS = 256;

/** Every IPv6 node hears ff01::1 and ff02::1 (RFC 4291 section 2.8). */
const ALL_NODES_TAIL = 1;

/** Our own addresses, and the objects of the remote ones we hear from: no packet of a known remote makes a new object. */
export class AddressTable {
  readonly own: readonly IpAddress[];
  readonly #remotes: (IpAddress | undefined)[] = new Array(CACHE_SLOTS).fill(undefined);

  constructor(own: readonly IpAddress[]) {
    this.own = own;
  }

  has(address: IpAddress): boolean {
    return this.own.some((o) => o.text === address.text);
  }

  /** Our address that stands at `offset`, or undefined when it is not ours. */
  ownAt(packet: Uint8Array, offset: number, version: 4 | 6): IpAddress | undefined {
    for (const address of this.own) if (address.version === version && matches(address, packet, offset)) return address;
    return undefined;
  }

  /** The remote address at `offset`, or undefined when no honest packet can come from there. */
  remoteAt(packet: Uint8Array, offset: number, version: 4 | 6): IpAddress | undefined {
    const length = version === 4 ? 4 : 16;
    let hash: number = version;
    for (let i = 0; i < length; i++) hash = (Math.imul(hash, 31) + packet[offset + i]!) | 0;
    const slot = (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (CACHE_SLOTS - 1);
    const known = this.#remotes[slot];
    if (known !== undefined && known.version === version && matches(known, packet, offset)) return known;
    if (version === 4 ? isMartian4(packet, offset) : isMartian6(packet, offset)) return undefined;
    if (this.ownAt(packet, offset, version) !== undefined) return undefined;
    const address = ipFromBytes(packet.subarray(offset, offset + length));
    this.#remotes[slot] = address;
    return address;
  }

  /** Our address towards `remote`: of its family, sharing its longest prefix (RFC 6724 section 5, rule 8). */
  sourceFor(remote: IpAddress): IpAddress | undefined {
    let best: IpAddress | undefined;
    let bestBits = -1;
    for (const address of this.own) {
      if (address.version !== remote.version) continue;
      const bits = commonPrefix(address.bytes, remote.bytes);
      if (bits > bestBits) {
        best = address;
        bestBits = bits;
      }
    }
    return best;
  }
}

function matches(address: IpAddress, packet: Uint8Array, offset: number): boolean {
  const bytes = address.bytes;
  for (let i = bytes.length - 1; i >= 0; i--) if (bytes[i] !== packet[offset + i]) return false;
  return true;
}

function commonPrefix(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const differing = a[i]! ^ b[i]!;
    if (differing !== 0) return i * 8 + Math.clz32(differing) - 24;
  }
  return a.length * 8;
}

/** RFC 1122 section 3.2.1.3: "this" network, loopback, multicast and the limited broadcast are no source. */
function isMartian4(packet: Uint8Array, offset: number): boolean {
  const first = packet[offset]!;
  if (first === 0 || first === 127 || (first >= 224 && first < 240)) return true;
  return (
    packet[offset] === 255 && packet[offset + 1] === 255 && packet[offset + 2] === 255 && packet[offset + 3] === 255
  );
}

/** RFC 4291 section 2: multicast, unspecified, loopback, IPv4-compatible and IPv4-mapped addresses are no source. */
function isMartian6(packet: Uint8Array, offset: number): boolean {
  if (packet[offset] === 0xff) return true;
  for (let i = 0; i < 10; i++) if (packet[offset + i] !== 0) return false;
  const a = packet[offset + 10]!;
  const b = packet[offset + 11]!;
  return (a === 0 && b === 0) || (a === 0xff && b === 0xff);
}

/** ff01::1 or ff02::1. */
export function isAllNodes(packet: Uint8Array, offset: number): boolean {
  if (packet[offset] !== 0xff || (packet[offset + 1] !== 1 && packet[offset + 1] !== 2)) return false;
  for (let i = 2; i < 15; i++) if (packet[offset + i] !== 0) return false;
  return packet[offset + 15] === ALL_NODES_TAIL;
}

/** An address that many may answer for: no place to connect to, and no error is sent about it. */
export function isMulticast(address: IpAddress): boolean {
  return address.version === 6 ? address.bytes[0] === 0xff : address.bytes[0]! >= 224;
}
