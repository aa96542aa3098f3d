// The one file of this room that knows Node: its streams are what SSH and the forwards speak.
import { Duplex } from "node:stream";
import type { Clock } from "../base/clock.ts";
import { CulvertError } from "../base/errors.ts";
import type { IpAddress } from "../base/ip-address.ts";
import type { Endpoint, TcpConnection, TcpHandler, TcpOptions, TcpStats } from "./tcp/connection.ts";

/** Bytes handed to the reader at once: large enough that the cost per chunk vanishes. */
const READ_CHUNK_BYTES = 256 << 10;
/**
 * Node counts bytes, and a peer that sends them one by one to a reader who stands still would fill its mark with chunks of
 * one byte, over a hundred times as large each. So behind what Node holds already it is given large ones only, and TCP keeps
 * the rest, densely. A mark of one byte would do the same, but costs a bulk reader a tenth of its time.
 */
const LEAST_BEHIND_BYTES = 16 << 10;

type WriteCallback = (error?: Error | null) => void;

/**
 * A TCP connection as a Node stream with back-pressure both ways and half-close. Errors are CulvertErrors. `destroy()`
 * closes gracefully when everything was read and written, else resets; `destroy(error)` always resets.
 */
export class TcpStream extends Duplex implements TcpHandler {
  readonly connection: TcpConnection;
  readonly #clock: Clock;
  /** The consumer's buffer is below its mark. */
  #wanted = false;
  #ended = false;
  #closed = false;
  /** An error that waits until what was received before it is read. */
  #lastWord: CulvertError | undefined;
  #pending: { chunks: Uint8Array[]; at: number; offset: number; done: WriteCallback } | undefined;

  constructor(connection: TcpConnection, clock: Clock) {
    super({ allowHalfOpen: true, readableHighWaterMark: READ_CHUNK_BYTES, writableHighWaterMark: 64 << 10 });
    this.connection = connection;
    this.#clock = clock;
    connection.handler = this;
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

  onEstablished(_now: number): void {
    this.emit("connect");
  }

  onReadable(_now: number): void {
    if (this.#wanted) this.#pull();
  }

  onWritable(_now: number): void {
    this.#pour();
  }

  onEnd(_now: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.push(null);
  }

  onClosed(error: CulvertError | undefined, _now: number): void {
    this.#closed = true;
    if (error === undefined) {
      // An end without error after FIN of both sides: autoDestroy follows once the reader has seen the end.
      if (!this.#ended) this.destroy();
      return;
    }
    this.#lastWord = error;
    this.#speakLastWord();
    if (this.destroyed) return;
    this.#failPending(error);
    if (this.#wanted) this.#pull();
  }

  override read(size?: number): unknown {
    const data: unknown = super.read(size);
    // Node does not ask again for what it was not given.
    if (this.#wanted && this.readableLength === 0) this.#pull();
    else this.#speakLastWord();
    return data;
  }

  override _read(): void {
    this.#wanted = true;
    this.#pull();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: WriteCallback): void {
    this.#begin([chunk], done);
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: WriteCallback): void {
    this.#begin(
      chunks.map((item) => item.chunk),
      done,
    );
  }

  override _final(done: WriteCallback): void {
    this.connection.shutdown(this.#clock.now());
    done();
  }

  override _destroy(error: Error | null, done: WriteCallback): void {
    const now = this.#clock.now();
    // Bytes the stream still holds, either way, would be lost in a graceful close: the peer must not take it for one.
    const complete = error === null && this.writableLength === 0 && this.readableLength === 0;
    this.#failPending(error ?? new CulvertError("cancelled"));
    if (!this.#closed) {
      if (complete) this.connection.close(now);
      else this.connection.abort(now);
    }
    this.#closed = true;
    done(error);
  }

  #pull(): void {
    while (this.#wanted && this.#isWorthAChunk()) {
      // Memory that is not zeroed first: every byte of it is written to.
      const data = Buffer.allocUnsafe(Math.min(READ_CHUNK_BYTES, this.connection.readableLength));
      this.connection.readInto(data, this.#clock.now());
      this.#wanted = this.push(data);
    }
    this.#speakLastWord();
  }

  #isWorthAChunk(): boolean {
    return this.connection.readableLength >= (this.readableLength === 0 ? 1 : LEAST_BEHIND_BYTES);
  }

  /** `destroy` throws away what the reader has not taken, so the error waits until it has. */
  #speakLastWord(): void {
    const error = this.#lastWord;
    if (error === undefined || this.connection.readableLength > 0 || this.readableLength > 0) return;
    this.#lastWord = undefined;
    this.destroy(error);
  }

  #begin(chunks: Uint8Array[], done: WriteCallback): void {
    if (this.#lastWord !== undefined) {
      done(this.#lastWord);
      return;
    }
    this.#pending = { chunks, at: 0, offset: 0, done };
    this.#pour();
  }

  /** Moves what fits from the pending write into the connection. */
  #pour(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    const now = this.#clock.now();
    while (pending.at < pending.chunks.length) {
      const chunk = pending.chunks[pending.at]!;
      pending.offset += this.connection.write(pending.offset === 0 ? chunk : chunk.subarray(pending.offset), now);
      // The connection calls onWritable when there is room again, and onClosed when there never will be.
      if (pending.offset < chunk.length) return;
      pending.at++;
      pending.offset = 0;
    }
    this.#pending = undefined;
    pending.done();
  }

  #failPending(error: Error): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.done(error);
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
export function connectStream(stack: TcpConnector, clock: Clock, to: ConnectStreamOptions): Promise<TcpStream> {
  return new Promise((resolve, reject) => {
    if (to.signal?.aborted === true) throw new CulvertError("cancelled");
    const target = { remote: to.remote, port: to.port, ...(to.options === undefined ? {} : { options: to.options }) };
    const stream = new TcpStream(stack.connectTcp(target, clock.now()), clock);
    const fail = (error: CulvertError): void => {
      stream.destroy(error);
    };
    const cancel = (): void => fail(new CulvertError("cancelled"));
    const timer =
      to.timeoutMs === undefined
        ? undefined
        : setTimeout(() => fail(new CulvertError("connection-timeout")), to.timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      to.signal?.removeEventListener("abort", cancel);
      stream.off("connect", onConnect);
      stream.off("error", onError);
      stream.off("close", onClose);
    };
    const onConnect = (): void => {
      settle();
      resolve(stream);
    };
    const onError = (error: Error): void => {
      settle();
      // A destroyed stream may report once more; nobody else listens yet.
      stream.on("error", () => undefined);
      reject(error);
    };
    const onClose = (): void => onError(new CulvertError("connection-reset"));
    to.signal?.addEventListener("abort", cancel, { once: true });
    stream.once("connect", onConnect);
    stream.once("error", onError);
    stream.once("close", onClose);
  });
}
