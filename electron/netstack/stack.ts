import { CulvertError } from "../base/errors.ts";
import type { IpAddress } from "../base/ip-address.ts";
import type { PingReply } from "./ping.ts";
import type { StackStats } from "./stats.ts";
import type { TcpConnection, TcpListener, TcpOptions } from "./tcp/tcp-layer.ts";
import type { DatagramListener, UdpBinding, UdpErrorListener, UdpSocket } from "./udp-socket.ts";

export interface StackOptions {
  /** Our addresses inside the tunnel, in order of preference. */
  readonly addresses: readonly IpAddress[];
  /** The tunnel's MTU in bytes, at least 576 (RFC 791) and 1280 where an address is IPv6 (RFC 8200 section 5). */
  readonly mtu: number;
  /** Free bytes that `sendPacket` needs in front of and behind a packet. */
  readonly headroom: number;
  readonly tailroom: number;
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
}

/** One host's IPv4 and IPv6 as a `Core` (engine/core-loop.ts): packets and a time in, packets out through `sendPacket`. */
export class Stack {
  constructor(readonlyOptions: StackOptions) {
    void readonlyOptions;
  }

  get connections(): Iterable<TcpConnection> {
    return todo();
  }

  get stats(): StackStats {
    return todo();
  }

  hasAddress(_address: IpAddress): boolean {
    return todo();
  }

  /** An IP packet from the tunnel. Valid during the call and may be modified. */
  receive(_packet: Uint8Array, _now: number): void {
    todo();
  }

  /** Throws "host-unreachable" when no address of ours has the remote's family. */
  connectTcp(_to: TcpTarget, _now: number): TcpConnection {
    return todo();
  }

  /** Throws "port-in-use". */
  listenTcp(_at: TcpBinding, _onConnection: (connection: TcpConnection) => void): TcpListener {
    return todo();
  }

  /** Throws "port-in-use". */
  openUdp(_at: UdpBinding, _onDatagram: DatagramListener, _onError?: UdpErrorListener): UdpSocket {
    return todo();
  }

  /** One echo request; `onReply` is called exactly once, not from within this call. Default timeout 5,000 ms. */
  ping(
    _to: IpAddress,
    _payloadLength: number,
    _now: number,
    _onReply: (reply: PingReply) => void,
    _timeoutMs?: number,
  ): void {
    todo();
  }

  endTurn(_now: number): void {
    todo();
  }

  tick(_now: number): void {
    todo();
  }

  nextDeadline(): number {
    return todo();
  }

  dispose(): void {
    todo();
  }
}

function todo(): never {
  throw new CulvertError("internal", "netstack is being written");
}
