/**
 * WireGuard datagrams on a byte stream, as the platform's gateways speak it inside a WebSocket (fly-platform.md section 4;
 * protocol.md W45, W46): the client opens with a magic word, then both sides send records of a 32-bit big-endian length
 * and a datagram. How the bytes are cut into messages means nothing. No I/O here.
 */

/** Sent once per connection, by the client. */
export const STREAM_MAGIC = 0x2fac_ed77;
/** No datagram is longer; a length beyond it is no record, and nothing behind it can be read. */
export const MOST_RECORD_BYTES = 0xffff;
const WORD = 4;

/** So many records in a row that nobody can have sent who knows our key, and the connection leads to no gateway of ours. */
export const MOST_STRANGE_RECORDS = 1_000;

export type StreamFault = "wrong-magic" | "record-too-long" | "strange-records";

export interface RecordReaderOptions {
  /** The server's side reads the magic first. */
  readonly expectMagic: boolean;
  /**
   * `datagram` may be written to and is valid during the call only. Never empty: a zero length is a keepalive. False for
   * one that nobody can have sent who means us; nothing said is as good as true.
   */
  onDatagram(datagram: Uint8Array): boolean | undefined;
}

/** Takes the stream in pieces of any size. */
export class RecordReader {
  readonly #onDatagram: RecordReaderOptions["onDatagram"];
  /** The magic or a length, as far as it has come. */
  #word = 0;
  #wordFilled = 0;
  #magicExpected: boolean;
  /** The record that goes on in the next piece. */
  #record: Uint8Array | undefined;
  #recordFilled = 0;
  /** In a row. */
  #strange = 0;
  #fault: StreamFault | undefined;

  constructor({ expectMagic, onDatagram }: RecordReaderOptions) {
    this.#magicExpected = expectMagic;
    this.#onDatagram = onDatagram;
  }

  /** Undefined while the stream makes sense. After a fault the connection is to be closed; more input is ignored. */
  push(piece: Uint8Array): StreamFault | undefined {
    let at = 0;
    while (at < piece.length && this.#fault === undefined) {
      at += this.#record === undefined ? this.#pushWord(piece, at) : this.#pushRecord(this.#record, piece, at);
    }
    return this.#fault;
  }

  #pushWord(piece: Uint8Array, at: number): number {
    let taken = 0;
    for (; this.#wordFilled < WORD; this.#wordFilled++) {
      if (at + taken === piece.length) return taken;
      this.#word = (this.#word << 8) | piece[at + taken++]!;
    }
    this.#wordFilled = 0;
    const value = this.#word >>> 0;
    if (this.#magicExpected) {
      this.#magicExpected = false;
      if (value !== STREAM_MAGIC) this.#fault = "wrong-magic";
    } else if (value > MOST_RECORD_BYTES) {
      this.#fault = "record-too-long";
    } else if (value > 0) {
      return taken + this.#beginRecord(value, piece, at + taken);
    }
    return taken;
  }

  /** A record that lies whole in its piece is handed on where it stands. */
  #beginRecord(length: number, piece: Uint8Array, at: number): number {
    if (piece.length - at >= length) {
      this.#take(piece.subarray(at, at + length));
      return length;
    }
    this.#record = new Uint8Array(length);
    this.#recordFilled = 0;
    return 0;
  }

  #pushRecord(record: Uint8Array, piece: Uint8Array, at: number): number {
    const taken = Math.min(record.length - this.#recordFilled, piece.length - at);
    record.set(piece.subarray(at, at + taken), this.#recordFilled);
    this.#recordFilled += taken;
    if (this.#recordFilled === record.length) {
      this.#record = undefined;
      this.#take(record);
    }
    return taken;
  }

  #take(datagram: Uint8Array): void {
    this.#strange = this.#onDatagram(datagram) === false ? this.#strange + 1 : 0;
    if (this.#strange >= MOST_STRANGE_RECORDS) this.#fault = "strange-records";
  }
}

/** Collects records until they are taken as one message. */
export class RecordWriter {
  #bytes = new Uint8Array(4096);
  #length = 0;

  /** `withMagic`: the client's first bytes. */
  constructor(withMagic: boolean) {
    if (withMagic) this.#appendWord(STREAM_MAGIC);
  }

  /** Bytes that wait to be taken. */
  get length(): number {
    return this.#length;
  }

  /** Copies the datagram; an empty one is a keepalive. At most MOST_RECORD_BYTES. */
  append(datagram: Uint8Array): void {
    this.#reserve(WORD + datagram.length);
    this.#appendWord(datagram.length);
    this.#bytes.set(datagram, this.#length);
    this.#length += datagram.length;
  }

  /** What was collected, in a buffer of its own. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #appendWord(value: number): void {
    this.#reserve(WORD);
    this.#bytes[this.#length] = value >>> 24;
    this.#bytes[this.#length + 1] = value >>> 16;
    this.#bytes[this.#length + 2] = value >>> 8;
    this.#bytes[this.#length + 3] = value;
    this.#length += WORD;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
