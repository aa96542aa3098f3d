/** Packets on their way out: headers in front of a payload that already stands in its slot, and source fragments. */
import type { IpAddress } from "../base/ip-address.ts";
import type { PacketMemory } from "./packet-memory.ts";
import { PacketRun, type RunSink } from "./packet-run.ts";
import type { PathMtuCache } from "./path-mtu-cache.ts";
import type { StackCounters } from "./stats.ts";
import { addBytes } from "./wire/checksum.ts";
import { DONT_FRAGMENT, emitIpv4, IPV4_HEADER, MORE_FRAGMENTS } from "./wire/ipv4.ts";
import { emitFragmentHeader, emitIpv6, FRAGMENT_HEADER, IPV6_HEADER } from "./wire/ipv6.ts";
import { FRAGMENT } from "./wire/protocols.ts";

export interface IpOutputOptions {
  readonly mtu: number;
  readonly headroom: number;
  readonly tailroom: number;
  readonly packets?: PacketMemory;
  readonly runs?: RunSink;
  random(length: number): Uint8Array;
  sendPacket(buffer: Uint8Array, offset: number, length: number): void;
}

/** The longest payload of one datagram: its length must fit 16 bits, with the IPv4 header included. */
export const MOST_PAYLOAD = 65_535 - IPV4_HEADER;

const NOTHING = new Uint8Array(0);

type Views = (Uint8Array | undefined)[];

export class IpOutput {
  readonly #options: IpOutputOptions;
  readonly #paths: PathMtuCache;
  readonly #counters: StackCounters;
  /**
   * headroom | room for an IPv6 header | payload | tailroom. The payload starts at the same place for both families. One slot
   * at a time is ours, from `begin` until the packet was handed over.
   */
  readonly #packets: PacketMemory | undefined;
  readonly #slotLength: number;
  readonly #payloadInSlot: number;
  #slot: number | undefined;
  /** Where packets go that find no slot: all of them without a memory, or when a slot is too short for the MTU. */
  #spare: Uint8Array | undefined;
  #buffer: Uint8Array = new Uint8Array(0);
  #payloadAt = 0;
  /** Views of a payload's room by length, each of the slot that had it last: as a rule that is this one. */
  readonly #slotViews: Views;
  readonly #spareViews: Views = [];
  #views: Views;
  /** The view that was given out last. */
  #begun: Uint8Array | undefined;
  #identification: number;
  readonly #run: PacketRun | undefined;
  /** What was begun is one of a run. */
  #isInRun = false;
  /** Others may be made of what was committed last: it is in a run, and its IP header says nothing of it alone. */
  #isRepeatable = false;

