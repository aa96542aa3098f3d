import { Duplex } from "node:stream";

export interface DuplexEnd extends Duplex {
  /** Bytes written on this end so far. */
  readonly sent: number;
}

export interface PairOptions {
  /** Cuts what the first end receives into pieces of at most this many bytes. */
  fragment?: number;
}

/** Two connected in-memory streams that behave like a TCP connection: half-close, back-pressure, and an end seen by the peer. */
export function duplexPair({ fragment = Number.POSITIVE_INFINITY }: PairOptions = {}): [DuplexEnd, DuplexEnd] {
  const a: MemoryDuplex = new MemoryDuplex(() => b, Number.POSITIVE_INFINITY);
  const b: MemoryDuplex = new MemoryDuplex(() => a, fragment);
  return [a, b];
}

class MemoryDuplex extends Duplex implements DuplexEnd {
  sent = 0;
  readonly #peer: () => MemoryDuplex;
  readonly #fragment: number;
  #resume: (() => void) | undefined;

  constructor(peer: () => MemoryDuplex, fragment: number) {
    super({ allowHalfOpen: true, highWaterMark: 64 * 1024 });
    this.#peer = peer;
    this.#fragment = fragment;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.sent += chunk.length;
    // As on a network, the peer never hears of a write within that write.
    setImmediate(() => {
      const peer = this.#peer();
      let wants = true;
      for (let at = 0; at < chunk.length; at += this.#fragment)
        wants = peer.#push(Buffer.from(chunk.subarray(at, Math.min(chunk.length, at + this.#fragment))));
      if (wants) done();
      else peer.#resume = done;
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    setImmediate(() => this.#peer().#push(null));
    done();
  }

  override _read(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    if (resume !== undefined) setImmediate(resume);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const peer = this.#peer();
    this.#resume?.();
    setImmediate(() => peer.#push(null));
    done(error);
  }

  #push(chunk: Buffer | null): boolean {
    if (this.destroyed || this.readableEnded) return true;
    return this.push(chunk);
  }
}
