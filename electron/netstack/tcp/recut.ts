// Segments that are to be sent again and no longer fit the path, or our own options: all that wait get new borders in one
// pass, for to cut them one by one would move the others each time.
import { SegmentRecords } from "./segment-records.ts";

/**
 * `old`, but each record that waits to be resent and holds more than `most` bytes of payload is pieces of `most` and a rest.
 * No more than `room` records are added. All ids change: `ids` takes those of the records that are kept, by what their place was.
 * With `merge` neighbours are cut as one; SACK of what was sent first then names no record. A FIN ends at `fin`.
 */
export function recut(
  old: SegmentRecords,
  most: number,
  fin: number,
  merge: boolean,
  room: number,
  ids: Float64Array,
): SegmentRecords {
  const isLong = (id: number): boolean => old.waitsForResend(id) && old.payloadOf(id, fin) > most;
  const added = (from: number, next: number): number =>
    Math.ceil((old.endOf(next - 1) - old.startOf(from)) / most) - (next - from);
  const to = new SegmentRecords();
  let left = room;
  for (let id = old.head; id < old.tail; ) {
    const first = id++;
    if (isLong(first) && added(first, id) <= left) {
      while (merge && id < old.tail && isLong(id) && added(first, id + 1) <= left) id++;
      left -= Math.max(0, added(first, id));
      recutRun(old, first, id, most, fin, to);
    } else {
      const slot = first & old.mask;
      to.push(old.starts[slot]!, old.ends[slot]!, old.sentTimes[slot]!, old.flags[slot]!);
      ids[first - old.head] = to.tail - 1;
      to.sackedTo[(to.tail - 1) & to.mask] = old.sackedTo[slot]!;
    }
  }
  return to;
}

/** A piece was sent when the newest of the records it is made of was, and resent if one of them was (Karn). */
function recutRun(
  old: SegmentRecords,
  first: number,
  next: number,
  most: number,
  fin: number,
  to: SegmentRecords,
): void {
  const stop = old.endOf(next - 1);
  let id = first;
  for (let start = old.startOf(first); start < stop; ) {
    let end = Math.min(start + most, stop);
    if (end === fin - 1) end = fin;
    let sentAt = old.sentAt(id);
    let flags = old.flags[id & old.mask]!;
    while (old.endOf(id) < end) {
      id++;
      sentAt = Math.max(sentAt, old.sentAt(id));
      flags |= old.flags[id & old.mask]!;
    }
    if (old.endOf(id) === end) id++;
    to.push(start, end, sentAt, flags);
    start = end;
  }
}
