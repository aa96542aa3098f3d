// RFC 8985 section 6.2 step 5 asks which segments were sent before one that has arrived, and long enough ago. A list of those that
// are out, in the order in which they were last sent, answers from its ends; a walk of the flight would cost what the peer
// likes, for it chooses how small our segments are. What was never resent is in the order of its ids, and joins when it is asked for.
import { LOST, RESENT_OUT, SACKED, type SegmentRecords } from "./segment-records.ts";

const NONE = -1;
const NO_LINKS = new Float64Array(0);

/** On its way as far as is known: neither SACKED, nor lost and waiting to be resent. */
export function isOut(flags: number): boolean {
  return (flags & SACKED) === 0 && (flags & (LOST | RESENT_OUT)) !== LOST;
}

export class SendOrder {
  /** By id: who was sent before it and after it. */
  #mask = -1;
  #older = NO_LINKS;
  #newer = NO_LINKS;
  #oldest = NONE;
  #newest = NONE;
  /** The newest that was sent before what has arrived, when it was last asked for. */
  #edge = NONE;
  /** Records from this id on were never resent, and have not joined. */
  joined: number;

  constructor(first: number) {
    this.joined = first;
  }

  get memory(): number {
    return this.#older.byteLength + this.#newer.byteLength;
  }

  /** All that was sent before the segment sent at `sentAt`, which ends at `end`, has joined. */
  joinUpTo(records: SegmentRecords, sentAt: number, end: number): void {
    for (; this.joined < records.tail; this.joined++) {
      const slot = this.joined & records.mask;
      if (!isOut(records.flags[slot]!)) continue;
      if (isAfter(records, this.joined, sentAt, end)) return;
      this.#insert(records, this.joined, this.#newest);
    }
  }

  joinAll(records: SegmentRecords): void {
    this.joinUpTo(records, Number.POSITIVE_INFINITY, 0);
  }

  /** The oldest, if it was sent before the segment sent at `sentAt`, which ends at `end`. */
  oldestBefore(records: SegmentRecords, sentAt: number, end: number): number {
    const id = this.#oldest;
    return id === NONE || isAfter(records, id, sentAt, end) ? NONE : id;
  }

  /** The newest that was sent before the segment sent at `sentAt`, which ends at `end`; neither ever goes back. */
  newestBefore(records: SegmentRecords, sentAt: number, end: number): number {
    let next = this.#edge === NONE ? this.#oldest : this.#after(this.#edge);
    for (; next !== NONE && !isAfter(records, next, sentAt, end); next = this.#after(next)) this.#edge = next;
    return this.#edge;
  }

  /** Record `id`, which was out until now. */
  remove(id: number): void {
    if (id >= this.joined) return;
    const older = this.#older[id & this.#mask]!;
    const newer = this.#newer[id & this.#mask]!;
    this.#link(older, newer);
    if (this.#edge === id) this.#edge = older;
  }

  /** Record `id` was sent again just now. */
  add(records: SegmentRecords, id: number): void {
    let before = this.#newest;
    while (before !== NONE && isAfter(records, before, records.sentAt(id), records.endOf(id)))
      before = this.#older[before & this.#mask]!;
    this.#insert(records, id, before);
  }

  /** Everything has joined, and record `id` was cut in two; the first part is `first` now. */
  split(records: SegmentRecords, id: number, first: number): void {
    this.#fit(records);
    if (first < id) for (let to = records.head; to < id; to++) this.#rename(records, to + 1, to);
    else for (let to = records.tail - 1; to > id; to--) this.#rename(records, to - 1, to);
    this.joined = records.tail;
    if (!isOut(records.flags[first & records.mask]!)) return;
    if (first < id) this.#insert(records, id, first);
    else this.#insert(records, first, this.#older[(first + 1) & this.#mask]!);
  }

  /** Everything has joined, and what is out has other ids in `records`: that of `id` is `ids[id - before]`. */
  renumber(records: SegmentRecords, ids: Float64Array, before: number): void {
    const order: number[] = [];
    for (let id = this.#oldest; id !== NONE; id = this.#after(id)) order.push(ids[id - before]!);
    this.#take(records, order);
  }

  /** From the records alone. */
  rebuild(records: SegmentRecords): void {
    const order: number[] = [];
    for (let id = records.head; id < records.tail; id++) if (isOut(records.flags[id & records.mask]!)) order.push(id);
    this.#take(
      records,
      order.sort((a, b) => records.sentAt(a) - records.sentAt(b) || a - b),
    );
  }

  /** Nothing below `first` is out, nor has anything from there on joined. */
  clear(first: number): void {
    this.#oldest = this.#newest = this.#edge = NONE;
    this.joined = first;
  }

  /** Gives its memory back. */
  release(): void {
    this.#mask = -1;
    this.#older = this.#newer = NO_LINKS;
  }

  #take(records: SegmentRecords, order: readonly number[]): void {
    this.clear(records.tail);
    for (const id of order) this.#insert(records, id, this.#newest);
  }

  #after(id: number): number {
    return this.#newer[id & this.#mask]!;
  }

  #insert(records: SegmentRecords, id: number, before: number): void {
    this.#fit(records);
    const next = before === NONE ? this.#oldest : this.#after(before);
    this.#link(before, id);
    this.#link(id, next);
  }

  #link(older: number, newer: number): void {
    if (older === NONE) this.#oldest = newer;
    else this.#newer[older & this.#mask] = newer;
    if (newer === NONE) this.#newest = older;
    else this.#older[newer & this.#mask] = older;
  }

  /** The record at `from` has moved to `to`. */
  #rename(records: SegmentRecords, from: number, to: number): void {
    if (!isOut(records.flags[to & records.mask]!)) return;
    const older = this.#older[from & this.#mask]!;
    const newer = this.#newer[from & this.#mask]!;
    this.#link(older, to);
    this.#link(to, newer);
    if (this.#edge === from) this.#edge = to;
  }

  /** As much room as the records have. */
  #fit(records: SegmentRecords): void {
    if (this.#mask === records.mask) return;
    const { mask } = records;
    const older = new Float64Array(mask + 1);
    const newer = new Float64Array(mask + 1);
    for (let id = this.#oldest; id !== NONE; id = this.#after(id)) {
      older[id & mask] = this.#older[id & this.#mask]!;
      newer[id & mask] = this.#after(id);
    }
    this.#mask = mask;
    this.#older = older;
    this.#newer = newer;
  }
}

/** Sent after the segment sent at `sentAt` that ends at `end`, or that one itself (RFC 8985 section 6.2, RACK_sent_after). */
function isAfter(records: SegmentRecords, id: number, sentAt: number, end: number): boolean {
  const at = records.sentAt(id);
  return at > sentAt || (at === sentAt && records.endOf(id) >= end);
}
