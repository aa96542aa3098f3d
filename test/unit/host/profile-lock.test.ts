import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockProfile, ProfileHeldError } from "../../../electron/host/profile-lock.ts";

let folder: string;
const file = (): string => join(folder, "core.lock");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "culvert-lock-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** The number of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.once("exit", resolve));
  return child.pid!;
}

test("one process at a time, and the next after it", () => {
  const lock = lockProfile(folder);
  expect(() => lockProfile(folder)).toThrow(ProfileHeldError);
  expect(() => lockProfile(folder)).toThrow(new RegExp(`process ${process.pid}`));
  lock.dispose();
  expect(existsSync(file())).toBe(false);
  lockProfile(folder).dispose();
});

test("the message names the address that was announced, the file is private", () => {
  const lock = lockProfile(folder);
  lock.announce("http://127.0.0.1:4000", "the-key");
  expect(() => lockProfile(folder)).toThrow(/at http:\/\/127\.0\.0\.1:4000/);
  expect(() => lockProfile(folder)).not.toThrow(/the-key/);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  lock.dispose();
  expect(readdirSync(folder)).toEqual([]);
});

test("the lock of a dead process is taken over", async () => {
  writeFileSync(file(), JSON.stringify({ pid: await deadPid(), born: "1" }));
  const lock = lockProfile(folder);
  expect(JSON.parse(readFileSync(file(), "utf8"))).toMatchObject({ pid: process.pid });
  expect(readdirSync(folder)).toEqual(["core.lock"]);
  lock.dispose();
});

test.runIf(process.platform === "linux")("a later process with the same number does not hold it", () => {
  writeFileSync(file(), JSON.stringify({ pid: process.pid, born: "1" }));
  lockProfile(folder).dispose();
});

test.each(["", "{", "null", '{"pid":-1,"born":""}', '{"pid":"1","born":""}'])(
  "a damaged lock %j is taken over",
  (text) => {
    writeFileSync(file(), text);
    lockProfile(folder).dispose();
    expect(readdirSync(folder)).toEqual([]);
  },
);

test("someone else's lock is left alone at the end", () => {
  const lock = lockProfile(folder);
  writeFileSync(file(), "another start");
  lock.dispose();
  expect(readFileSync(file(), "utf8")).toBe("another start");
});

test("a folder that cannot be written is named", () => {
  writeFileSync(join(folder, "plain-file"), "");
  expect(() => lockProfile(join(folder, "plain-file"))).toThrow(expect.objectContaining({ code: "storage" }));
});
