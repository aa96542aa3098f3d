import { describe, expect, test } from "vitest";
import { Capture, type CaptureOptions } from "../../../electron/netstack/capture/capture.ts";
import { INBOUND, OUTBOUND } from "../../../electron/netstack/capture/pcapng.ts";
import { readBlocks, readPcapng } from "../../support/netstack-pcapng.ts";

const WALL_MS = 1_790_000_000_123;

/** A capture and everything that it gave out. */
class World {
  readonly capture: Capture;
  readonly parts: Uint8Array[] = [];
  fullTold = 0;

  constructor(options: Partial<CaptureOptions> = {}) {
    const settings = {
      limitBytes: 10 << 20,
      application: "Culvert",
      name: "harbor",
      wallOffsetMs: WALL_MS,
      ...options,
    };
    this.capture = new Capture({ ...settings, onFull: () => void this.fullTold++ }, 0);
  }

  packet(length: number, now = 0, fill = 0x45): void {
    // Off the start of its buffer, as packets with headroom are.
    const buffer = new Uint8Array(length + 20).fill(0xee);
    buffer.fill(fill, 7, 7 + length);
    this.capture.packet(now % 2 === 0 ? INBOUND : OUTBOUND, buffer, 7, length, now);
  }

  /** A writer that has all at once, or as many bytes of it. */
  write(most = Number.POSITIVE_INFINITY): void {
    const bytes = Uint8Array.from(Buffer.concat(this.capture.unwritten())).subarray(0, most);
    this.parts.push(bytes);
    this.capture.written(bytes.length);
  }

  file(): Uint8Array {
    this.write();
    return Uint8Array.from(Buffer.concat(this.parts));
  }
}

describe("the file", () => {
  test("names program and interface, raw IP, the whole of each packet, microseconds", () => {
    const world = new World();
    world.capture.finish(0);
    const { packets, statistics, ...head } = readPcapng(world.file());
    expect(head).toEqual({
      application: "Culvert",
      interfaceName: "harbor",
      linkType: 101,
      snapLength: 0,
      resolution: 6,
    });
    expect(packets).toEqual([]);
    expect(statistics).toEqual({
      received: 0,
      dropped: 0,
      delivered: 0,
      startUs: WALL_MS * 1000,
      endUs: WALL_MS * 1000,
    });
  });

  test.each(["", "a", "ab", "abc", "abcd", "Zürich 1"])("the name %j is padded as it should be", (name) => {
    const world = new World({ name, application: `${name}x` });
    world.capture.finish(0);
    expect(readPcapng(world.file())).toMatchObject({ interfaceName: name, application: `${name}x` });
  });

  test.each([20, 21, 22, 23, 1420, 65_535])(
    "a packet of %i bytes comes out whole, with its direction and time",
    (length) => {
      const world = new World();
      world.packet(length, 0, 0x60);
      world.packet(length, 1.25, 0x45);
      world.packet(length, 4_294_968);
      world.capture.finish(4_294_969);
      const { packets, statistics } = readPcapng(world.file());
      expect(packets.map(({ direction }) => direction)).toEqual(["in", "out", "in"]);
      expect(packets.map(({ timeUs }) => timeUs - WALL_MS * 1000)).toEqual([0, 1250, 4_294_968_000]);
      expect(packets.map(({ data, originalLength }) => [data.length, originalLength])).toEqual(
        Array(3).fill([length, length]),
      );
      expect(packets[0]!.data.every((byte) => byte === 0x60)).toBe(true);
      expect(statistics).toMatchObject({
        received: 3,
        dropped: 0,
        delivered: 3,
        endUs: WALL_MS * 1000 + 4_294_969_000,
      });
    },
  );

  test("packets keep their order over many chunks, whenever the writer takes", () => {
    const world = new World();
    for (let i = 0; i < 5_000; i++) {
      world.packet(20 + (i % 97), i);
      if (i % 613 === 0) world.write();
    }
    world.capture.finish(5_000);
    const { packets } = readPcapng(world.file());
    expect(packets.map(({ data }) => data.length)).toEqual(Array.from({ length: 5_000 }, (_, i) => 20 + (i % 97)));
    expect(world.capture.packets).toBe(5_000);
    expect(world.capture.bytes).toBe(world.file().length);
  });

  test("what is in the file counts, in whole blocks, and nothing before", () => {
    const world = new World();
    for (let i = 0; i < 300; i++) world.packet(20 + (i % 97), i);
    expect(world.capture).toMatchObject({ packets: 0, bytes: 0 });
    // Long steps and short ones, through chunks that are closed between them.
    for (let step = 1; world.capture.waiting > 0; step = (step * 7) % 1_009) {
      world.write(step);
      const written = Buffer.concat(world.parts);
      const { packets, bytes } = world.capture;
      expect(readBlocks(Uint8Array.from(written.subarray(0, bytes))).filter(({ type }) => type === 6)).toHaveLength(
        packets,
      );
      const next = written.subarray(bytes);
      expect(next.length < 8 || next.length < next.readUInt32LE(4)).toBe(true);
    }
    world.packet(20, 300);
    expect(world.capture.packets).toBe(300);
    world.capture.finish(301);
    expect(readPcapng(world.file()).packets).toHaveLength(301);
    expect(world.capture.packets).toBe(301);
  });

  test("a file that was cut off by a crash is whole up to there", () => {
    const world = new World();
    world.packet(100);
    expect(readPcapng(world.file())).toMatchObject({ packets: [{ direction: "in" }], statistics: undefined });
  });
});

describe("bounds", () => {
  test.each([70_000, 70_001, 70_003, 200_000])(
    "a file of at most %i bytes ends whole, and says so once",
    (limitBytes) => {
      const world = new World({ limitBytes });
      for (let i = 0; i < 1_000; i++) {
        world.packet(1_000, i);
        world.write();
      }
      expect(world.capture.isFull).toBe(true);
      expect(world.fullTold).toBe(1);
      world.capture.finish(1_000);
      const file = world.file();
      expect(file.length).toBeLessThanOrEqual(limitBytes);
      // Another packet would not have fitted.
      expect(file.length).toBeGreaterThan(limitBytes - 1_044);
      const { packets, statistics } = readPcapng(file);
      expect(packets.length).toBe(world.capture.packets);
      expect(statistics).toMatchObject({ received: packets.length, dropped: 0 });
    },
  );

  test("a writer that falls behind loses packets, which are counted, and holds no more than its share of memory", () => {
    const world = new World({ bufferBytes: 300_000, limitBytes: 100 << 20 });
    for (let i = 0; i < 2_000; i++) {
      world.packet(1_000, i);
      expect(world.capture.waiting).toBeLessThanOrEqual(300_000);
    }
    const { dropped } = world.capture;
    expect(dropped).toBeGreaterThan(1_600);
    world.write();
    world.packet(1_000, 2_000);
    world.capture.finish(2_001);
    const { packets, statistics } = readPcapng(world.file());
    expect(statistics).toMatchObject({ received: 2_001, dropped, delivered: 2_001 - dropped });
    expect(packets.length).toBe(2_001 - dropped);
    expect(packets.at(-1)!.timeUs).toBe((WALL_MS + 2_000) * 1000);
    expect(world.fullTold).toBe(0);
  });

  test("nothing is taken after the end", () => {
    const world = new World();
    world.capture.finish(1);
    world.packet(100);
    world.capture.finish(2);
    expect(readBlocks(world.file()).map(({ type }) => type)).toEqual([0x0a0d0d0a, 1, 5]);
    expect(world.capture.unwritten()).toEqual([]);
  });
});
