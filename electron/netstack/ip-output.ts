/** Packets on their way out: headers in front of a payload that already stands in the one slot, and source fragments. */
import type { IpAddress } from "../base/ip-address.ts";
import type { PathMtuCache } from "./path-mtu.ts";
import type { StackCounters } from "./stats.ts";
import { emitIpv4, IPV4_HEADER } from "./wire/ipv4.ts";
import { emitFragmentHeader, emitIpv6, FRAGMENT_HEADER, IPV6_HEADER } from "./wire/ipv6.ts";
import { FRAGMENT } from "./wire/protocols.ts";

export interface IpOutputOptions {
  readonly mtu: number;
  readonly headroom: number;
  readonly tailroom: number;
  random(length: number): Uint8Array;
  sendPacket(buffer: Uint8Array, offset: number, length: number): void;
}

/** The longest payload of one datagram: its length must fit 16 bits, with the IPv4 header included. */
export const MOST_PAYLOAD = 65_535 - IPV4_HEADER;

export class IpOutput {
  readonly #options: IpOutputOptions;
  readonly #paths: PathMtuCache;
  readonly #counters: StackCounters;
  /** headroom | room for an IPv6 header | payload | tailroom. The payload starts at the same place for both families. */
  readonly #slot: Uint8Array;
  readonly #payloadAt: number;
  /** Views of the slot by length, so that a packet makes no object. */
  readonly #views: (Uint8Array | undefined)[] = [];
  #identification: number;

  constructor(options: IpOutputOptions, paths: PathMtuCache, counters: StackCounters) {
    this.#options = options;
    this.#paths = paths;
    this.#counters = counters;
    this.#payloadAt = options.headroom + IPV6_HEADER;
    this.#slot = new Uint8Array(this.#payloadAt + options.mtu - IPV4_HEADER + options.tailroom);
    const seed = options.random(2);
    this.#identification = (seed[0]! << 8) | seed[1]!;
  }

  /** A view for the payload of one packet, to be filled and committed before anything else is sent. */
  begin(length: number): Uint8Array {
    const known = this.#views[length];
    if (known !== undefined) return known;
    const view = this.#slot.subarray(this.#payloadAt, this.#payloadAt + length);
    if (view.length !== length) throw new RangeError(`a payload of ${length} bytes is above the MTU`);
    this.#views[length] = view;
    return view;
  }

  /** Sends the payload last begun as one packet. */
  commit(local: IpAddress, remote: IpAddress, protocol: number, length: number, now: number): void {
    // RFC 6864: an identification matters only where somebody may fragment.
    if (remote.version === 6) this.#sendIpv6(local, remote, protocol, length);
    else this.#sendIpv4(local, remote, protocol, length, 0, false, !this.#paths.isFragmentable(remote, now));
  }

  /**
   * Room for a payload of any size up to MOST_PAYLOAD, to be finished with `commitDatagram` before anything else is sent.
   */
  beginDatagram(remote: IpAddress, length: number, now: number): Uint8Array {
    return this.#fits(remote, length, now) ? this.begin(length) : new Uint8Array(length);
  }

  /** Sends what `beginDatagram` gave out, in fragments when it is above the path MTU. */
  commitDatagram(local: IpAddress, remote: IpAddress, protocol: number, payload: Uint8Array, now: number): void {
    if (this.#fits(remote, payload.length, now)) this.commit(local, remote, protocol, payload.length, now);
    else if (remote.version === 6) this.#fragmentIpv6(local, remote, protocol, payload, now);
    else this.#fragmentIpv4(local, remote, protocol, payload, now);
  }

  #fits(remote: IpAddress, length: number, now: number): boolean {
    return length + (remote.version === 6 ? IPV6_HEADER : IPV4_HEADER) <= this.#paths.get(remote, now);
  }

  #sendIpv6(source: IpAddress, destination: IpAddress, nextHeader: number, payloadLength: number): void {
    const at = this.#payloadAt - IPV6_HEADER;
    emitIpv6(this.#slot, at, { payloadLength, nextHeader, source, destination });
    this.#send(at, IPV6_HEADER + payloadLength);
  }

  #sendIpv4(
    source: IpAddress,
    destination: IpAddress,
    protocol: number,
    payloadLength: number,
    fragmentOffset: number,
    moreFragments: boolean,
    dontFragment: boolean,
  ): void {
    const at = this.#payloadAt - IPV4_HEADER;
    const totalLength = IPV4_HEADER + payloadLength;
    const identification = dontFragment ? 0 : this.#identification;
    if (!dontFragment && !moreFragments) this.#identification = (this.#identification + 1) & 0xffff;
    emitIpv4(this.#slot, at, {
      totalLength,
      identification,
      dontFragment,
      moreFragments,
      fragmentOffset,
      protocol,
      source,
      destination,
    });
    this.#send(at, totalLength);
  }

  /** RFC 8200 section 4.5. RFC 7739: the identification must not be guessable. */
  #fragmentIpv6(local: IpAddress, remote: IpAddress, protocol: number, payload: Uint8Array, now: number): void {
    const step = (this.#paths.get(remote, now) - IPV6_HEADER - FRAGMENT_HEADER) & ~7;
    const drawn = this.#options.random(4);
    const identification = new DataView(drawn.buffer, drawn.byteOffset, 4).getUint32(0);
    for (let fragmentOffset = 0; fragmentOffset < payload.length; fragmentOffset += step) {
      const part = payload.subarray(fragmentOffset, fragmentOffset + step);
      const moreFragments = fragmentOffset + part.length < payload.length;
      const room = this.begin(FRAGMENT_HEADER + part.length);
      emitFragmentHeader(room, 0, { protocol, identification, fragmentOffset, moreFragments });
      room.set(part, FRAGMENT_HEADER);
      this.#counters.fragmentsOut++;
      this.#sendIpv6(local, remote, FRAGMENT, room.length);
    }
  }

  /** RFC 791 section 3.2. */
  #fragmentIpv4(local: IpAddress, remote: IpAddress, protocol: number, payload: Uint8Array, now: number): void {
    const step = (this.#paths.get(remote, now) - IPV4_HEADER) & ~7;
    for (let offset = 0; offset < payload.length; offset += step) {
      const part = payload.subarray(offset, offset + step);
      this.begin(part.length).set(part);
      this.#counters.fragmentsOut++;
      this.#sendIpv4(local, remote, protocol, part.length, offset, offset + part.length < payload.length, false);
    }
  }

  #send(offset: number, length: number): void {
    this.#counters.packetsOut++;
    this.#counters.bytesOut += length;
    this.#options.sendPacket(this.#slot, offset, length);
  }
}
