import { CulvertError } from "../base/errors.ts";
import type { IpAddress } from "../base/ip-address.ts";
import { AddressTable, isMulticast } from "./address-table.ts";
import { IcmpErrors } from "./icmp-errors.ts";
import { IcmpInput } from "./icmp-input.ts";
import { type IpDatagram, IpInput } from "./ip-input.ts";
import { IpOutput } from "./ip-output.ts";
import type { PacketMemory } from "./packet-memory.ts";
import type { RunSink } from "./packet-run.ts";
import { PathMtuCache } from "./path-mtu-cache.ts";
import { Pinger, type PingOptions, type PingReply } from "./ping.ts";
import { StackCounters, type StackStats } from "./stats.ts";
import type { TcpConnection, TcpListener, TcpOptions } from "./tcp/connection.ts";
import { type TcpHost, TcpLayer } from "./tcp/tcp-layer.ts";
import { UdpLayer } from "./udp.ts";
import type { DatagramListener, UdpBinding, UdpErrorListener, UdpSocket } from "./udp-socket.ts";
import { IPV4_MIN_REASSEMBLY } from "./wire/ipv4.ts";
import { IPV6_MIN_MTU } from "./wire/ipv6.ts";
import { ICMPV4, ICMPV6, TCP, UDP } from "./wire/protocols.ts";
import { CHECKSUM_AT, SEQUENCE_AT } from "./wire/tcp.ts";

export interface StackOptions {
  /** Our addresses inside the tunnel, in order of preference. */
  readonly addresses: readonly IpAddress[];
  /** The tunnel's MTU in bytes, 576 (RFC 791) or 1280 where an address is IPv6 (RFC 8200 section 5) up to 65,535. */
  readonly mtu: number;
  /** Free bytes that `sendPacket` needs in front of and behind a packet. */
  readonly headroom: number;
  readonly tailroom: number;
  /** Where packets are built; memory of the stack's own when left out, or when its slots are too short for the MTU. */
  readonly packets?: PacketMemory;
  /** Takes packets of bulk together, where `packets` has room for them; one by one through `sendPacket` when left out. */
  readonly runs?: RunSink;
  random(length: number): Uint8Array;
  /**
   * An IP packet at `offset` of `buffer`, headroom and tailroom free around it. It may be overwritten, and is valid
   * during the call only. Must not call back into the stack.
   */
  sendPacket(buffer: Uint8Array, offset: number, length: number): void;
  /** An application's call (write, close, connect, send) may have moved nextDeadline or left work for endTurn. */
  onWake(): void;
}

export interface TcpTarget {
  readonly remote: IpAddress;
  readonly port: number;
  readonly options?: TcpOptions;
}

export interface TcpBinding {
  readonly address?: IpAddress;
  readonly port: number;
  readonly backlog?: number;
  readonly options?: TcpOptions;
}

/** One host's IPv4 and IPv6 as a `Core` (engine/core-loop.ts): packets and a time in, packets out through `sendPacket`. */
export class Stack {
  readonly #options: StackOptions;
  readonly #counters = new StackCounters();
  readonly #addresses: AddressTable;
  readonly #paths: PathMtuCache;
  readonly #output: IpOutput;
  readonly #errors: IcmpErrors;
  readonly #input: IpInput;
  readonly #udp: UdpLayer;
  readonly #pinger: Pinger;
  readonly #tcp: TcpLayer;
  readonly #icmp: IcmpInput;
  /** The time of the call being served. */
  #now = Number.NEGATIVE_INFINITY;
  #disposed = false;

