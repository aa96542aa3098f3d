import { chmod, mkdir, mkdtemp, open, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ManualClock } from "../../../../electron/base/clock.ts";
import { CapturesFolder } from "../../../../electron/engine/capture/captures-folder.ts";
import { TunnelCapture } from "../../../../electron/engine/capture/tunnel-capture.ts";
import { LIMITS } from "../../../../shared/limits.ts";

let root: string;
let path: string;
let clock: ManualClock;
let captures: CapturesFolder;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "culvert-captures-"));
  path = join(root, "captures");
  clock = new ManualClock();
  captures = new CapturesFolder(path);
});

afterEach(() => rm(root, { recursive: true }));

const tunnel = (): TunnelCapture => new TunnelCapture("harbor", clock, () => undefined);
const wish = (limitBytes: number = LIMITS.captureLeast) => ({ to: { folder: captures }, limitBytes });
const FULL = { code: "captures-full", detail: expect.stringContaining("captures") };

/** A file of that size which takes no room on the disk. */
async function sparse(name: string, bytes: number): Promise<void> {
  const file = await open(join(path, name), "w");
  await file.truncate(bytes);
  await file.close();
}

describe("the folder of the captures", () => {
  test("is for its owner alone, also when it was there before", async () => {
    await mkdir(path);
    await chmod(path, 0o777);
    const capture = tunnel();
    await capture.start(wish());
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    await capture.stop();
  });

  test("refuses a capture that could grow beyond its bound", async () => {
    await mkdir(path);
    await sparse("old.pcapng", LIMITS.capturesBytes - LIMITS.captureLeast);
    const capture = tunnel();
    await expect(capture.start(wish(LIMITS.captureLeast + 1))).rejects.toMatchObject(FULL);
    expect(await readdir(path)).toEqual(["old.pcapng"]);
    expect(capture.model).toBeNull();
    await capture.start(wish());
    await capture.stop();
    await expect(capture.start(wish())).rejects.toMatchObject(FULL);
    await rm(join(path, "old.pcapng"));
    expect((await capture.start(wish())).state).toBe("running");
    await capture.stop();
  });

  test("a running capture counts with all that it may become, an ended one with what it is", async () => {
    const [first, second, third] = [tunnel(), tunnel(), tunnel()];
    await first.start(wish(LIMITS.captureMost));
    await second.start(wish(LIMITS.captureMost));
    await expect(third.start(wish())).rejects.toMatchObject(FULL);
    await second.stop();
    await third.start(wish());
    await Promise.all([first.stop(), third.stop()]);
  });

  test("captures that begin at one moment are counted together", async () => {
    const all = Array.from({ length: 6 }, tunnel);
    const results = await Promise.allSettled(all.map((capture) => capture.start(wish(LIMITS.captureMost))));
    expect(results.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(2);
    await Promise.all(all.map((capture) => capture.stop()));
    await Promise.all([all[0]?.start(wish(LIMITS.captureMost))]);
    await all[0]?.stop();
  });

  test("holds so many files and no more, however small they are", async () => {
    await mkdir(path);
    const names = Array.from({ length: LIMITS.captureFiles - 1 }, (_, i) => join(path, `${i}.pcapng`));
    await Promise.all(names.map((name) => writeFile(name, "")));
    const capture = tunnel();
    await capture.start(wish());
    await capture.stop();
    await expect(capture.start(wish())).rejects.toMatchObject(FULL);
  });

  test("what lies elsewhere does not count: a link, a folder", async () => {
    await mkdir(join(path, "folder"), { recursive: true });
    await symlink(join(root, "large"), join(path, "link"));
    const large = await open(join(root, "large"), "w");
    await large.truncate(LIMITS.capturesBytes);
    await large.close();
    const capture = tunnel();
    expect((await capture.start(wish())).state).toBe("running");
    await capture.stop();
  });

  test("one that cannot be made is told", async () => {
    await writeFile(path, "a file");
    await expect(tunnel().start(wish())).rejects.toMatchObject({ code: "storage" });
  });
});
