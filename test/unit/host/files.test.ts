import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLog } from "../../../electron/base/log.ts";
import { openLog } from "../../../electron/host/log.ts";
import { profilePaths } from "../../../electron/host/paths.ts";
import { PrivateFiles } from "../../../electron/host/private-files.ts";
import { FileVault, MemoryVault, MigratingVault, plainSeal } from "../../../electron/host/secret-vault.ts";
import { SettingsFile } from "../../../electron/host/settings.ts";
import { DEFAULT_SETTINGS } from "../../../shared/settings.ts";
import { MemoryStore } from "../../support/memory-store.ts";

let folder: string;
const modeOf = (path: string): number => statSync(path).mode & 0o777;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "culvert-files-")), "profile");
});

afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

describe("private files", () => {
  test("lie in a folder for the owner only, as files for the owner only", async () => {
    const files = await PrivateFiles.open(folder);
    await files.write("accounts", "[]");
    expect(modeOf(folder)).toBe(0o700);
    expect(modeOf(join(folder, "accounts.json"))).toBe(0o600);
    expect(await files.read("accounts")).toBe("[]");
    expect(await files.read("nothing")).toBeUndefined();
  });

  test("are listed by the names they are read by, and nothing else that lies there", async () => {
    const files = await PrivateFiles.open(folder);
    await files.write("accounts", "[]");
    await files.write("screen-a", "{}");
    for (const other of ["accounts.json.bak", "notes.txt", "Big.json", ".json"]) writeFileSync(join(folder, other), "");
    expect((await files.list()).toSorted()).toEqual(["accounts", "screen-a"]);
  });

  test("an open folder is closed, and writing leaves nothing beside the file", async () => {
    const files = await PrivateFiles.open(folder);
    await Promise.all(Array.from({ length: 20 }, (_, i) => files.write("accounts", `text ${i}`)));
    expect(readdirSync(folder)).toEqual(["accounts.json"]);
    expect(await files.read("accounts")).toBe("text 19");
  });

  test("a file that was open to others is closed by the next write", async () => {
    const files = await PrivateFiles.open(folder);
    writeFileSync(join(folder, "accounts.json"), "old", { mode: 0o644 });
    await files.write("accounts", "new");
    expect(modeOf(join(folder, "accounts.json"))).toBe(0o600);
  });

  test.each(["../x", "a/b", "", ".", "..", "A", "x.json", "a\0b", "x".repeat(101)])(
    "no path can be made of %j",
    async (name) => {
      const files = await PrivateFiles.open(folder);
      await expect(files.write(name, "")).rejects.toMatchObject({ code: "storage" });
      await expect(files.read(name)).rejects.toMatchObject({ code: "storage" });
    },
  );

  test("a failure names the file and does not stop later writes", async () => {
    const files = await PrivateFiles.open(folder);
    rmSync(folder, { recursive: true });
    await expect(files.write("accounts", "x")).rejects.toMatchObject({
      code: "storage",
      detail: /accounts\.json: ENOENT/,
    });
    await PrivateFiles.open(folder);
    await files.write("accounts", "y");
    expect(await files.read("accounts")).toBe("y");
  });
});

describe("secrets", () => {
  test("come back after a restart, all of them, in a private file", async () => {
    const files = await PrivateFiles.open(folder);
    const vault = await FileVault.open(files, "secrets", plainSeal, silentLog);
    await Promise.all([vault.write("a", "1"), vault.write("b", "2"), vault.write("c", "3")]);
    await vault.delete("b");
    const again = await FileVault.open(files, "secrets", plainSeal, silentLog);
    expect([await again.read("a"), await again.read("b"), await again.read("c")]).toEqual(["1", undefined, "3"]);
    expect(modeOf(join(folder, "secrets.json"))).toBe(0o600);
  });

  test.each(["", "{", "[]", '{"version":2,"secrets":{}}', '{"version":1,"secrets":{"a":7}}'])(
    "a damaged file %j is set aside, and the start is clean",
    async (text) => {
      const files = await PrivateFiles.open(folder);
      await files.write("secrets", text);
      const vault = await FileVault.open(files, "secrets", plainSeal, silentLog);
      expect(await vault.read("a")).toBeUndefined();
      await vault.write("a", "1");
      expect(readFileSync(join(folder, "secrets.json.bak"), "utf8")).toBe(text);
      expect(modeOf(join(folder, "secrets.json.bak"))).toBe(0o600);
    },
  );

  test("a seal keeps the plain value out of the file", async () => {
    const files = await PrivateFiles.open(folder);
    const backwards = (text: string): string => [...text].reverse().join("");
    const turn = async (text: string): Promise<string> => backwards(text);
    const seal = { keeps: "keystore", seal: turn, unseal: turn } as const;
    const vault = await FileVault.open(files, "secrets-sealed", seal, silentLog);
    await vault.write("token", "fo1_secret");
    expect(await files.read("secrets-sealed")).not.toContain("fo1_secret");
    expect(await vault.read("token")).toBe("fo1_secret");
  });

  test("move from the plain vault to the sealed one when they are touched", async () => {
    const [sealed, plain] = [new MemoryVault(), new MemoryVault()];
    const vault = new MigratingVault(sealed, plain);
    await sealed.write("token", "old");
    await plain.write("token", "newer, from the browser edition");
    expect(await vault.read("token")).toBe("newer, from the browser edition");
    expect(await plain.read("token")).toBeUndefined();
    expect(await sealed.read("token")).toBe("newer, from the browser edition");
    await plain.write("token", "again");
    await vault.delete("token");
    expect(await vault.read("token")).toBeUndefined();
  });
});