  /** Throws "config-invalid" for an MTU that the addresses cannot live with. */
  constructor(options: StackOptions) {
    checkMtu(options);
    const random = (length: number): Uint8Array => options.random(length);
    this.#options = options;
    this.#addresses = new AddressTable(options.addresses);
    this.#paths = new PathMtuCache(options.mtu);
    this.#output = new IpOutput(options, this.#paths, this.#counters);
    this.#errors = new IcmpErrors(this.#output, this.#counters);
    this.#input = new IpInput(this.#addresses, this.#errors, this.#counters, {
      receiveTcp: (local, remote, buffer, offset, end, now) =>
        this.#receiveTcp(local, remote, buffer, offset, end, now),
      receiveDatagram: (datagram, now) => this.#receiveDatagram(datagram, now),
    });
    this.#udp = new UdpLayer(this.#addresses, this.#output, this.#errors, this.#counters, random);
    this.#pinger = new Pinger(this.#addresses, this.#output, random);
    this.#tcp = new TcpLayer(this.#tcpHost());
    this.#icmp = new IcmpInput({
      addresses: this.#addresses,
      output: this.#output,
      paths: this.#paths,
      counters: this.#counters,
      pinger: this.#pinger,
      udp: this.#udp,
      tcp: this.#tcp,
    });
  }

  get addresses(): readonly IpAddress[] {
    return this.#addresses.own;
  }

  get connections(): Iterable<TcpConnection> {
    return this.#tcp.connections;
  }

  /** Live counters, not a copy. */
  get stats(): StackStats {
    return this.#counters;
  }

  hasAddress(address: IpAddress): boolean {
    return this.#addresses.has(address);
  }

  /** Our address towards `remote`, or undefined when we have none of its family. */
  sourceFor(remote: IpAddress): IpAddress | undefined {
    return this.#addresses.sourceFor(remote);
  }

  /** Asks the owner of the timer for an `endTurn`, on behalf of a core that works through this stack. */
  wake(): void {
    this.#options.onWake();
  }

  /** The IP packet of `length` bytes at `offset`; padding may follow it. Valid during the call and may be modified. */
  receive(buffer: Uint8Array, offset: number, length: number, now: number): void {
    if (this.#disposed) return;
    this.#now = now;
    this.#counters.packetsIn++;
    this.#counters.bytesIn += length;
    this.#input.receive(buffer, offset, length, now);
  }

  /** Throws "host-unreachable" when no address of ours has the remote's family. */
  connectTcp(to: TcpTarget, now: number): TcpConnection {
    this.#begin(now);
    if (isMulticast(to.remote)) throw new CulvertError("host-unreachable", to.remote.text);
    return this.#tcp.connect(to, now);
  }

  /** Throws "port-in-use". `onConnection` gets each connection once it is established. */
  listenTcp(at: TcpBinding, onConnection: (connection: TcpConnection, now: number) => void): TcpListener {
    this.#checkOpen();
    if (at.address !== undefined && !this.hasAddress(at.address))
      throw new CulvertError("host-unreachable", `${at.address.text} is not an address of this tunnel`);
    return this.#tcp.listen(at, onConnection);
  }

  /** Throws "port-in-use". */
  openUdp(at: UdpBinding, onDatagram: DatagramListener, onError?: UdpErrorListener): UdpSocket {
    this.#checkOpen();
    return this.#udp.open(at, onDatagram, onError);
  }

  /** One echo request; `onReply` is called exactly once, not from within this call. */
  ping(
    to: IpAddress,
    payloadLength: number,
    now: number,
    onReply: (reply: PingReply) => void,
    options: PingOptions = {},
  ): void {
    this.#begin(now);
    this.#pinger.send(to, payloadLength, now, onReply, options);
    this.#options.onWake();
  }

  /** The path below is new, or the computer woke up: what waits for a backed-off timer is tried at once. */
  retryNow(now: number): void {
    if (this.#disposed) return;
    this.#now = now;
    this.#tcp.retryNow(now);
    this.#options.onWake();
  }

  endTurn(now: number): void {
    if (this.#disposed) return;
    this.#now = now;
    this.#tcp.endTurn(now);
  }

  tick(now: number): void {
    if (this.#disposed) return;
    this.#now = now;
    this.#tcp.tick(now);
    this.#pinger.tick(now);
    this.#input.tick(now);
  }

  nextDeadline(): number {
    if (this.#disposed) return Number.POSITIVE_INFINITY;
    return Math.min(this.#tcp.nextDeadline(), this.#pinger.nextDeadline(), this.#input.nextDeadline());
  }

  /** Resets every connection, which is told why, and answers every ping with "cancelled". */
  dispose(why = new CulvertError("cancelled")): void {
    if (this.#disposed) return;
    this.#tcp.dispose(why);
    this.#disposed = true;
    this.#udp.dispose();
    this.#input.dispose();
    this.#pinger.dispose();
  }

  #receiveTcp(local: IpAddress, remote: IpAddress, buffer: Uint8Array, offset: number, end: number, now: number): void {
    if (end - offset > TCP_FLAGS_AT && isReset(buffer, offset)) this.#counters.resetsIn++;
    this.#tcp.receive(local, remote, buffer, offset, end, now);
  }

  #receiveDatagram(datagram: IpDatagram, now: number): void {
    const { local, remote, protocol, packet, offset, end } = datagram;
    if (protocol === TCP) {
      // RFC 9293 section 3.9.2.3: a segment to a multicast address is dropped in silence.
      if (datagram.multicast) this.#counters.drop("tcp-multicast");
      else this.#receiveTcp(local, remote, packet, offset, end, now);
    } else if (protocol === UDP) {
      this.#udp.receive(datagram, now);
    } else if (protocol === (local.version === 6 ? ICMPV6 : ICMPV4)) {
      this.#icmp.receive(datagram, now);
    } else {
      this.#counters.drop("ip-protocol");
      this.#errors.unknownProtocol(datagram, datagram.protocolAt, now);
    }
  }

  #tcpHost(): TcpHost {
    const { mtu } = this.#options;
    const output = this.#output;
    return {
      mtu,
      random: (length) => this.#options.random(length),
      onWake: () => this.#options.onWake(),
      beginSegment: (length, runTo) => this.#output.begin(length, runTo),
      commitSegment: (local, remote, segment) => {
        if (isReset(segment, 0)) this.#counters.resetsOut++;
        this.#output.commit(local, remote, TCP, segment.length, this.#now);
      },
      flushSegments: () => this.#output.flush(),
      repeater: {
        get room() {
          return output.roomToRepeat;
        },
        get payloads() {
          return output.repeatedPayloads;
        },
        repeat: (count, headerBytes) => output.repeat(count, headerBytes, SEQUENCE_AT, CHECKSUM_AT),
      },
      addBytes: (initial, bytes, start, end) => this.#output.addBytes(initial, bytes, start, end),
      sourceFor: (remote) => this.#addresses.sourceFor(remote),
      pathMtu: (remote) => this.#paths.get(remote, this.#now),
      countDrop: (reason) => this.#counters.drop(reason),
    };
  }

  #begin(now: number): void {
    this.#checkOpen();
    this.#now = now;
  }

  #checkOpen(): void {
    if (this.#disposed) throw new CulvertError("cancelled", "the tunnel is closed");
  }
}

function checkMtu({ mtu, addresses }: StackOptions): void {
  const least = addresses.some((a) => a.version === 6) ? IPV6_MIN_MTU : IPV4_MIN_REASSEMBLY;
  if (!Number.isInteger(mtu) || mtu < least || mtu > 65_535)
    throw new CulvertError("config-invalid", `the tunnel's MTU is ${mtu}, and must be ${least} to 65535`);
}

const TCP_FLAGS_AT = 13;

/** The RST bit of the TCP segment at `offset` (RFC 9293 section 3.1). */
function isReset(bytes: Uint8Array, offset: number): boolean {
  return (bytes[offset + TCP_FLAGS_AT]! & 0x04) !== 0;
}
