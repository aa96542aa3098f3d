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

afterEach(() => rm(folder, { recursive: true }));

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
    file.tick(clock.now());
    await expect.poll(async () => (await stat(file.model.path)).size).toBeGreaterThan(0);
    expect(file.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    file.packet(INBOUND, PACKET, 0, 1_000, clock.now());
    expect(file.nextDeadline()).toBe(clock.now() + 200);
    clock.advance(199);
    file.tick(clock.now());
    clock.advance(1);
    file.tick(clock.now());
    await expect.poll(async () => (await stat(file.model.path)).size).toBe(file.model.bytes);
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

  test("a disk that is full ends it, and is told", async () => {
    const probe = await open(join(folder, "probe"), "wx");
    const write = vi.spyOn(Object.getPrototypeOf(probe) as FileHandle, "writeFile");
    await probe.close();
    write.mockRejectedValue(Object.assign(new Error("no space"), { code: "ENOSPC" }));
    const file = await start();
    file.packet(INBOUND, PACKET, 0, 1_000, clock.now());
    file.tick(clock.now() + 200);
    await expect.poll(() => file.model.state).toBe("failed");
    const { state, error } = captureSchema.parse(await file.stop());
    write.mockRestore();
    expect(state).toBe("failed");
    expect(error).toMatchObject({ code: "file-unwritable", detail: expect.stringContaining("the disk is full") });
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
