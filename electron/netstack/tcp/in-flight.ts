// Everything sent and not yet acknowledged: which of its records have arrived, are lost, or were sent again (RFC 6675's
// scoreboard), and what that comes to in bytes.
import type { Delivery } from "./delivery.ts";
import { recut } from "./recut.ts";
import { FIRST_RECORDS, LOST, RESENT, RESENT_OUT, SACKED, SegmentRecords } from "./segment-records.ts";
import { isOut, SendOrder } from "./send-order.ts";
import { MOST_RECORDS } from "./tuning.ts";

/** A ring that grew beyond this is given back once everything is acknowledged: idle connections are many. */
const MOST_IDLE_RECORDS = 512;
/** To forget losses walks the flight: this share of it is acknowledged before they are forgotten again. */
const FORGET_SHARE = 1 / 16;

export class InFlight {
  #records = new SegmentRecords();
  #order = new SendOrder(this.#records.head);
  /** No record below this id is LOST and not RESENT_OUT. */
  #lostHint = this.#records.head;
  #sackedBytes = 0;
  #sackedCount = 0;
  #lostBytes = 0;
  #resentBytes = 0;
  /** Losses may be forgotten again once everything below this is acknowledged. */
  #forgetFrom = Number.NEGATIVE_INFINITY;
  /** Highest end of anything known to have arrived (RACK.fack). */
  highestDelivered = 0;
  /** RFC 8985 section 6.2: send time and end of the segment sent last among those that arrived. */
  rackSentAt = -1;
  rackEnd = 0;
  /** These two name another segment than when the round trip was last taken: perhaps one that was sent at the same time. */
  rackMoved = false;
  /** Something has changed since losses were last looked for (rack.ts): more was delivered, or losses were forgotten. */
  hasNews = false;

  /** Bytes of memory held. */
  get memory(): number {
    return this.#records.memory + this.#order.memory;
  }

  get first(): number {
    return this.#records.head;
  }

  /** Id after the last record. */
  get next(): number {
    return this.#records.tail;
  }

  get empty(): boolean {
    return this.#records.count === 0;
  }

  get count(): number {
    return this.#records.count;
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
    const sent = this.endOf(this.next - 1) - this.startOf(this.first);
    return sent - this.#sackedBytes - this.#lostBytes + this.#resentBytes;
  }

  startOf(id: number): number {
    return this.#records.startOf(id);
  }

  endOf(id: number): number {
    return this.#records.endOf(id);
  }

  sentAt(id: number): number {
    return this.#records.sentAt(id);
  }

  has(id: number, flag: number): boolean {
    return this.#records.has(id, flag);
  }

  push(start: number, end: number, now: number, flags = 0): void {
    this.#records.push(start, end, now, flags);
  }

  /** `count` segments of `length` bytes, one behind the other. */
  pushAlike(start: number, length: number, count: number, now: number): void {
    const end = start + count * length;
    for (let at = start; at < end; at += length) this.#records.push(at, at + length, now, 0);
  }

  /** Id of the record that `sequence` lies in; it must be in flight. */
  holding(sequence: number): number {
    const id = this.#records.firstFrom(sequence);
    return id < this.next && this.startOf(id) === sequence ? id : id - 1;
  }

