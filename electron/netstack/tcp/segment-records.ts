// One record per segment in flight, as it first went out: its borders, when it was last sent (RFC 8985 needs it) and its
// flags, in a ring of typed arrays. A record's id only grows while nothing is cut in two.

export const SACKED = 1;
export const LOST = 2;
/** Sent more than once at some time: its acknowledgement says nothing about the round trip (Karn). */
export const RESENT = 4;
/** The retransmission is still out: counts in the pipe although the segment is LOST. */
export const RESENT_OUT = 8;

export const FIRST_RECORDS = 64;
/** Cuts may move the first record's id down, by no more than there are records. */
const FIRST_ID = 1 << 24;

export class SegmentRecords {
  /** A record's place in the arrays is its id and this. */
  mask = FIRST_RECORDS - 1;
  starts = new Float64Array(FIRST_RECORDS);
  ends = new Float64Array(FIRST_RECORDS);
  sentTimes = new Float64Array(FIRST_RECORDS);
  /** Of a SACKED record: everything from it up to this sequence number is SACKED too, and maybe more. */
  sackedTo = new Float64Array(FIRST_RECORDS);
  flags = new Uint8Array(FIRST_RECORDS);
  /** Ids of the first record and of the one after the last. */
  head = FIRST_ID;
  tail = FIRST_ID;

  get count(): number {
    return this.tail - this.head;
  }

  /** Bytes of memory held. */
  get memory(): number {
    const numbers =
      this.starts.byteLength + this.ends.byteLength + this.sentTimes.byteLength + this.sackedTo.byteLength;
    return numbers + this.flags.byteLength;
  }

  startOf(id: number): number {
    return this.starts[id & this.mask]!;
  }

  endOf(id: number): number {
    return this.ends[id & this.mask]!;
  }

  sentAt(id: number): number {
    return this.sentTimes[id & this.mask]!;
  }

  has(id: number, flag: number): boolean {
    return (this.flags[id & this.mask]! & flag) !== 0;
  }

  /** Lost, and not resent. */
  waitsForResend(id: number): boolean {
    return (this.flags[id & this.mask]! & (LOST | RESENT_OUT)) === LOST;
  }

  /** Payload bytes of record `id` when a FIN ends at `fin` (-1: none was sent). */
  payloadOf(id: number, fin: number): number {
    const end = this.endOf(id);
    return end - this.startOf(id) - (end === fin ? 1 : 0);
  }

  /** The first record that starts at or after `sequence`. */
  firstFrom(sequence: number): number {
    let low = this.head;
    let high = this.tail;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.startOf(middle) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  push(start: number, end: number, sentAt: number, flags: number): void {
    if (this.count > this.mask) this.resize(2 * this.count);
    const slot = this.tail++ & this.mask;
    this.starts[slot] = start;
    this.ends[slot] = end;
    this.sentTimes[slot] = sentAt;
    this.flags[slot] = flags;
  }

  /** Cuts record `id` in two at `at`; answers the first part's id. Records of the shorter side are moved. */
  split(id: number, at: number): number {
    if (this.count > this.mask) this.resize(2 * this.count);
    let first = id;
    if (id - this.head < this.tail - id) {
      first--;
      for (let to = --this.head; to < id; to++) this.#move(to + 1, to);
    } else {
      for (let to = this.tail++; to > id; to--) this.#move(to - 1, to);
    }
    this.ends[first & this.mask] = at;
    this.starts[(first + 1) & this.mask] = at;
    return first;
  }

  /** `size` is a power of two, and no less than there are records. */
  resize(size: number): void {
    const { mask, starts, ends, sentTimes, sackedTo, flags } = this;
    this.mask = size - 1;
    this.starts = new Float64Array(size);
    this.ends = new Float64Array(size);
    this.sentTimes = new Float64Array(size);
    this.sackedTo = new Float64Array(size);
    this.flags = new Uint8Array(size);
    for (let id = this.head; id < this.tail; id++) {
      const from = id & mask;
      const to = id & this.mask;
      this.starts[to] = starts[from]!;
      this.ends[to] = ends[from]!;
      this.sentTimes[to] = sentTimes[from]!;
      this.sackedTo[to] = sackedTo[from]!;
      this.flags[to] = flags[from]!;
    }
  }

  #move(from: number, to: number): void {
    const a = from & this.mask;
    const b = to & this.mask;
    this.starts[b] = this.starts[a]!;
    this.ends[b] = this.ends[a]!;
    this.sentTimes[b] = this.sentTimes[a]!;
    this.sackedTo[b] = this.sackedTo[a]!;
    this.flags[b] = this.flags[a]!;
  }
}
