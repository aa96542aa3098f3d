// Everything sent and not yet acknowledged, one record per segment as it first went out: when it was last sent (RFC 8985
// needs it) and what is known about it (RFC 6675's scoreboard). Records lie in a ring of typed arrays; a record's id only
// grows while nothing is cut in two.
import type { Delivery } from "./delivery.ts";

export const SACKED = 1;
export const LOST = 2;
/** Sent more than once at some time: its acknowledgement says nothing about the round trip (Karn). */
export const RESENT = 4;
/** The retransmission is still out: counts in the pipe although the segment is LOST. */
export const RESENT_OUT = 8;

const FIRST_RECORDS = 64;
/** Cuts may move the first record's id down, by no more than there are records. */
const FIRST_ID = 1 << 24;
/** A ring that grew beyond this is given back once everything is acknowledged: idle connections are many. */
const MOST_IDLE_RECORDS = 512;

export class InFlight {
  #mask = FIRST_RECORDS - 1;
  #start = new Float64Array(FIRST_RECORDS);
  #end = new Float64Array(FIRST_RECORDS);
  #sentAt = new Float64Array(FIRST_RECORDS);
  #flags = new Uint8Array(FIRST_RECORDS);
  /** Of a SACKED record: everything from it up to this sequence number is SACKED too, and maybe more. */
  #sackedTo = new Float64Array(FIRST_RECORDS);
  /** Ids of the first record and of the one after the last. */
  #head = FIRST_ID;
  #tail = FIRST_ID;
  /** No record below this id is LOST and not RESENT_OUT. */
  #lostHint = FIRST_ID;
  #sackedBytes = 0;
  #sackedCount = 0;
  #lostBytes = 0;
  #resentBytes = 0;
  /** Highest end of anything known to have arrived (RACK.fack). */
  highestDelivered = 0;
  /** RFC 8985 section 6.2: send time and end of the segment sent last among those that arrived. */
  rackSentAt = -1;
  rackEnd = 0;
  /** Something has changed since losses were last looked for (rack.ts): more was delivered, or losses were forgotten. */
  hasNews = false;

  /** Bytes of memory held. */
  get memory(): number {
    const numbers = this.#start.byteLength + this.#end.byteLength + this.#sentAt.byteLength + this.#sackedTo.byteLength;
    return numbers + this.#flags.byteLength;
  }

  get first(): number {
    return this.#head;
  }

  /** Id after the last record. */
  get next(): number {
    return this.#tail;
  }

  get empty(): boolean {
    return this.#head === this.#tail;
  }

  get count(): number {
    return this.#tail - this.#head;
  }

  get sackedCount(): number {
    return this.#sackedCount;
  }

  get lostBytes(): number {
    return this.#lostBytes;
  }

  get resentBytes(): number {
    return this.#resentBytes;
  }

