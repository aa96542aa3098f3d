/** Packets on their way into a pcapng file: bounded in the file's size and in memory, and blind to who writes the file. */
import {
  blockLengthAt,
  type Direction,
  encodeHead,
  encodeStatistics,
  isPacketAt,
  packetBlockLength,
  STATISTICS_BYTES,
  writePacket,
} from "./pcapng.ts";

export interface CaptureOptions {
  /** Bytes of the whole file. */
  readonly limitBytes: number;
  /** Bytes that may wait for the writer, or be at its hand; packets above that are dropped and counted. */
  readonly bufferBytes?: number;
  /** What the reader of the file is told of the program and of the interface. */
  readonly application: string;
  readonly name: string;
  /** Wall time in milliseconds less the monotonic `now` of the calls: read once, so that the times only grow. */
  readonly wallOffsetMs: number;
  /** Called once, when a packet did not fit any more; not for a packet that was dropped. */
  onFull(): void;
}

/** Holds one packet of any size, and many small ones. */
const CHUNK_BYTES = 128 << 10;
/** A tenth of a second of a fast transfer. */
const DEFAULT_BUFFER_BYTES = 8 << 20;

export class Capture {
  readonly #options: CaptureOptions;
  readonly #startUs: number;
  /** Chunks that are full, of whole blocks each, and not yet wholly in the file. */
  readonly #queue: Uint8Array[] = [];
  #queued = 0;
  /** Of the first one: bytes in the file, and bytes of those in whole blocks. */
  #written = 0;
  #whole = 0;
  #chunk: Uint8Array | undefined;
  #used = 0;
  /** The file's size once everything is written. */
  #accepted = 0;
  #bytes = 0;
  #packets = 0;
  #received = 0;
  #dropped = 0;
  #state: "open" | "full" | "finished" = "open";

  constructor(options: CaptureOptions, now: number) {
    this.#options = options;
    this.#startUs = this.#time(now);
    this.#enqueue(encodeHead(options.application, options.name));
  }

  /** Packets that are in the file, whole. */
  get packets(): number {
    return this.#packets;
  }

  /** Packets that the writer could not keep up with. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Bytes of the file's whole blocks; what it has behind them is a piece of one. */
  get bytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#state === "full";
  }

  /** Bytes that are not in the file. */
  get waiting(): number {
    return this.#queued + this.#used - this.#written;
  }

  /** An IP packet that passed at `now`; copied. */
  packet(direction: Direction, buffer: Uint8Array, offset: number, length: number, now: number): void {
    if (this.#state !== "open") return;
    const size = packetBlockLength(length);
    if (this.#accepted + size + STATISTICS_BYTES > this.#options.limitBytes) {
      this.#state = "full";
      this.#options.onFull();
      return;
    }
    this.#received++;
    if (this.waiting + size > (this.#options.bufferBytes ?? DEFAULT_BUFFER_BYTES)) {
      this.#dropped++;
      return;
    }
    const chunk = this.#room(size);
    this.#used = writePacket(chunk, this.#used, { buffer, offset, length }, direction, this.#time(now));
    this.#accepted += size;
  }

  /** All that is to follow in the file. The writer tells how much of it is `written`; the rest is asked for again. */
  unwritten(): Uint8Array[] {
    this.#closeChunk();
    const [first, ...rest] = this.#queue;
    return first === undefined ? [] : [first.subarray(this.#written), ...rest];
  }

  /** The next `length` bytes are in the file. */
  written(length: number): void {
    this.#written += length;
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const size = blockLengthAt(first, this.#whole);
      if (this.#whole + size > this.#written) return;
      if (isPacketAt(first, this.#whole)) this.#packets++;
      this.#whole += size;
      this.#bytes += size;
      if (this.#whole < first.length) continue;
      this.#queue.shift();
      this.#queued -= first.length;
      this.#written -= first.length;
      this.#whole = 0;
    }
  }

  /** The statistics follow what waits, and nothing follows them. */
  finish(now: number): void {
    if (this.#state === "finished") return;
    this.#state = "finished";
    const statistics = {
      startUs: this.#startUs,
      endUs: this.#time(now),
      received: this.#received,
      dropped: this.#dropped,
    };
    this.#closeChunk();
    this.#enqueue(encodeStatistics(statistics));
  }

  /** The chunk that has `size` free bytes behind `#used`. */
  #room(size: number): Uint8Array {
    if (this.#chunk !== undefined && this.#used + size > this.#chunk.length) this.#closeChunk();
    this.#chunk ??= new Uint8Array(CHUNK_BYTES);
    return this.#chunk;
  }

  #closeChunk(): void {
    if (this.#chunk !== undefined && this.#used > 0) this.#push(this.#chunk.subarray(0, this.#used));
    this.#chunk = undefined;
    this.#used = 0;
  }

  #enqueue(bytes: Uint8Array): void {
    this.#push(bytes);
    this.#accepted += bytes.length;
  }

  #push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#queued += bytes.length;
  }

  #time(now: number): number {
    return Math.round((this.#options.wallOffsetMs + now) * 1000);
  }
}
