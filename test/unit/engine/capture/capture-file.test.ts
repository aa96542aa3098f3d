import { type FileHandle, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ManualClock } from "../../../../electron/base/clock.ts";
import { CaptureFile } from "../../../../electron/engine/capture/capture-file.ts";
import { CapturesFolder } from "../../../../electron/engine/capture/captures-folder.ts";
import { TunnelCapture } from "../../../../electron/engine/capture/tunnel-capture.ts";
import { INBOUND } from "../../../../electron/netstack/capture/pcapng.ts";
import { capture as captureSchema } from "../../../../shared/models.ts";
import { readPcapng } from "../../../support/netstack-pcapng.ts";

let folder: string;
let clock: ManualClock;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "culvert-capture-"));
  clock = new ManualClock();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** From here on all files may grow by `room` bytes together: what fits of a call is written, and the next one is refused. */
async function diskWithRoomFor(room: number, mostOfACall = room): Promise<{ calls: () => number }> {
  const probe = await open(folder);
  const handles = Object.getPrototypeOf(probe) as FileHandle;
  await probe.close();
  let left = room;
  const writev = vi.spyOn(handles, "writev").mockImplementation(async function (this: FileHandle, buffers) {
    if (left === 0) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    const bytes = Buffer.concat(buffers.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)));
    const { bytesWritten } = await this.write(bytes.subarray(0, Math.min(left, mostOfACall)));
    left -= bytesWritten;
    return { bytesWritten, buffers: [...buffers] };
  });
  return { calls: () => writev.mock.calls.length };
}

const PACKET = new Uint8Array(1_000).fill(0x45);
const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe("a capture's file", () => {
  const start = (limitBytes = 1 << 20, bufferBytes?: number) =>
    CaptureFile.open({
      path: join(folder, "a.pcapng"),
      limitBytes,
      name: "harbor",
      clock,
      ...(bufferBytes === undefined ? {} : { bufferBytes }),
    });

  test("is for its owner alone, and whole once it was stopped", async () => {
    const file = await start();
    expect(await mode(file.model.path)).toBe(0o600);
    file.packet(INBOUND, PACKET, 0, 1_000, clock.now());
    const stopped = captureSchema.parse(await file.stop());
    expect(stopped).toMatchObject({ state: "stopped", packets: 1, dropped: 0, error: null, startedAt: clock.wall() });
    const bytes = await readFile(stopped.path);
    expect(bytes.length).toBe(stopped.bytes);
    expect(readPcapng(bytes)).toMatchObject({ packets: [{ direction: "in" }], statistics: { received: 1 } });
    file.packet(INBOUND, PACKET, 0, 1_000, clock.now());
    await file.stop();
    expect((await readFile(stopped.path)).length).toBe(stopped.bytes);
  });

  test("is never written over", async () => {
    await writeFile(join(folder, "a.pcapng"), "mine");
    await expect(start()).rejects.toMatchObject({ code: "file-exists", detail: join(folder, "a.pcapng") });
    expect(await readFile(join(folder, "a.pcapng"), "utf8")).toBe("mine");
  });

  test("what waits is written within 200 ms, driven by the tunnel's loop", async () => {
    const file = await start();
    expect((await stat(file.model.path)).size).toBe(file.model.bytes);
    expect(file.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    file.packet(INBOUND, PACKET, 0, 1_000, clock.now());
    expect(file.nextDeadline()).toBe(clock.now() + 200);
    clock.advance(199);
    file.tick(clock.now());
    expect(file.model.packets).toBe(0);
    clock.advance(1);
    file.tick(clock.now());
    await expect.poll(() => file.model.packets).toBe(1);
    expect((await stat(file.model.path)).size).toBe(file.model.bytes);
    await file.stop();
  });

  test("at its limit it ends by itself, whole", async () => {
    const file = await start(64 << 10);
    for (let i = 0; i < 100; i++) file.packet(INBOUND, PACKET, 0, 1_000, clock.now());
    expect(file.model.state).toBe("full");
    expect(file.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    const { state, packets, bytes, path } = await file.stop();
    expect(state).toBe("full");
    expect(bytes).toBeLessThanOrEqual(64 << 10);
    expect(readPcapng(await readFile(path)).packets).toHaveLength(packets);
  });

  test("a fast transfer is written before the next look at the time, and nothing of it is lost", async () => {
    const file = await start(64 << 20);
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 1_000; i++) file.packet(INBOUND, PACKET, 0, 1_000, clock.now());
      await expect.poll(() => file.model.packets).toBe((round + 1) * 1_000);
    }
    const { path, packets, dropped, bytes } = await file.stop();
    expect({ packets, dropped }).toEqual({ packets: 12_000, dropped: 0 });
    expect((await stat(path)).size).toBe(bytes);
  });

  test("what waits goes with one call, and what the system did not take with the next", async () => {
    const file = await start(64 << 20);
    const disk = await diskWithRoomFor(64 << 20, 300_001);
    for (let i = 0; i < 1_000; i++) file.packet(INBOUND, PACKET, 0, 1_000, clock.now());
    await expect.poll(() => file.model.packets).toBe(1_000);
    expect(disk.calls()).toBe(4);
    const { path, packets } = await file.stop();
    expect(readPcapng(await readFile(path)).packets).toHaveLength(packets);
  });

  test.each([0, 1, 1_043, 1_044, 1_045, 3_500])(
    "a disk with room for %i bytes of packets more ends it, with the figures of what is there",
    async (room) => {
      const file = await start();
      const head = file.model.bytes;
      await diskWithRoomFor(room);
      for (let i = 0; i < 9; i++) file.packet(INBOUND, PACKET, 0, 1_000, clock.now());
      file.tick(clock.now() + 200);
      await expect.poll(() => file.model.state).toBe("failed");
      const { state, error, packets, bytes, path } = captureSchema.parse(await file.stop());
      expect({ state, error }).toEqual({
        state: "failed",
        error: { code: "disk-full" },
      });
      const whole = Math.floor(room / 1_044);
      expect(packets).toBe(whole);
      // What holds no packet would only be in the way of the next try.
      expect(bytes).toBe(whole === 0 ? 0 : head + whole * 1_044);
      if (whole === 0) expect(await readdir(folder)).toEqual([]);
      else expect((await readFile(path)).length).toBe(bytes);
      if (whole > 0) expect(readPcapng(await readFile(path)).packets).toHaveLength(whole);
    },
  );

  test("a disk that is full when it begins refuses it at once, and keeps no empty file", async () => {
    const ended: unknown[] = [];
    await diskWithRoomFor(60);
    const path = join(folder, "a.pcapng");
    const begun = CaptureFile.open({ path, limitBytes: 1 << 20, name: "x", clock, onEnded: (end) => ended.push(end) });
    await expect(begun).rejects.toMatchObject({ code: "disk-full", detail: path });
    expect(await readdir(folder)).toEqual([]);
    expect(ended).toEqual([]);
  });

  test("a folder that is not there is told", async () => {
    const options = { path: join(folder, "none", "a.pcapng"), limitBytes: 1 << 20, name: "x", clock };
    await expect(CaptureFile.open(options)).rejects.toMatchObject({
      code: "file-unwritable",
      detail: expect.stringContaining("the folder does not exist"),
    });
  });
});

