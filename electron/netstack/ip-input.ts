/** Packets on their way in: validation, our own address, reassembly. RFC 8200, RFC 791, RFC 1122 section 3.2.1. */
import type { IpAddress } from "../base/ip-address.ts";
import { type AddressTable, isAllNodes } from "./address-table.ts";
import { IPV4_REASSEMBLY_MS, IPV6_REASSEMBLY_MS, Reassembler } from "./fragments.ts";
import type { IcmpErrors, Offender } from "./icmp-errors.ts";
import type { StackCounters } from "./stats.ts";
import { checksum } from "./wire/checksum.ts";
import { IPV4_DESTINATION, IPV4_HEADER, IPV4_SOURCE, type Ipv4Header, isPlainIpv4, parseIpv4 } from "./wire/ipv4.ts";
import {
  FRAGMENT_HEADER,
  IPV6_DESTINATION,
  IPV6_HEADER,
  IPV6_SOURCE,
  type Ipv6Walk,
  NEXT_HEADER_AT,
  PAYLOAD_LENGTH_AT,
  PROBLEM_FIRST_FRAGMENT,
  PROBLEM_HEADER,
  walkIpv6,
} from "./wire/ipv6.ts";
import { TCP } from "./wire/protocols.ts";
import { parseQuote } from "./wire/quote.ts";

/** A whole datagram for us; its payload is packet[offset..end). */
export interface IpDatagram extends Offender {
  readonly protocol: number;
  /** Where the protocol number stands in `packet`. */
  readonly protocolAt: number;
  readonly offset: number;
  readonly end: number;
}

/** Who takes in what was found sound and for us. */
export interface IpReceiver {
  /** The TCP segment at buffer[offset..end). */
  receiveTcp(local: IpAddress, remote: IpAddress, buffer: Uint8Array, offset: number, end: number, now: number): void;
  receiveDatagram(datagram: IpDatagram, now: number): void;
}

const MOST_DATAGRAM = 65_535;

export class IpInput {
  readonly #addresses: AddressTable;
  readonly #errors: IcmpErrors;
  readonly #counters: StackCounters;
  readonly #receiver: IpReceiver;
  readonly #reassembler: Reassembler;

  constructor(addresses: AddressTable, errors: IcmpErrors, counters: StackCounters, receiver: IpReceiver) {
    this.#addresses = addresses;
    this.#errors = errors;
    this.#counters = counters;
    this.#receiver = receiver;
    this.#reassembler = new Reassembler(counters);
  }

  /** TCP behind a plain header, which is nearly everything, goes on as offsets; the rest becomes a record. */
  receive(buffer: Uint8Array, offset: number, length: number, now: number): void {
    const version = length === 0 ? 0 : buffer[offset]! >> 4;
    if (version === 6) {
      if (this.#receivePlain6(buffer, offset, length, now)) return;
      this.#receive6(plainView(buffer, offset, length), now, false);
    } else if (version === 4) {
      if (this.#receivePlain4(buffer, offset, length, now)) return;
      this.#receive4(plainView(buffer, offset, length), now);
    } else {
      this.#counters.drop("ip-version");
    }
  }

  tick(now: number): void {
    this.#reassembler.expire(now, (firstFragment) => this.#reportTimeout(firstFragment, now));
  }

  nextDeadline(): number {
    return this.#reassembler.nextDeadline();
  }

  dispose(): void {
    this.#reassembler.clear();
  }

  /** False for whatever `#receive6` must have a look at. */
  #receivePlain6(buffer: Uint8Array, at: number, length: number, now: number): boolean {
    if (length < IPV6_HEADER || buffer[at + NEXT_HEADER_AT] !== TCP) return false;
    const payloadLength = (buffer[at + PAYLOAD_LENGTH_AT]! << 8) | buffer[at + PAYLOAD_LENGTH_AT + 1]!;
    if (IPV6_HEADER + payloadLength > length) return false;
    const local = this.#addresses.ownAt(buffer, at + IPV6_DESTINATION, 6);
    const remote = local && this.#addresses.remoteAt(buffer, at + IPV6_SOURCE, 6);
    if (local === undefined || remote === undefined) return false;
    const offset = at + IPV6_HEADER;
    this.#receiver.receiveTcp(local, remote, buffer, offset, offset + payloadLength, now);
    return true;
  }

  /** False for whatever `#receive4` must have a look at. */
  #receivePlain4(buffer: Uint8Array, at: number, length: number, now: number): boolean {
    if (!isPlainIpv4(buffer, at, length, TCP)) return false;
    const local = this.#addresses.ownAt(buffer, at + IPV4_DESTINATION, 4);
    const remote = local && this.#addresses.remoteAt(buffer, at + IPV4_SOURCE, 4);
    if (local === undefined || remote === undefined) return false;
    const totalLength = (buffer[at + 2]! << 8) | buffer[at + 3]!;
    this.#receiver.receiveTcp(local, remote, buffer, at + IPV4_HEADER, at + totalLength, now);
    return true;
  }

