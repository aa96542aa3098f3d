/** ICMP messages to us: echo (RFC 792, RFC 4443 section 4), and errors about packets of ours (RFC 5927, RFC 8201). */
import type { IpAddress } from "../base/ip-address.ts";
import type { AddressTable } from "./address-table.ts";
import type { ErrorCode } from "./error-code.ts";
import type { IpDatagram } from "./ip-input.ts";
import type { IpOutput } from "./ip-output.ts";
import { type PathMtuCache, usableMtu } from "./path-mtu-cache.ts";
import type { Pinger } from "./ping.ts";
import type { StackCounters } from "./stats.ts";
import type { TcpLayer } from "./tcp/tcp-layer.ts";
import type { UdpLayer } from "./udp.ts";
import { pseudoHeaderSum } from "./wire/checksum.ts";
import { emitIcmp, ICMP_HEADER, type IcmpMessage, parseIcmp } from "./wire/icmp.ts";
import * as icmpv4 from "./wire/icmpv4.ts";
import * as icmpv6 from "./wire/icmpv6.ts";
import { ICMPV4, ICMPV6, TCP, UDP } from "./wire/protocols.ts";
import { parseQuote, type Quote } from "./wire/quote.ts";

/** What an error means to the flow that it quotes. */
type Report =
  | { readonly kind: "unreachable"; readonly code: ErrorCode; readonly meaning: string; readonly hard: boolean }
  | { readonly kind: "too-big"; readonly mtu: number };

/** The flow of ours that an error quotes; `word` holds TCP's sequence number or an echo's identifier and sequence. */
interface QuotedFlow {
  readonly quote: Quote;
  readonly local: IpAddress;
  readonly remote: IpAddress;
  readonly localPort: number;
  readonly remotePort: number;
  readonly word: number;
}

export interface IcmpUsers {
  readonly addresses: AddressTable;
  readonly output: IpOutput;
  readonly paths: PathMtuCache;
  readonly counters: StackCounters;
  readonly pinger: Pinger;
  readonly udp: UdpLayer;
  readonly tcp: TcpLayer;
}

export class IcmpInput {
  readonly #users: IcmpUsers;

  constructor(users: IcmpUsers) {
    this.#users = users;
  }

  receive(datagram: IpDatagram, now: number): void {
    const { local, remote, packet, offset, end, multicast } = datagram;
    const { counters, pinger } = this.#users;
    const v6 = remote.version === 6;
    // The pseudo-header holds the destination as it was sent, which for a multicast packet is not `local`.
    const destination = multicast ? packet.subarray(24, 40) : local.bytes;
    const pseudoSum = v6 ? pseudoHeaderSum(remote.bytes, destination, ICMPV6, end - offset) : 0;
    const message = parseIcmp(packet.subarray(offset, end), pseudoSum);
    if (typeof message === "string") {
      counters.drop(message);
      return;
    }
    if (message.type === (v6 ? icmpv6.ECHO_REQUEST : icmpv4.ECHO_REQUEST)) {
      this.#reply(local, remote, message, now);
    } else if (message.type === (v6 ? icmpv6.ECHO_REPLY : icmpv4.ECHO_REPLY)) {
      if (!pinger.onReply(message.word, remote, message.body.length, now)) counters.drop("icmp-unasked");
    } else {
      const report = v6 ? readIcmpv6(message) : readIcmpv4(message);
      if (report === undefined) {
        counters.drop("icmp-ignored");
        return;
      }
      counters.icmpErrorsIn++;
      if (!this.#pass(local, remote, message.body, report, now)) counters.drop("icmp-not-about-us");
    }
  }

  #reply(local: IpAddress, remote: IpAddress, { word, body }: IcmpMessage, now: number): void {
    const { output, counters } = this.#users;
    const room = output.beginDatagram(remote, ICMP_HEADER + body.length, now);
    const v6 = remote.version === 6;
    const pseudoSum = v6 ? pseudoHeaderSum(local.bytes, remote.bytes, ICMPV6, room.length) : 0;
    emitIcmp(room, { type: v6 ? icmpv6.ECHO_REPLY : icmpv4.ECHO_REPLY, code: 0, word, body }, pseudoSum);
    counters.echoRepliesOut++;
    output.commitDatagram(local, remote, v6 ? ICMPV6 : ICMPV4, room, now);
  }

