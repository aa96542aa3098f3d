import { describe, expect, test } from "vitest";
import {
  MOST_RECORD_BYTES,
  RecordReader,
  RecordWriter,
  STREAM_MAGIC,
} from "../../../../electron/engine/carriers/record-stream.ts";

function reading(expectMagic = false) {
  const datagrams: number[][] = [];
  const reader = new RecordReader({ expectMagic, onDatagram: (datagram) => void datagrams.push([...datagram]) });
  return { reader, datagrams };
}

const word = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const record = (...bytes: number[]): number[] => [...word(bytes.length), ...bytes];

describe("what is written", () => {
  test("W45 the client's stream opens with the magic, once, and then holds length and datagram", () => {
    const writer = new RecordWriter(true);
    writer.append(Uint8Array.of(7, 8, 9));
    writer.append(new Uint8Array(0));
    expect([...writer.take()]).toEqual([0x2f, 0xac, 0xed, 0x77, 0, 0, 0, 3, 7, 8, 9, 0, 0, 0, 0]);
    writer.append(Uint8Array.of(1));
    expect([...writer.take()]).toEqual([0, 0, 0, 1, 1]);
    expect(writer.length).toBe(0);
  });

  test("what was taken stays as it is while more is written", () => {
    const writer = new RecordWriter(false);
    writer.append(Uint8Array.of(1, 2));
    const taken = writer.take();
    writer.append(Uint8Array.of(3, 4));
    expect([...taken]).toEqual(record(1, 2));
  });

  test("the longest datagram fits", () => {
    const writer = new RecordWriter(false);
    const longest = new Uint8Array(MOST_RECORD_BYTES).fill(5);
    writer.append(longest);
    const { reader, datagrams } = reading();
    expect(reader.push(writer.take())).toBeUndefined();
    expect(datagrams).toEqual([[...longest]]);
  });
});

describe("what is read", () => {
  test("W45 records are recovered from pieces of one byte, and zero lengths are ignored", () => {
    const { reader, datagrams } = reading(true);
    const stream = [...word(STREAM_MAGIC), ...record(), ...record(1, 2, 3), ...record(), ...record(4)];
    for (const byte of stream) expect(reader.push(Uint8Array.of(byte))).toBeUndefined();
    expect(datagrams).toEqual([[1, 2, 3], [4]]);
  });

  test("W45 many records in one piece, the last of them cut", () => {
    const { reader, datagrams } = reading();
    reader.push(Uint8Array.from([...record(1), ...record(2, 2), ...word(3), 3, 3]));
    expect(datagrams).toEqual([[1], [2, 2]]);
    reader.push(Uint8Array.of(3));
    expect(datagrams).toEqual([[1], [2, 2], [3, 3, 3]]);
  });

  test("W46 a length beyond 65535 is a fault for good, and nothing of that size is allocated", () => {
    const { reader, datagrams } = reading();
    const before = process.memoryUsage().arrayBuffers;
    expect(reader.push(Uint8Array.from([...record(1), ...word(0xffff_ffff), 1, 2, 3]))).toBe("record-too-long");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
    expect(reader.push(Uint8Array.from(record(2)))).toBe("record-too-long");
    expect(datagrams).toEqual([[1]]);
    expect(reading().reader.push(Uint8Array.from(word(MOST_RECORD_BYTES + 1)))).toBe("record-too-long");
    expect(reading().reader.push(Uint8Array.from(word(MOST_RECORD_BYTES)))).toBeUndefined();
  });

  test("a stream without the magic is a fault on the server's side", () => {
    const { reader, datagrams } = reading(true);
    expect(reader.push(Uint8Array.from(record(1)))).toBe("wrong-magic");
    expect(datagrams).toEqual([]);
  });
});
