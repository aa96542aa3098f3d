import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { unwritable } from "../../../electron/engine/new-file.ts";
import { NewFile } from "../../../electron/entries/new-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "culvert-new-file-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a new file is for its owner only, and removed when it is still ours", async () => {
  const path = join(folder, "wg.conf");
  const file = await NewFile.open(path);
  await file.write("secret");
  expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["secret", 0o600]);
  expect(await file.remove()).toBe(true);
  expect(() => statSync(path)).toThrow("ENOENT");
});

test("what somebody has changed stays", async () => {
  const path = join(folder, "wg.conf");
  const file = await NewFile.open(path);
  await file.write("ours");
  writeFileSync(path, "theirs");
  expect(await file.remove()).toBe(false);
  expect(readFileSync(path, "utf8")).toBe("theirs");
});

test("another file is never replaced, and what is wrong with a place is said", async () => {
  const path = join(folder, "wg.conf");
  writeFileSync(path, "there");
  await expect(NewFile.open(path)).rejects.toMatchObject({ code: "file-exists" });
  expect(readFileSync(path, "utf8")).toBe("there");
  const nowhere = join(folder, "none", "wg.conf");
  await expect(NewFile.open(nowhere)).rejects.toMatchObject({
    code: "file-unwritable",
    detail: `${nowhere}: the folder does not exist`,
  });
  await expect(NewFile.open(folder)).rejects.toMatchObject({
    code: "file-unwritable",
    detail: `${folder}: it is a folder`,
  });
});

test("a disk that is full has a remedy of its own", () => {
  for (const code of ["ENOSPC", "EDQUOT"])
    expect(unwritable(Object.assign(new Error(code), { code }), "wg.conf")).toMatchObject({
      code: "disk-full",
      detail: "wg.conf",
    });
});

test("who waits for the file finds it whole: it has no name before, and nothing is left beside it", async () => {
  const path = join(folder, "wg.conf");
  const file = await NewFile.open(path);
  expect(existsSync(path)).toBe(false);
  await file.write("secret");
  expect(readdirSync(folder)).toEqual(["wg.conf"]);
  await file.remove();
  expect(readdirSync(folder)).toEqual([]);
});

test("a file that appears before ours is whole is not replaced, and ours goes", async () => {
  const path = join(folder, "wg.conf");
  const file = await NewFile.open(path);
  writeFileSync(path, "theirs");
  await expect(file.write("ours")).rejects.toMatchObject({ code: "file-exists", detail: path });
  expect(await file.remove()).toBe(false);
  expect(readdirSync(folder)).toEqual(["wg.conf"]);
  expect(readFileSync(path, "utf8")).toBe("theirs");
});

test("a link that leads nowhere is a name that is taken, and a name ends in no slash", async () => {
  const path = join(folder, "wg.conf");
  symlinkSync(join(folder, "nowhere"), path);
  await expect(NewFile.open(path)).rejects.toMatchObject({ code: "file-exists" });
  await expect(NewFile.open(join(folder, "new/"))).rejects.toMatchObject({ code: "file-unwritable" });
  expect(readdirSync(folder)).toEqual(["wg.conf"]);
});
