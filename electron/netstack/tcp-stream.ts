import { Duplex } from "node:stream";
import type { Clock } from "../base/clock.ts";
import type { IpAddress } from "../base/ip-address.ts";
import type { Endpoint, TcpConnection, TcpOptions, TcpStats } from "./tcp/connection.ts";

/** A TCP connection as a Node stream with back-pressure both ways and half-close; errors are CulvertErrors. */
export class TcpStream extends Duplex {
  readonly connection: TcpConnection;

  constructor(connection: TcpConnection, clock: Clock) {
    super({ allowHalfOpen: true });
    this.connection = connection;
    void clock;
  }

  get local(): Endpoint {
    return this.connection.local;
  }

  get remote(): Endpoint {
    return this.connection.remote;
  }

  get stats(): TcpStats {
    return this.connection.stats;
  }
}

/** The part of a stack that `connectStream` needs. */
export interface TcpConnector {
  connectTcp(to: { remote: IpAddress; port: number; options?: TcpOptions }, now: number): TcpConnection;
}

export interface ConnectStreamOptions {
  readonly remote: IpAddress;
  readonly port: number;
  readonly options?: TcpOptions;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** Opens a connection; rejects with a CulvertError (connection-refused, connection-timeout, host-unreachable, cancelled …). */
export function connectStream(_stack: TcpConnector, _clock: Clock, _to: ConnectStreamOptions): Promise<TcpStream> {
  return Promise.reject(new Error("not built yet"));
}
