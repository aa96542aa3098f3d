/** ICMP errors that we send: RFC 4443 section 2.4, RFC 1122 section 3.2.2, RFC 1812 section 4.3.2. */
import type { IpAddress } from "../base/ip-address.ts";
import type { IpOutput } from "./ip-output.ts";
import type { StackCounters } from "./stats.ts";
import { pseudoHeaderSum } from "./wire/checksum.ts";
import { emitIcmp, ICMP_HEADER } from "./wire/icmp.ts";
import * as icmpv4 from "./wire/icmpv4.ts";
import * as icmpv6 from "./wire/icmpv6.ts";
import { IPV4_HEADER, IPV4_MIN_REASSEMBLY } from "./wire/ipv4.ts";
import { IPV6_HEADER, IPV6_MIN_MTU } from "./wire/ipv6.ts";
import { ICMPV4, ICMPV6 } from "./wire/protocols.ts";
import { parseQuote } from "./wire/quote.ts";

/** A packet that we have something to say about. */
export interface Offender {
  /** Our address that the error comes from. */
  readonly local: IpAddress;
  readonly remote: IpAddress;
  /** It was sent to many. */
  readonly multicast: boolean;
  readonly packet: Uint8Array;
}

// Our tuning: a quarter of what busy hosts allow themselves, since we are one user's machine.
const ERRORS_PER_SECOND = 100;
const ERROR_BURST = 50;

const MOST_QUOTED_4 = IPV4_MIN_REASSEMBLY - IPV4_HEADER - ICMP_HEADER;
const MOST_QUOTED_6 = IPV6_MIN_MTU - IPV6_HEADER - ICMP_HEADER;

export class IcmpErrors {
  readonly #output: IpOutput;
  readonly #counters: StackCounters;
  #tokens = ERROR_BURST;
  #refilledAt = Number.NEGATIVE_INFINITY;

  constructor(output: IpOutput, counters: StackCounters) {
    this.#output = output;
    this.#counters = counters;
  }

  portUnreachable(offender: Offender, now: number): void {
    if (offender.multicast) return;
    if (offender.remote.version === 4) this.#send4(offender, icmpv4.UNREACHABLE, icmpv4.UNREACHABLE_PORT, now);
    else this.#send6(offender, icmpv6.UNREACHABLE, icmpv6.UNREACHABLE_PORT, 0, now);
  }

  /** `protocolAt`: where the unknown protocol number stands in the packet. */
  unknownProtocol(offender: Offender, protocolAt: number, now: number): void {
    if (offender.multicast) return;
    if (offender.remote.version === 4) this.#send4(offender, icmpv4.UNREACHABLE, icmpv4.UNREACHABLE_PROTOCOL, now);
    else this.parameterProblem(offender, icmpv6.UNKNOWN_NEXT_HEADER, protocolAt, now);
  }

  /** IPv6 only; the caller has decided whether a multicast packet deserves it. */
  parameterProblem(offender: Offender, code: number, pointer: number, now: number): void {
    this.#send6(offender, icmpv6.PARAMETER_PROBLEM, code, pointer, now);
  }

  reassemblyTimeout(offender: Offender, now: number): void {
    if (offender.remote.version === 4) this.#send4(offender, icmpv4.TIME_EXCEEDED, icmpv4.REASSEMBLY_TIME, now);
    else this.#send6(offender, icmpv6.TIME_EXCEEDED, icmpv6.REASSEMBLY_TIME, 0, now);
  }

  #send4({ local, remote, packet }: Offender, type: number, code: number, now: number): void {
    if (!this.#mayReport(packet, now)) return;
    const body = packet.subarray(0, Math.min(MOST_QUOTED_4, lengthOf(packet)));
    const room = this.#output.begin(ICMP_HEADER + body.length);
    emitIcmp(room, { type, code, word: 0, body }, 0);
    this.#output.commit(local, remote, ICMPV4, room.length, now);
  }

  #send6({ local, remote, packet }: Offender, type: number, code: number, word: number, now: number): void {
    if (!this.#mayReport(packet, now)) return;
    const body = packet.subarray(0, Math.min(MOST_QUOTED_6, lengthOf(packet)));
    const room = this.#output.begin(ICMP_HEADER + body.length);
    const pseudoSum = pseudoHeaderSum(local.bytes, remote.bytes, ICMPV6, room.length);
    emitIcmp(room, { type, code, word, body }, pseudoSum);
    this.#output.commit(local, remote, ICMPV6, room.length, now);
  }

  /** Never an error about an error, and never more than the bucket holds. */
  #mayReport(packet: Uint8Array, now: number): boolean {
    if (isIcmpError(packet)) return false;
    const refill = ((now - this.#refilledAt) * ERRORS_PER_SECOND) / 1000;
    this.#tokens = Math.min(ERROR_BURST, this.#tokens + refill);
    this.#refilledAt = now;
    if (this.#tokens < 1) {
      this.#counters.drop("icmp-rate-limit");
      return false;
    }
    this.#tokens--;
    this.#counters.icmpErrorsOut++;
    return true;
  }
}

function isIcmpError(packet: Uint8Array): boolean {
  const quote = parseQuote(packet);
  if (quote === undefined) return false;
  const type = packet[quote.transportAt]!;
  if (quote.version === 6) return quote.protocol === ICMPV6 && icmpv6.isError(type);
  return quote.protocol === ICMPV4 && !icmpv4.isQuery(type);
}

/** The packet without the padding that may follow it. */
function lengthOf(packet: Uint8Array): number {
  const claimed =
    packet[0]! >> 4 === 4 ? (packet[2]! << 8) | packet[3]! : IPV6_HEADER + ((packet[4]! << 8) | packet[5]!);
  return Math.min(claimed, packet.length);
}