describe("settings", () => {
  test("keep what is valid of a file that is partly not", async () => {
    const store = new MemoryStore();
    store.texts.set("settings", JSON.stringify({ theme: "dark", fontSize: 9000, future: true }));
    const settings = await SettingsFile.open(store, silentLog);
    expect(settings.get()).toEqual({ ...DEFAULT_SETTINGS, theme: "dark" });
  });

  test("records of apps and keys are bounded, and the refusal says by what", async () => {
    const store = new MemoryStore();
    const settings = await SettingsFile.open(store, silentLog);
    const many = <T>(count: number, value: T) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, value]));
    await expect(settings.set({ keys: many(401, "Ctrl+A") })).rejects.toThrow("at most 400 commands");
    await expect(settings.set({ clipboardWrites: many(1001, "allow" as const) })).rejects.toThrow("at most 1000 apps");
    const mark = { colour: "red", production: true } as const;
    await expect(settings.set({ marks: many(1001, mark) })).rejects.toThrow("at most 1000 apps");
    expect(settings.get()).toEqual(DEFAULT_SETTINGS);
    expect(Object.keys((await settings.set({ marks: many(1000, mark) })).marks)).toHaveLength(1000);
  });

  test("E3 what could not be written is not in force, and nobody is told that it is", async () => {
    const store = new MemoryStore();
    const settings = await SettingsFile.open(store, silentLog);
    const told: unknown[] = [];
    settings.changed.on((value) => told.push(value));
    store.write = () => Promise.reject(new Error("a folder is in its place"));
    await expect(settings.set({ carrier: "websocket" })).rejects.toThrow("a folder");
    expect([settings.get(), told]).toEqual([DEFAULT_SETTINGS, []]);
  });

  test("E3 two changes at once are both kept, also after one that failed", async () => {
    const store = new MemoryStore();
    const settings = await SettingsFile.open(store, silentLog);
    const write = store.write.bind(store);
    store.write = (name, text) => (text.includes('"light"') ? Promise.reject(new Error("full")) : write(name, text));
    const failed = settings.set({ theme: "light" });
    await Promise.allSettled([failed, settings.set({ fontSize: 20 }), settings.set({ carrier: "websocket" })]);
    await expect(failed).rejects.toThrow("full");
    expect(settings.get()).toEqual({ ...DEFAULT_SETTINGS, fontSize: 20, carrier: "websocket" });
    expect(JSON.parse(store.texts.get("settings") ?? "")).toEqual(settings.get());
  });

  test.each(["{", "[]", "null", "7", ""])("a file of %j is kept aside, and the defaults apply", async (text) => {
    const store = new MemoryStore();
    store.texts.set("settings", text);
    const settings = await SettingsFile.open(store, silentLog);
    expect(settings.get()).toEqual(DEFAULT_SETTINGS);
    expect(store.texts.get("settings-bad")).toBe(text);
  });
});

describe("paths", () => {
  test("CULVERT_CONFIG_DIR moves everything", () => {
    expect(profilePaths({ CULVERT_CONFIG_DIR: folder })).toEqual({
      config: folder,
      log: join(folder, "log"),
      captures: join(folder, "captures"),
    });
  });

  test("else they are the system's, under our name", () => {
    for (const path of Object.values(profilePaths({}))) expect(path.toLowerCase()).toContain("culvert");
  });
});

describe("log", () => {
  test("writes lines of JSON for the owner only, without secrets", () => {
    const log = openLog(folder, {});
    log.debug("not at this level");
    log.info("signed in", { account: "a", token: "fo1_secret", password: "hunter2" });
    log.dispose();
    log.info("after the end");
    const path = join(folder, "culvert.log");
    const text = readFileSync(path, "utf8");
    expect(modeOf(path)).toBe(0o600);
    expect(JSON.parse(text)).toMatchObject({ msg: "signed in", account: "a", token: "[Redacted]" });
    expect(text).not.toMatch(/fo1_secret|hunter2/);
  });

  test("is moved away when it has grown, and while it grows: two files of bounded size", () => {
    openLog(folder, {}).dispose();
    writeFileSync(join(folder, "culvert.log"), Buffer.alloc(5 * 1024 * 1024));
    const log = openLog(folder, { CULVERT_LOG: "debug" });
    log.debug("fresh");
    expect(statSync(join(folder, "culvert.log.1")).size).toBe(5 * 1024 * 1024);
    expect(readFileSync(join(folder, "culvert.log"), "utf8")).toContain("fresh");
    for (let i = 0; i < 1200; i++) log.warn("flood", { i, text: "x".repeat(10_000) });
    log.warn("too long", { text: "x".repeat(6 * 1024 * 1024) });
    log.warn("last");
    expect(readdirSync(folder).sort()).toEqual(["culvert.log", "culvert.log.1"]);
    for (const name of readdirSync(folder)) {
      expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(5 * 1024 * 1024);
      expect(modeOf(join(folder, name))).toBe(0o600);
      const lines = readFileSync(join(folder, name), "utf8").trimEnd().split("\n");
      for (const line of lines) JSON.parse(line);
    }
    const lines = readFileSync(join(folder, "culvert.log"), "utf8").trimEnd().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ msg: "last" });
  });

  test("a folder that vanishes ends nothing", () => {
    const log = openLog(folder, {});
    rmSync(folder, { recursive: true });
    for (let i = 0; i < 600; i++) log.warn("flood", { text: "x".repeat(10_000) });
    log.dispose();
  });
});