  /** Hands an error to the flow that it quotes; false when there is none. */
  #pass(local: IpAddress, reporter: IpAddress, quoted: Uint8Array, report: Report, now: number): boolean {
    const flow = this.#findFlow(local, quoted);
    if (flow === undefined) return false;
    return report.kind === "too-big" ? this.#lowerMtu(flow, report.mtu, now) : this.#fail(flow, reporter, report, now);
  }

  #findFlow(local: IpAddress, quoted: Uint8Array): QuotedFlow | undefined {
    const quote = parseQuote(quoted);
    if (quote === undefined || quote.version !== local.version) return undefined;
    const { addresses } = this.#users;
    // The error comes to the address that the quoted packet left from.
    if (addresses.ownAt(quoted, quote.sourceAt, quote.version) !== local) return undefined;
    const remote = addresses.remoteAt(quoted, quote.destinationAt, quote.version);
    if (remote === undefined) return undefined;
    const view = new DataView(quoted.buffer, quoted.byteOffset + quote.transportAt, 8);
    return {
      quote,
      local,
      remote,
      localPort: view.getUint16(0),
      remotePort: view.getUint16(2),
      word: view.getUint32(4),
    };
  }

  #fail(
    { quote, local, remote, localPort, remotePort, word }: QuotedFlow,
    reporter: IpAddress,
    { code, meaning, hard }: Report & { readonly kind: "unreachable" },
    now: number,
  ) {
    const { tcp, udp, pinger } = this.#users;
    if (quote.protocol === TCP) tcp.onUnreachable(local, remote, localPort, remotePort, word, hard, code);
    else if (quote.protocol === UDP) return udp.onError(local, localPort, remote, remotePort, code, now);
    else if (isIcmp(quote)) return pinger.onError(word, remote, code, `${reporter.text} says: ${meaning}`);
    else return false;
    return true;
  }

  /** RFC 8201 section 4 and RFC 5927 section 7: only a message about a packet of ours in flight is believed. */
  #lowerMtu(flow: QuotedFlow, claimed: number, now: number): boolean {
    const { quote, local, remote, localPort, remotePort, word } = flow;
    const { paths, tcp, udp, pinger } = this.#users;
    const usable = usableMtu(quote.version, claimed, quote.totalLength);
    if (usable === undefined) return false;
    const news = usable.mtu < paths.get(remote, now) || (usable.fragmentable && !paths.isFragmentable(remote, now));
    // What is known already may still be news to another connection, whose segments in flight are too large.
    if (!news && quote.protocol !== TCP) return false;
    const ours =
      quote.protocol === TCP
        ? tcp.onPathMtu(local, remote, localPort, remotePort, word, usable.mtu, now)
        : quote.protocol === UDP
          ? udp.hasSent(local, localPort, remote, remotePort)
          : isIcmp(quote) && pinger.isPending(word, remote);
    if (ours) paths.lower(remote, usable.mtu, usable.fragmentable, now);
    return ours;
  }
}

function isIcmp(quote: Quote): boolean {
  return quote.protocol === (quote.version === 6 ? ICMPV6 : ICMPV4);
}

/**
 * An "unreachable" is hard: it ends an attempt to connect, as on Linux, and no more than that (RFC 5927 section 6 keeps
 * established connections). A time that was exceeded may be a passing loop, so it is soft.
 */
function readIcmpv4({ type, code, word }: IcmpMessage): Report | undefined {
  if (type === icmpv4.TIME_EXCEEDED) return timeExceeded(code === icmpv4.REASSEMBLY_TIME);
  if (type !== icmpv4.UNREACHABLE) return undefined;
  if (code === icmpv4.FRAGMENTATION_NEEDED) return { kind: "too-big", mtu: word & 0xffff };
  const refused = code === icmpv4.UNREACHABLE_PORT || code === icmpv4.UNREACHABLE_PROTOCOL;
  return unreachable(refused ? "connection-refused" : "host-unreachable", icmpv4.unreachableMeaning(code));
}

function readIcmpv6({ type, code, word }: IcmpMessage): Report | undefined {
  if (type === icmpv6.PACKET_TOO_BIG) return { kind: "too-big", mtu: word };
  if (type === icmpv6.TIME_EXCEEDED) return timeExceeded(code === icmpv6.REASSEMBLY_TIME);
  if (type === icmpv6.PARAMETER_PROBLEM && code === icmpv6.UNKNOWN_NEXT_HEADER)
    return unreachable("connection-refused", "the host does not speak that protocol");
  if (type !== icmpv6.UNREACHABLE) return undefined;
  const refused = code === icmpv6.UNREACHABLE_PORT;
  return unreachable(refused ? "connection-refused" : "host-unreachable", icmpv6.unreachableMeaning(code));
}

function unreachable(code: ErrorCode, meaning: string): Report {
  return { kind: "unreachable", code, meaning, hard: true };
}

function timeExceeded(isReassembly: boolean): Report {
  const meaning = isReassembly ? "fragments of the packet were lost" : "the packet passed too many routers";
  return { kind: "unreachable", code: "host-unreachable", meaning, hard: false };
}
