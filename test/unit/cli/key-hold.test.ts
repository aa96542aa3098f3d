import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../electron/base/clock.ts";
import { type HoldOptions, holdKey } from "../../../electron/entries/key-hold.ts";
import { TimestampSource } from "../../../electron/wireguard/tai64n.ts";

let profile: string;
let folder: string;
const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);

beforeEach(() => {
  profile = mkdtempSync(join(tmpdir(), "culvert-hold-"));
  folder = join(profile, "commands");
});

afterEach(() => rmSync(profile, { recursive: true }));

const hold = (fill: number, options: Partial<HoldOptions> = {}) =>
  holdKey(key(fill), { folder, clock: systemClock, signal: new AbortController().signal, tries: 1, ...options });

describe("a WireGuard peer serves one at a time", () => {
  test("the second command hears which process has the configuration, and the next after it may", async () => {
    const first = await hold(1);
    await expect(hold(1)).rejects.toMatchObject({ code: "config-in-use", detail: `process ${process.pid}` });
    await first?.release();
    expect(readdirSync(folder)).toEqual([]);
    await (await hold(1))?.release();
  });

  test("of eight at once one is served", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => hold(1)));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", ...Array(7).fill("rejected")]);
  });

  test("other keys are others' affair", async () => {
    const holds = await Promise.all([hold(1), hold(2)]);
    for (const each of holds) await each?.release();
  });

  test("one that is about to end is waited for: ssh and scp do not wait for the command that they hung up on", async () => {
    const first = await hold(1);
    const second = hold(1, { tries: 1_000 });
    await first?.release();
    await (await second)?.release();
  });

  test("a signal ends the wait", async () => {
    const first = await hold(1);
    const ended = new AbortController();
    const second = hold(1, { tries: 1_000, signal: ended.signal });
    ended.abort();
    await expect(second).rejects.toMatchObject({ code: "cancelled" });
    await first?.release();
  });

  test("where nothing can be written the command works without", async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, "file"), "");
    expect(await hold(1, { folder: join(folder, "file") })).toBeUndefined();
  });
});

describe("W44 a clock that was set back between two commands", () => {
  const label = (seconds: number): Uint8Array => new TimestampSource(() => seconds * 1000).next();

  test("the label of the last handshake is there for the next command, in a file of the owner's", async () => {
    const first = await hold(1);
    first?.timestamps.note(key(1), label(5_000));
    first?.timestamps.note(key(1), label(6_000));
    await first?.release();
    const [file] = readdirSync(folder);
    expect(statSync(join(folder, file ?? "")).mode & 0o777).toBe(0o600);
    const second = await hold(1);
    expect(await second?.timestamps.last(key(1))).toEqual(label(6_000));
    await second?.release();
    const other = await hold(2);
    expect(await other?.timestamps.last(key(2))).toBeUndefined();
    await other?.release();
  });

  test("64 keys are remembered: the one that was unused for longest is forgotten", async () => {
    mkdirSync(folder);
    for (let day = 0; day < 70; day++) {
      const path = join(folder, `${day}.json`);
      writeFileSync(path, "{}");
      utimesSync(path, day * 86_400, day * 86_400);
    }
    const first = await hold(1);
    first?.timestamps.note(key(1), label(5_000));
    await first?.release();
    const kept = readdirSync(folder);
    expect(kept).toHaveLength(64);
    expect([kept.includes("69.json"), kept.includes("0.json")]).toEqual([true, false]);
    const second = await hold(1);
    expect(await second?.timestamps.last(key(1))).toEqual(label(5_000));
    await second?.release();
  });
});