  constructor(options: IpOutputOptions, paths: PathMtuCache, counters: StackCounters) {
    this.#options = options;
    this.#paths = paths;
    this.#counters = counters;
    this.#payloadInSlot = options.headroom + IPV6_HEADER;
    this.#slotLength = this.#payloadInSlot + options.mtu - IPV4_HEADER + options.tailroom;
    const { packets } = options;
    this.#packets = packets !== undefined && packets.slotLength >= this.#slotLength ? packets : undefined;
    if (this.#packets !== undefined && options.runs !== undefined)
      this.#run = new PacketRun(this.#packets, options.runs, this.#payloadInSlot, options.tailroom);
    this.#slotViews = new Array(packets?.slotLength ?? 0).fill(undefined);
    this.#views = this.#spareViews;
    const seed = options.random(2);
    this.#identification = (seed[0]! << 8) | seed[1]!;
  }

  /**
   * A view for the payload of one packet, to be filled and committed before anything else is sent. `runTo`: others of this length
   * may follow to that place, and this one may wait for them, until the next `flush` or packet at the latest.
   */
  begin(length: number, runTo?: IpAddress): Uint8Array {
    if (length > this.#options.mtu - IPV4_HEADER) throw new RangeError(`a payload of ${length} bytes is above the MTU`);
    if (runTo !== undefined && this.#run !== undefined) {
      const header = runTo.version === 6 ? IPV6_HEADER : IPV4_HEADER;
      const room = this.#run.begin(runTo, header, length);
      if (room !== undefined) return this.#beginInRun(room, this.#run.payloadAt);
    }
    this.#run?.flush();
    this.#isInRun = false;
    this.#takeSlot();
    let view = this.#views[length];
    if (view?.byteOffset !== this.#buffer.byteOffset + this.#payloadAt) {
      view = this.#buffer.subarray(this.#payloadAt, this.#payloadAt + length);
      this.#views[length] = view;
    }
    this.#begun = view;
    return view;
  }

  #beginInRun(room: Uint8Array, at: number): Uint8Array {
    if (this.#packets !== undefined) this.#buffer = this.#packets.memory;
    this.#payloadAt = at;
    this.#isInRun = true;
    this.#begun = room;
    return room;
  }

  /** Sends what waits for others (see `begin`). */
  flush(): void {
    this.#run?.flush();
  }

  /** How many more payloads like the one committed last can be sent with `repeat`, before anything else is begun. */
  get roomToRepeat(): number {
    return this.#isRepeatable && this.#run !== undefined ? this.#run.room : 0;
  }

  /** Where `repeat` takes from what is behind the headers; empty where there is never room. */
  get repeatedPayloads(): Uint8Array {
    return this.#packets?.payloads ?? NOTHING;
  }

  /**
   * Sends `count` payloads like the one committed last, `roomToRepeat` at most: each has a header of `headerLength` bytes like its, and
   * the next of `repeatedPayloads` behind that; the 32-bit number at `counterAt` goes on by their length, and the checksum at
   * `sumAt` is made right.
   */
  repeat(count: number, headerLength: number, counterAt: number, sumAt: number): void {
    if (this.#run === undefined) return;
    this.#counters.packetsOut += count;
    this.#counters.bytesOut += count * this.#run.packetLength;
    this.#run.repeat(count, headerLength, counterAt, sumAt);
  }

  /** The sum of a payload that `begin` gave room for, or of any other bytes (RFC 1071, see wire/checksum.ts). */
  addBytes(initial: number, bytes: Uint8Array, start: number, end: number): number {
    const packets = this.#packets;
    if (bytes === packets?.memory) return initial + packets.internetSum(start, end);
    if (packets === undefined || bytes !== this.#begun || this.#buffer !== packets.memory)
      return addBytes(initial, bytes, start, end);
    return initial + packets.internetSum(this.#payloadAt + start, this.#payloadAt + end);
  }

  /** Sends the payload last begun as one packet. */
  commit(local: IpAddress, remote: IpAddress, protocol: number, length: number, now: number): void {
    // RFC 6864: an identification matters only where somebody may fragment.
    const isFragmentable = remote.version === 4 && this.#paths.isFragmentable(remote, now);
    this.#isRepeatable = this.#isInRun && !isFragmentable;
    if (remote.version === 6) this.#sendIpv6(local, remote, protocol, length);
    else this.#sendIpv4(local, remote, protocol, length, 0, false, !isFragmentable);
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
    emitIpv6(this.#buffer, at, payloadLength, nextHeader, source, destination);
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
    const flags = (dontFragment ? DONT_FRAGMENT : 0) | (moreFragments ? MORE_FRAGMENTS : 0) | (fragmentOffset >> 3);
    emitIpv4(this.#buffer, at, totalLength, identification, flags, protocol, source, destination);
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
    if (this.#isInRun) {
      this.#run?.add(offset, length);
      return;
    }
    this.#options.sendPacket(this.#buffer, offset, length);
    // Whoever could not send it at once holds the slot too.
    const slot = this.#slot;
    this.#slot = undefined;
    if (slot !== undefined) this.#packets?.release(slot);
  }

  #takeSlot(): void {
    this.#slot ??= this.#packets?.acquire();
    if (this.#packets !== undefined && this.#slot !== undefined) {
      this.#buffer = this.#packets.memory;
      this.#payloadAt = this.#slot + this.#payloadInSlot;
      this.#views = this.#slotViews;
      return;
    }
    this.#spare ??= new Uint8Array(this.#slotLength);
    this.#buffer = this.#spare;
    this.#payloadAt = this.#payloadInSlot;
    this.#views = this.#spareViews;
  }
}
