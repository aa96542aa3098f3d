import type { ErrorCode } from "../../../shared/errors.ts";
import type { IpAddress } from "../../base/ip-address.ts";
import type { TcpConnection, TcpListener, TcpOptions } from "./connection.ts";
import type { TcpHost } from "./host.ts";

export type { TcpHost } from "./host.ts";

const notYet = (): never => {
  throw new Error("not built yet");
};

/** All TCP of one stack: finds the connection of a segment, opens and listens, and owns every timer. */
export class TcpLayer {
  readonly host: TcpHost;

  constructor(host: TcpHost) {
    this.host = host;
  }

  /** One segment (header and payload) from `remote` to `local`; read before the call returns, never kept. */
  receive(_local: IpAddress, _remote: IpAddress, _segment: Uint8Array, _now: number): void {}

  /** Throws host-unreachable when no address of ours can reach `remote`. */
  connect(_to: { remote: IpAddress; port: number; options?: TcpOptions }, _now: number): TcpConnection {
    return notYet();
  }

  /** Throws port-in-use. `onConnection` gets each connection once it is established. */
  listen(
    _at: { address?: IpAddress; port: number; backlog?: number; options?: TcpOptions },
    _onConnection: (connection: TcpConnection, now: number) => void,
  ): TcpListener {
    return notYet();
  }

  get connections(): Iterable<TcpConnection> {
    return [];
  }

  /** An ICMP error quoting one of our segments: `hard` ends a connection that is being opened (RFC 5927). */
  onUnreachable(
    _local: IpAddress,
    _remote: IpAddress,
    _localPort: number,
    _remotePort: number,
    _sequence: number,
    _hard: boolean,
    _code: ErrorCode,
    _now: number,
  ): void {}

  /** A Packet Too Big quoting one of our segments. True when it names data in flight, so that the stack may believe it. */
  onPathMtu(
    _local: IpAddress,
    _remote: IpAddress,
    _localPort: number,
    _remotePort: number,
    _sequence: number,
    _mtu: number,
    _now: number,
  ): boolean {
    return false;
  }

  endTurn(_now: number): void {}
  tick(_now: number): void {}
  nextDeadline(): number {
    return Number.POSITIVE_INFINITY;
  }

  /** Resets every connection and forgets all. */
  dispose(): void {}
}
