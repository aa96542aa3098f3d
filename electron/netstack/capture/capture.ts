/** Packets on their way into a pcapng file: bounded in the file's size and in memory, and blind to who writes the file. */
import {
  type Direction,
  encodeHead,
  encodeStatistics,
  packetBlockLength,
  STATISTICS_BYTES,
  writePacket,
} from "./pcapng.ts";

export interface CaptureOptions {
  /** Bytes of the whole file. */
  readonly limitBytes: number;
  /** Bytes that may wait for the writer; packets above that are dropped and counted. */
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
const DEFAULT_BUFFER_BYTES = 4 << 20;

export class Capture {
  readonly #options: CaptureOptions;
  readonly #startUs: number;
  /** Chunks that are full. */
  #queue: Uint8Array[] = [];
  #queued = 0;
  #chunk: Uint8Array | undefined;
  #used = 0;
  #bytes = 0;
  #received = 0;
  #dropped = 0;
  #state: "open" | "full" | "finished" = "open";

  constructor(options: CaptureOptions, now: number) {
    this.#options = options;
    this.#startUs = this.#time(now);
    this.#enqueue(encodeHead(options.application, options.name));
  }

  /** Packets in the file or on their way into it. */
  get packets(): number {
    return this.#received - this.#dropped;
  }

  /** Packets that the writer was too slow for. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The file's size once everything is written. */
  get bytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#state === "full";
  }

  /** Bytes that wait for the writer. */
  get waiting(): number {
    return this.#queued + this.#used;
  }

  /** An IP packet that passed at `now`; copied. */
  packet(direction: Direction, buffer: Uint8Array, offset: number, length: number, now: number): void {
    if (this.#state !== "open") return;
    const size = packetBlockLength(length);
    if (this.#bytes + size + STATISTICS_BYTES > this.#options.limitBytes) {
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
    this.#bytes += size;
  }

  /** The next bytes of the file, the caller's own; undefined when none wait. */
  take(): Uint8Array | undefined {
    const full = this.#queue.shift();
    if (full !== undefined) {
      this.#queued -= full.length;
      return full;
    }
    if (this.#chunk === undefined || this.#used === 0) return undefined;
    const part = this.#chunk.subarray(0, this.#used);
    this.#chunk = undefined;
    this.#used = 0;
    return part;
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
    this.#bytes += bytes.length;
  }

  #push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#queued += bytes.length;
  }

  #time(now: number): number {
    return Math.round((this.#options.wallOffsetMs + now) * 1000);
  }
}