  /** Cumulative acknowledgement up to `ack`. */
  acknowledge(ack: number, minRtt: number, now: number, delivery: Delivery): void {
    const records = this.#records;
    while (!this.empty) {
      const id = this.first;
      const slot = id & records.mask;
      if (records.ends[slot]! > ack) {
        if (records.starts[slot]! < ack) this.#trim(slot, ack, delivery);
        break;
      }
      const length = records.ends[slot]! - records.starts[slot]!;
      delivery.acked += length;
      const flags = records.flags[slot]!;
      if ((flags & RESENT) !== 0) delivery.resentAt = Math.max(delivery.resentAt, records.sentTimes[slot]!);
      else if ((flags & SACKED) === 0) {
        if (delivery.firstSentAt < 0) delivery.firstSentAt = records.sentTimes[slot]!;
        delivery.lastSentAt = records.sentTimes[slot]!;
      }
      if ((flags & SACKED) === 0) this.#deliver(slot, minRtt, now, delivery);
      if (isOut(flags)) this.#order.remove(id);
      this.#uncount(slot, length);
      records.head++;
    }
    if (this.#lostHint < this.first) this.#lostHint = this.first;
    if (this.#order.joined < this.first) this.#order.joined = this.first;
    if (!this.empty) return;
    this.#order.release();
    if (records.mask >= MOST_IDLE_RECORDS) records.resize(FIRST_RECORDS);
  }

  /**
   * Everything within [start, end) has arrived out of order. A peer repeats its blocks with every acknowledgement (RFC 2018
   * section 4): what is known to be SACKED is stepped over, not walked through.
   */
  sack(start: number, end: number, minRtt: number, now: number, delivery: Delivery): void {
    const records = this.#records;
    const first = records.firstFrom(start);
    let id = first;
    while (id < this.next && this.endOf(id) <= end) {
      const slot = id & records.mask;
      if ((records.flags[slot]! & SACKED) === 0) this.#sackOne(id, minRtt, now, delivery);
      id = this.afterSacked(id);
    }
    // Shorter steps next time, for whoever comes along this way.
    const reached = id < this.next ? this.startOf(id) : this.endOf(this.next - 1);
    for (let on = first; on < id; ) {
      const next = this.afterSacked(on);
      records.sackedTo[on & records.mask] = reached;
      on = next;
    }
  }

  /** Where to look next after `id`, which is SACKED: nothing between is anything else. */
  afterSacked(id: number): number {
    const records = this.#records;
    const to = records.sackedTo[id & records.mask]!;
    return to <= this.endOf(id) ? id + 1 : records.firstFrom(to);
  }

  /** Of those out that were sent before what has arrived (RFC 8985 section 6.2 step 5): the one sent first, or -1. */
  get oldestOvertaken(): number {
    this.#order.joinUpTo(this.#records, this.rackSentAt, this.rackEnd);
    return this.#order.oldestBefore(this.#records, this.rackSentAt, this.rackEnd);
  }

  /** And the one sent last, or -1. */
  get newestOvertaken(): number {
    this.#order.joinUpTo(this.#records, this.rackSentAt, this.rackEnd);
    return this.#order.newestBefore(this.#records, this.rackSentAt, this.rackEnd);
  }

  markLost(id: number): void {
    const records = this.#records;
    const slot = id & records.mask;
    const flags = records.flags[slot]!;
    if ((flags & SACKED) !== 0) return;
    if (isOut(flags)) this.#order.remove(id);
    const length = records.ends[slot]! - records.starts[slot]!;
    if ((flags & LOST) === 0) this.#lostBytes += length;
    if ((flags & RESENT_OUT) !== 0) this.#resentBytes -= length;
    records.flags[slot] = (flags & ~RESENT_OUT) | LOST;
    if (id < this.#lostHint) this.#lostHint = id;
  }

  /** RFC 2018 section 8: after a timeout nothing that was SACKed is relied on. */
  markAllLost(): void {
    const records = this.#records;
    this.#sackedBytes = this.#sackedCount = this.#lostBytes = this.#resentBytes = 0;
    for (let id = this.first; id < this.next; id++) {
      const slot = id & records.mask;
      records.flags[slot] = (records.flags[slot]! & RESENT) | LOST;
      this.#lostBytes += records.ends[slot]! - records.starts[slot]!;
    }
    this.#lostHint = this.first;
    this.#order.clear(this.next);
  }

  /** A peer can prove losses to be none with each byte that it acknowledges: not each proof is worth a walk of the flight. */
  get mayForgetLosses(): boolean {
    return this.empty || this.startOf(this.first) >= this.#forgetFrom;
  }

  /** The lost segments were not lost after all. */
  forgetLosses(): void {
    if (this.empty) return;
    const records = this.#records;
    const start = this.startOf(this.first);
    this.#forgetFrom = start + (this.endOf(this.next - 1) - start) * FORGET_SHARE;
    this.#lostBytes = this.#resentBytes = 0;
    this.hasNews = true;
    for (let id = this.first; id < this.next; id++) records.flags[id & records.mask]! &= ~(LOST | RESENT_OUT);
    this.#order.rebuild(records);
  }

  /** Lost, and not resent. */
  waitsForResend(id: number): boolean {
    return this.#records.waitsForResend(id);
  }

  /** The first record that is lost and not resent, or -1. */
  nextLost(): number {
    if (this.#lostBytes === this.#resentBytes) return -1;
    for (let id = this.#lostHint; id < this.next; id++) {
      if (this.waitsForResend(id)) {
        this.#lostHint = id;
        return id;
      }
    }
    return -1;
  }

  markResent(id: number, now: number): void {
    const records = this.#records;
    const slot = id & records.mask;
    const flags = records.flags[slot]!;
    this.#order.joinAll(records);
    if (isOut(flags)) this.#order.remove(id);
    if ((flags & LOST) !== 0 && (flags & RESENT_OUT) === 0) {
      this.#resentBytes += records.ends[slot]! - records.starts[slot]!;
      records.flags[slot] = flags | RESENT | RESENT_OUT;
    } else records.flags[slot] = flags | RESENT;
    records.sentTimes[slot] = now;
    this.#order.add(records, id);
    if (now <= this.rackSentAt) this.hasNews = true;
  }

  /**
   * Cuts record `id` in two at `at`, so that its first part fits a smaller segment or window; answers that part's id.
   * Records of the shorter side are moved, and have other ids after it.
   */
  split(id: number, at: number): number {
    if (this.#lostHint > id) this.#lostHint = id;
    this.#order.joinAll(this.#records);
    const first = this.#records.split(id, at);
    this.#order.split(this.#records, id, first);
    // Those before the cut have moved.
    if (first < id) this.#lostHint--;
    if (this.has(first, SACKED)) this.#sackedCount++;
    return first;
  }

  /** Payload bytes of record `id` when a FIN ends at `fin` (-1: none was sent). */
  payloadOf(id: number, fin: number): number {
    return this.#records.payloadOf(id, fin);
  }

  /**
   * Each record that waits to be resent and holds more than `most` bytes of payload becomes pieces of `most` and a rest, in
   * one pass, as far as MOST_RECORDS allows. All ids change. With `merge` neighbours are cut as one; SACK of what was sent first then names no record.
   */
  recut(most: number, fin: number, merge: boolean): void {
    const old = this.#records;
    this.#order.joinAll(old);
    const ids = new Float64Array(old.count);
    this.#records = recut(old, most, fin, merge, MOST_RECORDS - old.count, ids);
    this.#order.renumber(this.#records, ids, old.head);
    this.#lostHint = this.first;
  }

  clear(): void {
    this.#records.head = this.next;
    if (this.#records.mask >= FIRST_RECORDS) this.#records.resize(FIRST_RECORDS);
    this.#order.clear(this.first);
    this.#order.release();
    this.#lostHint = this.first;
    this.#sackedBytes = this.#sackedCount = this.#lostBytes = this.#resentBytes = 0;
  }

  #deliver(slot: number, minRtt: number, now: number, delivery: Delivery): void {
    const records = this.#records;
    const flags = records.flags[slot]!;
    const end = records.ends[slot]!;
    const sentAt = records.sentTimes[slot]!;
    this.hasNews = true;
    delivery.delivered += end - records.starts[slot]!;
    if (end > this.highestDelivered) this.highestDelivered = end;
    else if ((flags & RESENT) === 0 && end < this.highestDelivered) delivery.reordered = true;
    // RFC 8985 section 6.2 step 2: too soon after a retransmission, or of an older echo, it belongs to the original.
    if ((flags & RESENT) !== 0 && (now - sentAt < minRtt || delivery.echoedAt < Math.floor(sentAt))) return;
    if (sentAt > this.rackSentAt || (sentAt === this.rackSentAt && end > this.rackEnd)) {
      this.rackSentAt = sentAt;
      this.rackEnd = end;
      this.rackMoved = true;
    }
  }

  #sackOne(id: number, minRtt: number, now: number, delivery: Delivery): void {
    const records = this.#records;
    const slot = id & records.mask;
    if (isOut(records.flags[slot]!)) this.#order.remove(id);
    const length = records.ends[slot]! - records.starts[slot]!;
    this.#deliver(slot, minRtt, now, delivery);
    this.#uncount(slot, length);
    records.flags[slot] = (records.flags[slot]! & RESENT) | SACKED;
    records.sackedTo[slot] = records.ends[slot]!;
    this.#sackedBytes += length;
    this.#sackedCount++;
  }

  #uncount(slot: number, length: number): void {
    const records = this.#records;
    const flags = records.flags[slot]!;
    if ((flags & SACKED) !== 0) {
      this.#sackedBytes -= length;
      this.#sackedCount--;
    }
    if ((flags & LOST) !== 0) this.#lostBytes -= length;
    if ((flags & RESENT_OUT) !== 0) this.#resentBytes -= length;
  }

  /** `ack` lies inside the record: keep the rest. */
  #trim(slot: number, ack: number, delivery: Delivery): void {
    const records = this.#records;
    const flags = records.flags[slot]!;
    const length = ack - records.starts[slot]!;
    delivery.acked += length;
    if ((flags & SACKED) === 0) delivery.delivered += length;
    else this.#sackedBytes -= length;
    if ((flags & LOST) !== 0) this.#lostBytes -= length;
    if ((flags & RESENT_OUT) !== 0) this.#resentBytes -= length;
    records.starts[slot] = ack;
  }
}