  /** RFC 6675 section 4, pipe: bytes thought to be on the way. */
  get pipe(): number {
    if (this.empty) return 0;
    const sent = this.endOf(this.#tail - 1) - this.startOf(this.#head);
    return sent - this.#sackedBytes - this.#lostBytes + this.#resentBytes;
  }

  startOf(id: number): number {
    return this.#start[id & this.#mask]!;
  }

  endOf(id: number): number {
    return this.#end[id & this.#mask]!;
  }

  sentAt(id: number): number {
    return this.#sentAt[id & this.#mask]!;
  }

  has(id: number, flag: number): boolean {
    return (this.#flags[id & this.#mask]! & flag) !== 0;
  }

  push(start: number, end: number, now: number, flags = 0): void {
    if (this.count > this.#mask) this.#resize(2 * this.count);
    const slot = this.#tail++ & this.#mask;
    this.#start[slot] = start;
    this.#end[slot] = end;
    this.#sentAt[slot] = now;
    this.#flags[slot] = flags;
  }

  /** Id of the record that `sequence` lies in; it must be in flight. */
  holding(sequence: number): number {
    const id = this.#firstFrom(sequence);
    return id < this.#tail && this.startOf(id) === sequence ? id : id - 1;
  }

  /** Cumulative acknowledgement up to `ack`. */
  acknowledge(ack: number, minRtt: number, now: number, delivery: Delivery): void {
    while (!this.empty) {
      const id = this.#head;
      const slot = id & this.#mask;
      if (this.#end[slot]! > ack) {
        if (this.#start[slot]! < ack) this.#trim(slot, ack, delivery);
        break;
      }
      const length = this.#end[slot]! - this.#start[slot]!;
      delivery.acked += length;
      const flags = this.#flags[slot]!;
      if ((flags & RESENT) !== 0) delivery.resentAt = Math.max(delivery.resentAt, this.#sentAt[slot]!);
      else if ((flags & SACKED) === 0) {
        if (delivery.firstSentAt < 0) delivery.firstSentAt = this.#sentAt[slot]!;
        delivery.lastSentAt = this.#sentAt[slot]!;
      }
      if ((flags & SACKED) === 0) this.#deliver(slot, minRtt, now, delivery);
      this.#uncount(slot, length);
      this.#head++;
    }
    if (this.#lostHint < this.#head) this.#lostHint = this.#head;
    if (this.empty && this.#mask >= MOST_IDLE_RECORDS) this.#resize(FIRST_RECORDS);
  }

  /**
   * Everything within [start, end) has arrived out of order. A peer repeats its blocks with every acknowledgement (RFC 2018
   * section 4): what is known to be SACKED is stepped over, not walked through.
   */
  sack(start: number, end: number, minRtt: number, now: number, delivery: Delivery): void {
    const first = this.#firstFrom(start);
    let id = first;
    while (id < this.#tail && this.endOf(id) <= end) {
      const slot = id & this.#mask;
      if ((this.#flags[slot]! & SACKED) === 0) this.#sackOne(slot, minRtt, now, delivery);
      id = this.afterSacked(id);
    }
    // Shorter steps next time, for whoever comes along this way.
    const reached = id < this.#tail ? this.startOf(id) : this.endOf(this.#tail - 1);
    for (let on = first; on < id; ) {
      const next = this.afterSacked(on);
      this.#sackedTo[on & this.#mask] = reached;
      on = next;
    }
  }

  /** Where to look next after `id`, which is SACKED: nothing between is anything else. */
  afterSacked(id: number): number {
    const to = this.#sackedTo[id & this.#mask]!;
    return to <= this.endOf(id) ? id + 1 : this.#firstFrom(to);
  }

  markLost(id: number): void {
    const slot = id & this.#mask;
    const flags = this.#flags[slot]!;
    if ((flags & SACKED) !== 0) return;
    const length = this.#end[slot]! - this.#start[slot]!;
    if ((flags & LOST) === 0) this.#lostBytes += length;
    if ((flags & RESENT_OUT) !== 0) this.#resentBytes -= length;
    this.#flags[slot] = (flags & ~RESENT_OUT) | LOST;
    if (id < this.#lostHint) this.#lostHint = id;
  }

  /** RFC 2018 section 8: after a timeout nothing that was SACKed is relied on. */
  markAllLost(): void {
    this.#sackedBytes = this.#sackedCount = this.#lostBytes = this.#resentBytes = 0;
    for (let id = this.#head; id < this.#tail; id++) {
      const slot = id & this.#mask;
      this.#flags[slot] = (this.#flags[slot]! & RESENT) | LOST;
      this.#lostBytes += this.#end[slot]! - this.#start[slot]!;
    }
    this.#lostHint = this.#head;
  }

  /** The lost segments were not lost after all. */
  forgetLosses(): void {
    this.#lostBytes = this.#resentBytes = 0;
    this.hasNews = true;
    for (let id = this.#head; id < this.#tail; id++) this.#flags[id & this.#mask]! &= ~(LOST | RESENT_OUT);
  }

  /** Lost, and not resent. */
  waitsForResend(id: number): boolean {
    return (this.#flags[id & this.#mask]! & (LOST | RESENT_OUT)) === LOST;
  }

  /** The first record that is lost and not resent, or -1. */
  nextLost(): number {
    if (this.#lostBytes === this.#resentBytes) return -1;
    for (let id = this.#lostHint; id < this.#tail; id++) {
      if (this.waitsForResend(id)) {
        this.#lostHint = id;
        return id;
      }
    }
    return -1;
  }

  markResent(id: number, now: number): void {
    const slot = id & this.#mask;
    const flags = this.#flags[slot]!;
    if ((flags & LOST) !== 0 && (flags & RESENT_OUT) === 0) {
      this.#resentBytes += this.#end[slot]! - this.#start[slot]!;
      this.#flags[slot] = flags | RESENT | RESENT_OUT;
    } else this.#flags[slot] = flags | RESENT;
    this.#sentAt[slot] = now;
    if (now <= this.rackSentAt) this.hasNews = true;
  }

  /**
   * Cuts record `id` in two at `at`, so that its first part fits a smaller segment or window; answers that part's id.
   * Records of the shorter side are moved, and have other ids after it.
   */
  split(id: number, at: number): number {
    if (this.count > this.#mask) this.#resize(2 * this.count);
    if (this.#lostHint > id) this.#lostHint = id;
    let first = id;
    if (id - this.#head < this.#tail - id) {
      first--;
      this.#lostHint--;
      for (let to = --this.#head; to < id; to++) this.#move(to + 1, to);
    } else {
      for (let to = this.#tail++; to > id; to--) this.#move(to - 1, to);
    }
    this.#end[first & this.#mask] = at;
    this.#start[(first + 1) & this.#mask] = at;
    if ((this.#flags[first & this.#mask]! & SACKED) !== 0) this.#sackedCount++;
    return first;
  }

  /** Payload bytes of record `id` when a FIN ends at `fin` (-1: none was sent). */
  payloadOf(id: number, fin: number): number {
    const end = this.endOf(id);
    return end - this.startOf(id) - (end === fin ? 1 : 0);
  }

  /**
   * Each record that waits to be resent and holds more than `most` bytes of payload becomes pieces of `most` and a rest, in
   * one pass. All ids change. With `merge` neighbours are cut as one; SACK of what was sent first then names no record.
   */
  recut(most: number, fin: number, merge: boolean): void {
    const isLong = (id: number): boolean => this.waitsForResend(id) && this.payloadOf(id, fin) > most;
    const to = new InFlight();
    for (let id = this.#head; id < this.#tail; ) {
      const first = id++;
      if (isLong(first)) {
        while (merge && id < this.#tail && isLong(id)) id++;
        this.#recutRun(first, id, most, fin, to);
      } else {
        to.push(this.startOf(first), this.endOf(first), this.sentAt(first), this.#flags[first & this.#mask]!);
        to.#sackedTo[(to.#tail - 1) & to.#mask] = this.#sackedTo[first & this.#mask]!;
      }
    }
    this.#mask = to.#mask;
    this.#start = to.#start;
    this.#end = to.#end;
    this.#sentAt = to.#sentAt;
    this.#sackedTo = to.#sackedTo;
    this.#flags = to.#flags;
    this.#head = this.#lostHint = to.#head;
    this.#tail = to.#tail;
  }

  clear(): void {
    this.#head = this.#tail = this.#lostHint = FIRST_ID;
    this.#sackedBytes = this.#sackedCount = this.#lostBytes = this.#resentBytes = 0;
  }

  #deliver(slot: number, minRtt: number, now: number, delivery: Delivery): void {
    const flags = this.#flags[slot]!;
    const end = this.#end[slot]!;
    const sentAt = this.#sentAt[slot]!;
    this.hasNews = true;
    delivery.delivered += end - this.#start[slot]!;
    if (end > this.highestDelivered) this.highestDelivered = end;
    else if ((flags & RESENT) === 0 && end < this.highestDelivered) delivery.reordered = true;
    // RFC 8985 section 6.2 step 2: an acknowledgement too soon after a retransmission belongs to the original.
    if ((flags & RESENT) !== 0 && now - sentAt < minRtt) return;
    if (sentAt > this.rackSentAt || (sentAt === this.rackSentAt && end > this.rackEnd)) {
      this.rackSentAt = sentAt;
      this.rackEnd = end;
    }
  }

  #sackOne(slot: number, minRtt: number, now: number, delivery: Delivery): void {
    const length = this.#end[slot]! - this.#start[slot]!;
    this.#deliver(slot, minRtt, now, delivery);
    this.#uncount(slot, length);
    this.#flags[slot] = (this.#flags[slot]! & RESENT) | SACKED;
    this.#sackedTo[slot] = this.#end[slot]!;
    this.#sackedBytes += length;
    this.#sackedCount++;
    delivery.newlySacked += length;
  }

  #uncount(slot: number, length: number): void {
    const flags = this.#flags[slot]!;
    if ((flags & SACKED) !== 0) {
      this.#sackedBytes -= length;
      this.#sackedCount--;
    }
    if ((flags & LOST) !== 0) this.#lostBytes -= length;
    if ((flags & RESENT_OUT) !== 0) this.#resentBytes -= length;
  }

  /** `ack` lies inside the record: keep the rest. */
  #trim(slot: number, ack: number, delivery: Delivery): void {
    const flags = this.#flags[slot]!;
    const length = ack - this.#start[slot]!;
    delivery.acked += length;
    if ((flags & SACKED) === 0) delivery.delivered += length;
    else this.#sackedBytes -= length;
    if ((flags & LOST) !== 0) this.#lostBytes -= length;
    if ((flags & RESENT_OUT) !== 0) this.#resentBytes -= length;
    this.#start[slot] = ack;
  }

  /** A piece was sent when the newest of the records it is made of was, and resent if one of them was (Karn). */
  #recutRun(first: number, next: number, most: number, fin: number, to: InFlight): void {
    const stop = this.endOf(next - 1);
    let id = first;
    for (let start = this.startOf(first); start < stop; ) {
      let end = Math.min(start + most, stop);
      if (end === fin - 1) end = fin;
      let sentAt = this.sentAt(id);
      let flags = this.#flags[id & this.#mask]!;
      while (this.endOf(id) < end) {
        id++;
        sentAt = Math.max(sentAt, this.sentAt(id));
        flags |= this.#flags[id & this.#mask]!;
      }
      if (this.endOf(id) === end) id++;
      to.push(start, end, sentAt, flags);
      start = end;
    }
  }

  /** The first record that starts at or after `sequence`. */
  #firstFrom(sequence: number): number {
    let low = this.#head;
    let high = this.#tail;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.startOf(middle) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #move(from: number, to: number): void {
    const a = from & this.#mask;
    const b = to & this.#mask;
    this.#start[b] = this.#start[a]!;
    this.#end[b] = this.#end[a]!;
    this.#sentAt[b] = this.#sentAt[a]!;
    this.#sackedTo[b] = this.#sackedTo[a]!;
    this.#flags[b] = this.#flags[a]!;
  }

  /** `size` is a power of two. */
  #resize(size: number): void {
    const start = new Float64Array(size);
    const end = new Float64Array(size);
    const sentAt = new Float64Array(size);
    const sackedTo = new Float64Array(size);
    const flags = new Uint8Array(size);
    for (let id = this.#head; id < this.#tail; id++) {
      const from = id & this.#mask;
      const to = id & (size - 1);
      start[to] = this.#start[from]!;
      end[to] = this.#end[from]!;
      sentAt[to] = this.#sentAt[from]!;
      sackedTo[to] = this.#sackedTo[from]!;
      flags[to] = this.#flags[from]!;
    }
    this.#mask = size - 1;
    this.#start = start;
    this.#end = end;
    this.#sentAt = sentAt;
    this.#sackedTo = sackedTo;
    this.#flags = flags;
  }
}