describe("a tunnel's capture", () => {
  const wish = () => ({ to: { folder: new CapturesFolder(join(folder, "captures")) }, limitBytes: 1 << 20 });

  test("makes its folder and its names, all private", async () => {
    const capture = new TunnelCapture("harbor ../restricted", clock, () => undefined);
    expect([capture.model, await capture.stop()]).toEqual([null, null]);
    const first = await capture.start(wish());
    await capture.stop();
    const second = await capture.start(wish());
    expect(first.path).toBe(join(folder, "captures", "culvert-harbor-restricted-20231114-221320.pcapng"));
    expect(second.path).toBe(join(folder, "captures", "culvert-harbor-restricted-20231114-221320-2.pcapng"));
    expect(await mode(join(folder, "captures"))).toBe(0o700);
    expect((await capture.stop())?.state).toBe("stopped");
  });

  test("one runs at a time, however often it is asked for", async () => {
    const capture = new TunnelCapture("harbor", clock, () => undefined);
    const [first, second] = await Promise.all([capture.start(wish()), capture.start(wish())]);
    expect(second.path).toBe(first.path);
    expect((await capture.start(wish())).path).toBe(first.path);
    expect(await readdir(join(folder, "captures"))).toHaveLength(1);
    await capture.stop();
  });

  test("a tunnel that goes ends its capture", async () => {
    const capture = new TunnelCapture("harbor", clock, () => undefined);
    const { path } = await capture.start(wish());
    capture.dispose();
    await capture.stop();
    expect(readPcapng(await readFile(path)).statistics).toMatchObject({ received: 0 });
  });
});