  #receive4(packet: Uint8Array, now: number): void {
    const header = parseIpv4(packet);
    if (typeof header === "string") {
      this.#counters.drop(header);
      return;
    }
    const local = this.#addresses.ownAt(packet, IPV4_DESTINATION, 4);
    if (local === undefined) {
      this.#counters.drop("ip-not-ours");
      return;
    }
    const remote = this.#addresses.remoteAt(packet, IPV4_SOURCE, 4);
    if (remote === undefined) {
      this.#counters.drop("ip-martian-source");
      return;
    }
    if (header.moreFragments || header.fragmentOffset > 0) {
      this.#fragment4(packet, header, local, remote, now);
      return;
    }
    const { protocol, headerLength: offset, totalLength: end } = header;
    this.#receiver.receiveDatagram(
      { local, remote, multicast: false, packet, protocol, protocolAt: 9, offset, end },
      now,
    );
  }

  #receive6(packet: Uint8Array, now: number, whole: boolean): void {
    if (packet.length < IPV6_HEADER) {
      this.#counters.drop("ip-malformed");
      return;
    }
    const remote = this.#addresses.remoteAt(packet, IPV6_SOURCE, 6);
    if (remote === undefined) {
      this.#counters.drop("ip-martian-source");
      return;
    }
    const own = this.#addresses.ownAt(packet, IPV6_DESTINATION, 6);
    const multicast = own === undefined && isAllNodes(packet, IPV6_DESTINATION);
    const local = multicast ? this.#addresses.sourceFor(remote) : own;
    if (local === undefined) {
      this.#counters.drop("ip-not-ours");
      return;
    }
    const walk = walkIpv6(packet);
    if (walk.kind === "upper") {
      const { protocol, protocolAt, offset, end } = walk;
      this.#receiver.receiveDatagram({ local, remote, multicast, packet, protocol, protocolAt, offset, end }, now);
    } else if (walk.kind === "drop") {
      this.#counters.drop(walk.reason);
    } else if (walk.kind === "problem") {
      this.#counters.drop("ip-option");
      if (!multicast || walk.evenIfMulticast)
        this.#errors.parameterProblem({ local, remote, multicast, packet }, walk.code, walk.pointer, now);
    } else if (whole) {
      // Fragments inside of fragments: nobody honest sends them, and unpacking them would have no end.
      this.#counters.drop("ip-header-chain");
    } else {
      this.#fragment6({ local, remote, multicast, packet }, walk, now);
    }
  }

  #fragment4(packet: Uint8Array, ip: Ipv4Header, local: IpAddress, remote: IpAddress, now: number): void {
    this.#counters.fragmentsIn++;
    const { headerLength, totalLength, identification, protocol, fragmentOffset: offset, moreFragments } = ip;
    const data = packet.subarray(headerLength, totalLength);
    const misaligned = moreFragments && data.length % 8 !== 0;
    if (data.length === 0 || misaligned || headerLength + offset + data.length > MOST_DATAGRAM) {
      this.#counters.drop("fragment-malformed");
      return;
    }
    const key = `${remote.text}>${local.text}#${identification}/${protocol}`;
    const header = offset === 0 ? packet.slice(0, headerLength) : undefined;
    const reassembled = this.#reassembler.add(
      { key, timeoutMs: IPV4_REASSEMBLY_MS, packet, header, data, offset, moreFragments },
      now,
    );
    if (reassembled === undefined) return;
    const whole = concat(reassembled.header, reassembled.data);
    if (whole.length > MOST_DATAGRAM) {
      this.#counters.drop("fragment-malformed");
      return;
    }
    restoreIpv4(whole, reassembled.header.length);
    const place = { protocol, protocolAt: 9, offset: reassembled.header.length, end: whole.length };
    this.#receiver.receiveDatagram({ local, remote, multicast: false, packet: whole, ...place }, now);
  }

  #fragment6(offender: Offender, walk: Ipv6Walk & { kind: "fragment" }, now: number): void {
    this.#counters.fragmentsIn++;
    const { packet, local, remote } = offender;
    const { headerAt, namedAt, fragmentOffset: offset, moreFragments } = walk;
    const data = packet.subarray(headerAt + FRAGMENT_HEADER, walk.end);
    const pointer = problemOfFragment(walk, data.length);
    if (pointer !== undefined || data.length === 0) {
      this.#counters.drop("fragment-malformed");
      if (pointer !== undefined) this.#errors.parameterProblem(offender, PROBLEM_HEADER, pointer, now);
      return;
    }
    let header: Uint8Array | undefined;
    if (offset === 0) {
      // RFC 8200 section 4.5: the first fragment holds every header through the upper layer's.
      if (parseQuote(packet.subarray(0, walk.end)) === undefined) {
        this.#counters.drop("fragment-malformed");
        this.#errors.parameterProblem(offender, PROBLEM_FIRST_FRAGMENT, 0, now);
        return;
      }
      header = packet.slice(0, headerAt);
      header[namedAt] = walk.protocol;
    }
    // RFC 8200 section 4.5 leaves the protocol out of the key: only the first fragment's counts.
    const destination = offender.multicast ? "multicast" : local.text;
    const key = `${remote.text}>${destination}#${walk.identification}`;
    const reassembled = this.#reassembler.add(
      { key, timeoutMs: IPV6_REASSEMBLY_MS, packet, header, data, offset, moreFragments },
      now,
    );
    if (reassembled === undefined) return;
    const whole = concat(reassembled.header, reassembled.data);
    const payloadLength = whole.length - IPV6_HEADER;
    if (payloadLength > MOST_DATAGRAM) {
      this.#counters.drop("fragment-malformed");
      return;
    }
    whole[PAYLOAD_LENGTH_AT] = payloadLength >> 8;
    whole[PAYLOAD_LENGTH_AT + 1] = payloadLength;
    this.#receive6(whole, now, true);
  }

  #reportTimeout(packet: Uint8Array, now: number): void {
    const version = packet[0]! >> 4 === 4 ? 4 : 6;
    const local = this.#addresses.ownAt(packet, version === 4 ? IPV4_DESTINATION : IPV6_DESTINATION, version);
    const remote = this.#addresses.remoteAt(packet, version === 4 ? IPV4_SOURCE : IPV6_SOURCE, version);
    if (local === undefined || remote === undefined) return;
    this.#errors.reassemblyTimeout({ local, remote, multicast: false, packet }, now);
  }
}

/** Never a Buffer, whose `slice` does not copy. */
function plainView(buffer: Uint8Array, offset: number, length: number): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
}

/** RFC 8200 section 4.5: where the sender's mistake stands, if there is one. */
function problemOfFragment(walk: Ipv6Walk & { kind: "fragment" }, length: number): number | undefined {
  if (walk.moreFragments && length % 8 !== 0) return PAYLOAD_LENGTH_AT;
  const payloadLength = walk.headerAt - IPV6_HEADER + walk.fragmentOffset + length;
  return payloadLength > MOST_DATAGRAM ? walk.headerAt + 2 : undefined;
}

/** The first fragment's header becomes the datagram's, so that an error can quote it. */
function restoreIpv4(packet: Uint8Array, headerLength: number): void {
  packet[2] = packet.length >> 8;
  packet[3] = packet.length;
  packet.fill(0, 6, 8);
  packet.fill(0, 10, 12);
  const sum = checksum(packet, 0, headerLength);
  packet[10] = sum >> 8;
  packet[11] = sum;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
