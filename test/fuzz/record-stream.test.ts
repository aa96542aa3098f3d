import fc from "fast-check";
import { expect, test } from "vitest";
import { RecordReader, RecordWriter } from "../../electron/engine/carriers/record-stream.ts";
import { inputs, seed as runSeed } from "../support/seed.ts";

const seed = runSeed();
const numRuns = inputs(2_000);

/** Cuts bytes into pieces at the given places. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => bytes.slice(from, places[index] ?? bytes.length));
}

test(`W45 datagrams are recovered exactly however the stream is cut (seed ${seed})`, () => {
  const datagram = fc.uint8Array({ maxLength: 300 });
  const property = fc.property(
    fc.array(datagram, { maxLength: 30 }),
    fc.array(fc.nat(10_000), { maxLength: 40 }),
    fc.boolean(),
    (datagrams, cuts, magic) => {
      const writer = new RecordWriter(magic);
      for (const bytes of datagrams) writer.append(bytes);
      const got: number[][] = [];
      const reader = new RecordReader({ expectMagic: magic, onDatagram: (bytes) => got.push([...bytes]) });
      for (const piece of pieces(writer.take(), cuts)) expect(reader.push(piece)).toBeUndefined();
      expect(got).toEqual(datagrams.filter(({ length }) => length > 0).map((bytes) => [...bytes]));
    },
  );
  fc.assert(property, { seed, numRuns });
});

test(`W46 any bytes in any pieces: never a throw, and all pieces say the same as the whole (seed ${seed})`, () => {
  const small = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => [0, 0, 0, bytes.length, ...bytes]);
  const junk = fc.uint8Array({ maxLength: 12 }).map((bytes) => [...bytes]);
  const stream = fc.array(fc.oneof({ weight: 4, arbitrary: small }, junk), { maxLength: 20 });
  const property = fc.property(
    stream,
    fc.array(fc.nat(1_000), { maxLength: 20 }),
    fc.boolean(),
    (parts, cuts, magic) => {
      const bytes = Uint8Array.from([...(magic ? [0x2f, 0xac, 0xed, 0x77] : []), ...parts.flat()]);
      const read = (input: readonly Uint8Array[]) => {
        const got: number[][] = [];
        const reader = new RecordReader({
          expectMagic: magic,
          onDatagram: (datagram) => {
            expect(datagram.length).toBeGreaterThan(0);
            got.push([...datagram]);
            datagram.fill(0xff); // a receiver may write to it
          },
        });
        const faults = input.map((piece) => reader.push(piece));
        return { got, fault: faults.at(-1) };
      };
      expect(read(pieces(bytes, cuts))).toEqual(read([bytes.slice()]));
    },
  );
  fc.assert(property, { seed, numRuns });
});
