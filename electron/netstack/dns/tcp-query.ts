/** One query over TCP: each message follows its length in two bytes (RFC 1035 section 4.2.2, RFC 7766). */
import { ByteQueue } from "../../base/byte-queue.ts";
import type { IpAddress } from "../../base/ip-address.ts";
import type { Stack } from "../stack.ts";
import type { TcpConnection } from "../tcp/connection.ts";

export const DNS_PORT = 53;
const READ_BYTES = 65_536;
/** Our tuning: a connection with one query on it has one answer, and a server that says much else is not one to wait for. */
const MOST_FOREIGN = 4;

export interface TcpQueryEvents {
  /** A whole message; false when it is not the answer and more may come. */
  onMessage(message: Uint8Array, now: number): boolean;
  /** The connection ended without the answer. */
  onFail(detail: string, now: number): void;
}

export class TcpQuery {
  readonly #connection: TcpConnection;
  readonly #events: TcpQueryEvents;
  readonly #received = new ByteQueue();
  #length: number | undefined;
  #foreign = 0;
  #done = false;

  /** Throws what `connectTcp` throws. */
  constructor(stack: Stack, server: IpAddress, query: Uint8Array, now: number, events: TcpQueryEvents) {
    this.#events = events;
    this.#connection = stack.connectTcp({ remote: server, port: DNS_PORT }, now);
    this.#connection.handler = {
      onEstablished: (at) => {
        // Length and message in one write: some servers want them in one segment (RFC 7766 section 8).
        const framed = new Uint8Array(2 + query.length);
        framed.set([query.length >> 8, query.length]);
        framed.set(query, 2);
        if (this.#connection.write(framed, at) < framed.length) this.#fail("the query did not fit", at);
      },
      onReadable: (at) => this.#read(at),
      onWritable: () => undefined,
      onEnd: (at) => this.#fail("the server closed the connection", at),
      onClosed: (error, at) => this.#fail(error?.message ?? "the server closed the connection", at),
    };
  }

  dispose(now: number): void {
    if (this.#done) return;
    this.#done = true;
    this.#connection.handler = undefined;
    this.#connection.close(now);
  }

  #read(now: number): void {
    for (let chunk = this.#connection.read(READ_BYTES, now); chunk !== undefined; ) {
      this.#received.push(chunk);
      chunk = this.#connection.read(READ_BYTES, now);
    }
    while (!this.#done) {
      if (this.#length === undefined) {
        const prefix = this.#received.take(2);
        if (prefix === undefined) return;
        this.#length = (prefix[0]! << 8) | prefix[1]!;
      }
      const message = this.#received.take(this.#length);
      if (message === undefined) return;
      this.#length = undefined;
      if (this.#events.onMessage(message, now)) this.dispose(now);
      else if (++this.#foreign >= MOST_FOREIGN) this.#fail("the server sends what is no answer", now);
    }
  }

  #fail(detail: string, now: number): void {
    if (this.#done) return;
    this.dispose(now);
    this.#events.onFail(detail, now);
  }
}
