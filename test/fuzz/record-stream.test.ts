import { expect, test } from "vitest";
import {
  MOST_RECORD_BYTES,
  RecordReader,
  RecordWriter,
  STREAM_MAGIC,
  type StreamFault,
} from "../../electron/engine/carriers/record-stream.ts";
import { FuzzRandom } from "../support/fuzz-random.ts";
import { inputs, seed as runSeed } from "../support/seed.ts";

/** A reader that sees the whole stream at once says what the real one must say of its pieces; `npm run fuzz` tries a million. */

const seed = runSeed();
const timeout = 3_600_000;
const MAGIC = Uint8Array.of(STREAM_MAGIC >>> 24, STREAM_MAGIC >>> 16, STREAM_MAGIC >>> 8, STREAM_MAGIC);

interface Read {
  readonly datagrams: Uint8Array[];
  readonly fault: StreamFault | undefined;
}

/** The format in its plainest words (fly-platform.md section 4). */
function readWhole(stream: Uint8Array, expectMagic: boolean): Read {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.length);
  const datagrams: Uint8Array[] = [];
  let at = 0;
  if (expectMagic) {
    if (stream.length < 4) return { datagrams, fault: undefined };
    if (view.getUint32(0) !== STREAM_MAGIC) return { datagrams, fault: "wrong-magic" };
    at = 4;
  }
  while (at + 4 <= stream.length) {
    const length = view.getUint32(at);
    if (length > MOST_RECORD_BYTES) return { datagrams, fault: "record-too-long" };
    if (at + 4 + length > stream.length) break;
    if (length > 0) datagrams.push(stream.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return { datagrams, fault: undefined };
}

/** What the real reader makes of the stream, cut at these places. */
function readPieces(stream: Uint8Array, expectMagic: boolean, cuts: readonly number[]): Read {
  const datagrams: Uint8Array[] = [];
  const reader = new RecordReader({
    expectMagic,
    onDatagram: (datagram) => {
      datagrams.push(datagram.slice());
      datagram.fill(0xff); // a receiver may write to it
    },
  });
  let fault: StreamFault | undefined;
  const own = stream.slice();
  const places = [...cuts, own.length];
  for (const [i, to] of places.entries()) fault = reader.push(own.subarray(places[i - 1] ?? 0, to));
  return { datagrams, fault };
}

function same(a: Read, b: Read): boolean {
  if (a.fault !== b.fault || a.datagrams.length !== b.datagrams.length) return false;
  return a.datagrams.every((datagram, i) => Buffer.compare(datagram, b.datagrams[i]!) === 0);
}

function cutsOf(random: FuzzRandom, length: number): number[] {
  const count = random.pick([0, 1, 2, 5, 20]);
  return Array.from({ length: count }, () => random.below(length + 1)).sort((a, b) => a - b);
}

function written(random: FuzzRandom, withMagic: boolean): { stream: Uint8Array; datagrams: Uint8Array[] } {
  const writer = new RecordWriter(withMagic);
  const datagrams = Array.from({ length: random.below(8) }, () => {
    const length = random.oneIn(500) ? MOST_RECORD_BYTES - random.below(2) : random.pick([0, 1, 32, random.below(60)]);
    return new Uint8Array(length).fill(random.u32());
  });
  for (const datagram of datagrams) writer.append(datagram);
  return { stream: writer.take(), datagrams: datagrams.filter(({ length }) => length > 0) };
}

test(`W45 what was written is read, however the stream is cut (seed ${seed})`, { timeout }, () => {
  const random = new FuzzRandom(seed);
  for (let i = inputs(4_000); i > 0; i--) {
    const withMagic = random.oneIn(2);
    const { stream, datagrams } = written(random, withMagic);
    const read = readPieces(stream, withMagic, cutsOf(random, stream.length));
    if (!same(read, { datagrams, fault: undefined })) expect(read).toEqual({ datagrams, fault: undefined });
  }
});

test(`W46 any bytes, changed streams and lengths that lie: no throw, pieces say what the whole says (seed ${seed})`, {
  timeout,
}, () => {
  const random = new FuzzRandom(seed + 1);
  for (let i = inputs(4_000); i > 0; i--) {
    const withMagic = random.oneIn(2);
    let stream = random.oneIn(8) ? random.bytes(random.below(40)) : written(random, withMagic).stream;
    for (let changes = random.below(3); changes > 0; changes--) stream = random.mutate(stream);
    const read = readPieces(stream, withMagic, cutsOf(random, stream.length));
    const whole = readWhole(stream, withMagic);
    if (!same(read, whole)) expect({ stream, read }).toEqual({ stream, read: whole });
  }
});

test("W45 a stream cut at every place, and at every two, gives the same", () => {
  const writer = new RecordWriter(true);
  for (const length of [1, 0, 3, 32, 0, 0, 7]) writer.append(new Uint8Array(length).fill(length));
  const stream = writer.take();
  expect(stream.subarray(0, 4)).toEqual(MAGIC);
  const whole = readWhole(stream, true);
  expect(whole.datagrams.map(({ length }) => length)).toEqual([1, 3, 32, 7]);
  for (let first = 0; first <= stream.length; first++) {
    for (let second = first; second <= stream.length; second++) {
      if (!same(readPieces(stream, true, [first, second]), whole))
        expect({ first, second, read: readPieces(stream, true, [first, second]) }).toEqual({ read: whole });
    }
  }
});
