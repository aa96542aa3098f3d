import { describe, expect, test } from "vitest";
import { PacketSlots, RECORDS_LENGTH, RUN_LENGTH, SLOT_LENGTH } from "../../../electron/crypto/kernel/packet-slots.ts";
import type { TcpOptions } from "../../../electron/netstack/tcp/connection.ts";
import { ip, StackPair } from "../../support/netstack-pair.ts";

function createSlots(): PacketSlots {
  const memory = new Uint8Array(8 * SLOT_LENGTH + RUN_LENGTH);
  return new PacketSlots(memory, new Uint32Array(RECORDS_LENGTH / 4), RUN_LENGTH);
}

interface Seen {
  readonly packets: readonly string[];
  readonly received: Uint8Array;
  readonly runs: readonly number[];
}

interface Path {
  readonly delayMs?: number;
  readonly options?: TcpOptions;
}

const DATA = Uint8Array.from({ length: 400_000 }, (_, i) => i * 7 + (i >> 8));

/** One transfer from `a` to `b`; every eleventh packet of `a` is lost. */
function transfer(to: string, mtu: number, slots?: PacketSlots, path: Path = {}): Seen {
  const runs: number[] = [];
  const drop = ({ from, index }: { from: string; index: number }): boolean => from === "a" && index % 11 === 7;
  const pair = new StackPair({
    mtu,
    drop,
    ...(path.delayMs === undefined ? {} : { delay: () => path.delayMs ?? 0 }),
    ...(slots === undefined ? {} : { slots }),
    onRun: (count) => runs.push(count),
  });
  const received: number[] = [];
  let ended = false;
  const nothing = { onEstablished() {}, onReadable() {}, onWritable() {}, onEnd() {}, onClosed() {} };
  pair.b.listenTcp({ port: 9 }, (connection) => {
    connection.handler = {
      ...nothing,
      onReadable: (now) => {
        for (let part = connection.read(65_536, now); part !== undefined; part = connection.read(65_536, now))
          received.push(...part);
      },
      onEnd: () => {
        ended = true;
      },
    };
  });
  const client = pair.a.connectTcp({ remote: ip(to), port: 9, options: path.options ?? {} }, pair.now);
  let written = 0;
  const pour = (now: number): void => {
    written += client.write(DATA.subarray(written), now);
    if (written === DATA.length) client.shutdown(now);
  };
  client.handler = { ...nothing, onEstablished: pour, onWritable: pour };
  pair.runUntil(() => ended, 600_000);
  const packets = pair.transits.map(({ packet, sentAt }) => `${sentAt} ${Buffer.from(packet).toString("hex")}`);
  return { packets, received: Uint8Array.from(received), runs };
}

/** What `a` sends when it writes `sizes` bytes, one write every 120 ms, which is less than a timeout. */
function bursts(sizes: readonly number[], options: TcpOptions, lost: readonly number[], slots?: PacketSlots): string[] {
  const drop = ({ from, index }: { from: string; index: number }): boolean => from === "a" && lost.includes(index);
  const pair = new StackPair({ mtu: 1_420, drop, ...(slots === undefined ? {} : { slots }) });
  const nothing = { onEstablished() {}, onReadable() {}, onWritable() {}, onEnd() {}, onClosed() {} };
  pair.b.listenTcp({ port: 9, options: { receiveBufferMax: 6 << 20 } }, (connection) => {
    connection.handler = { ...nothing, onReadable: (now) => void connection.read(1 << 20, now) };
  });
  const client = pair.a.connectTcp({ remote: ip("fd00::b"), port: 9, options }, pair.now);
  client.handler = nothing;
  pair.run(100);
  for (const size of sizes) {
    client.write(DATA.subarray(0, size), pair.now);
    pair.run(120);
  }
  return pair.transits.map(({ packet, sentAt }) => `${sentAt} ${Buffer.from(packet).toString("hex")}`);
}

describe("packets of bulk go in runs", () => {
  test.each([
    ["fd00::b", 1_420],
    ["fd00::b", 1_280],
    ["10.0.0.2", 1_420],
    ["10.0.0.2", 1_381],
  ])("to %s at an MTU of %i: the same packets in the same order as one by one", (to, mtu) => {
    const slots = createSlots();
    const [single, inRuns] = [transfer(to, mtu), transfer(to, mtu, slots)];
    expect(inRuns.packets).toEqual(single.packets);
    expect(Buffer.from(inRuns.received).equals(DATA)).toBe(true);
    expect(single.runs).toEqual([]);
    expect(Math.max(...inRuns.runs)).toBeGreaterThan(4);
    expect(Math.max(...inRuns.runs)).toBeLessThanOrEqual(32);
    expect(slots.freeCount).toBe(8);
    expect(slots.acquireRun()).toBeDefined();
  });

  test.each<[string, Path]>([
    ["a path too short for pacing", { delayMs: 1 }],
    ["no SACK: duplicates say what has left", { delayMs: 1, options: { sack: false } }],
    ["no timestamps", { options: { timestamps: false } }],
    ["a congestion window with fractions, and a small send buffer", { options: { sendBufferMax: 50_001 } }],
  ])("%s: the same packets", (_name, path) => {
    const [single, inRuns] = [
      transfer("fd00::b", 1_420, undefined, path),
      transfer("fd00::b", 1_420, createSlots(), path),
    ];
    expect(inRuns.packets).toEqual(single.packets);
    expect(Buffer.from(inRuns.received).equals(DATA)).toBe(true);
    expect(Math.max(...inRuns.runs)).toBeGreaterThan(4);
  });

  test.each<[string, TcpOptions, readonly number[]]>([
    ["bursts that are paced, and end with a full segment", {}, []],
    ["holes", {}, [20, 60, 61, 75]],
    ["holes, without SACK", { sack: false }, [20, 60, 75]],
  ])("%s: the same packets at the same times", (_name, options, lost) => {
    const sizes = [8, 60, 90, 90, 40].map((segments) => segments * 1_348);
    const single = bursts(sizes, options, lost);
    expect(single.length).toBeGreaterThan(250);
    expect(bursts(sizes, options, lost, createSlots())).toEqual(single);
  });

  test("while somebody holds the place of a run, packets go one by one", () => {
    const slots = createSlots();
    const start = slots.acquireRun() ?? expect.fail("no place");
    slots.retain(start + 5_000);
    slots.release(start);
    const { runs, packets } = transfer("fd00::b", 1_420, slots);
    expect(runs).toEqual([]);
    expect(packets).toEqual(transfer("fd00::b", 1_420).packets);
    slots.release(start);
    expect(transfer("fd00::b", 1_420, slots).runs).not.toEqual([]);
  });

  test("an MTU of which no two packets have room goes without", () => {
    expect(transfer("fd00::b", 40_000, createSlots()).runs).toEqual([]);
  });

  test("what is left in a free place is wiped", () => {
    const slots = createSlots();
    slots.memory.fill(7);
    const start = slots.acquireRun() ?? expect.fail("no place");
    expect(slots.acquireRun()).toBeUndefined();
    slots.wipeFree();
    expect(slots.memory.subarray(start).every((byte) => byte === 7)).toBe(true);
    slots.release(start);
    slots.wipeFree();
    expect(slots.memory.every((byte) => byte === 0)).toBe(true);
    expect(() => slots.release(start)).toThrow("not a slot in use");
    expect(() => slots.retain(start)).toThrow("not a slot in use");
  });
});
