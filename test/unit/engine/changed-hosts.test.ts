import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silentLog } from "../../../electron/base/log.ts";
import { ConfigBackend } from "../../../electron/engine/backends/config-backend.ts";
import { checkPrivateKey } from "../../../electron/ssh/login.ts";
import type { HostChange, HostInput } from "../../../shared/models.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { OFFICE_CONFIG, OFFICE_HOST } from "../../support/office.ts";
import { keygenMissing } from "../../support/ssh-keygen.ts";

/** A host of an imported network is edited in place: what of its login goes along, and what does not. */

const KEPT: HostChange = { ...OFFICE_HOST, login: { kind: "kept" } };
const ANEW: HostInput = { ...OFFICE_HOST, login: { kind: "password", password: "the second one" } };
const { privateKey } = generateKeyPairSync("ed25519", {
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open sesame" },
});

async function network(...hosts: readonly HostInput[]) {
  const store = new MemoryStore();
  const label = async (): Promise<string> => "Office";
  const backend = new ConfigBackend({ accountId: "a1", label, text: async () => OFFICE_CONFIG, store, log: silentLog });
  for (const host of hosts) await backend.addHost(host);
  return { store, backend };
}

const access = (backend: ConfigBackend, name: string) => backend.access("config", name);
const names = async (backend: ConfigBackend) => (await backend.apps()).map(({ name }) => name);

test.skipIf(keygenMissing)(
  "a key is opened when it is given: its passphrase is not kept, and no shell waits for it",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "culvert-key-"));
    try {
      const file = join(folder, "key");
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-a", "1", "-N", "open sesame", "-f", file]);
      const login = { kind: "key", privateKey: readFileSync(file, "utf8"), passphrase: "open sesame" } as const;
      const { store, backend } = await network({ ...OFFICE_HOST, login });
      expect([...store.secrets.values()].join()).not.toMatch(/passphrase|sesame/);
      const kept = (await access(backend, "box")).login;
      if (kept.kind !== "key") throw new Error(`kept as ${kept.kind}`);
      expect(kept.passphrase).toBeUndefined();
      expect(checkPrivateKey(kept.privateKey, undefined)).toEqual(checkPrivateKey(login.privateKey, login.passphrase));

      const wrong = backend.addHost({ ...OFFICE_HOST, name: "other", login: { ...login, passphrase: "open rice" } });
      await expect(wrong).rejects.toMatchObject({ code: "key-invalid" });
      expect([await names(backend), store.secrets.size]).toEqual([["box"], 1]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test("what is read of a host holds nothing that logs in", async () => {
  const login = { kind: "key", privateKey, passphrase: "open sesame" } as const;
  const { backend } = await network(OFFICE_HOST, { ...OFFICE_HOST, name: "keyed", login });
  const read = [await backend.readHost("box"), await backend.readHost("keyed")];
  expect(read[0]).toEqual({ name: "box", host: "10.9.0.7", port: 22, user: "root", login: { kind: "password" } });
  expect(read[1]?.login).toEqual({
    kind: "key",
    type: "ssh-ed25519",
    fingerprint: expect.stringMatching(/^SHA256:/),
  });
  for (const secret of ["the first one", "open sesame", "PRIVATE KEY"])
    expect(JSON.stringify(read)).not.toContain(secret);
});

test("renamed, it stays in its place with its login, and its old name is free", async () => {
  const { store, backend } = await network(OFFICE_HOST, { ...OFFICE_HOST, name: "other" });
  expect(await backend.changeHost("box", { ...KEPT, name: "crate" })).toMatchObject({ id: "crate", name: "crate" });
  expect(await names(backend)).toEqual(["crate", "other"]);
  expect((await access(backend, "crate")).login).toEqual(OFFICE_HOST.login);
  await expect(access(backend, "box")).rejects.toMatchObject({ code: "not-found" });
  await backend.addHost(ANEW);
  expect((await access(backend, "crate")).login).toEqual(OFFICE_HOST.login);
  await backend.removeHost("crate");
  expect([...store.secrets.values()].filter((text) => text.includes("the first one"))).toHaveLength(1);
});

test("another host's name is refused, and nothing is changed or kept of it", async () => {
  const { store, backend } = await network(OFFICE_HOST, { ...OFFICE_HOST, name: "other" });
  const before = [new Map(store.texts), new Map(store.secrets)];
  for (const change of [KEPT, ANEW])
    await expect(backend.changeHost("box", { ...change, name: "other" })).rejects.toMatchObject({
      code: "host-exists",
      detail: "other",
    });
  expect([new Map(store.texts), new Map(store.secrets)]).toEqual(before);
});

test.each([
  ["address", { host: "10.9.0.8" }],
  ["name for its address", { host: "box.office.example" }],
  ["port", { port: 2222 }],
  ["user", { user: "mallory" }],
])("a kept login is not sent to another %s: it is asked for anew", async (_what, place) => {
  const { store, backend } = await network(OFFICE_HOST);
  const before = [new Map(store.texts), new Map(store.secrets)];
  await expect(backend.changeHost("box", { ...KEPT, ...place })).rejects.toMatchObject({ code: "login-needed" });
  expect([new Map(store.texts), new Map(store.secrets)]).toEqual(before);
  await backend.changeHost("box", { ...ANEW, ...place });
  expect(await access(backend, "box")).toMatchObject({ ...place, login: ANEW.login });
  expect([...store.secrets.values()].filter((text) => text.includes("the first one"))).toEqual([]);
});

test("an IPv6 address in brackets is the same without them", async () => {
  const { backend } = await network({ ...OFFICE_HOST, host: "[fdaa::7]" });
  await backend.changeHost("box", { ...KEPT, host: "fdaa::7", name: "six" });
  await backend.changeHost("six", { ...KEPT, host: "[fdaa::7]", name: "seven" });
  expect(await access(backend, "seven")).toMatchObject({ host: "fdaa::7", login: OFFICE_HOST.login });
});

test("key and address are checked as of a host that is added; a refused change changes nothing", async () => {
  const { store, backend } = await network(OFFICE_HOST);
  const before = [new Map(store.texts), new Map(store.secrets)];
  for (const [change, code] of [
    [{ ...ANEW, host: "192.0.2.7" }, "not-allowed"],
    [{ ...ANEW, login: { kind: "key", privateKey } }, "key-invalid"],
    [{ ...ANEW, login: { kind: "key", privateKey, passphrase: "shut" } }, "key-invalid"],
  ] as const)
    await expect(backend.changeHost("box", change)).rejects.toMatchObject({ code });
  await expect(backend.changeHost("never-was", ANEW)).rejects.toMatchObject({ code: "not-found" });
  expect([new Map(store.texts), new Map(store.secrets)]).toEqual(before);
});

test("a host whose login is gone is read so, and wants one", async () => {
  const { store, backend } = await network(OFFICE_HOST);
  store.secrets.clear();
  expect((await backend.readHost("box")).login).toBeNull();
  await expect(backend.changeHost("box", { ...KEPT, name: "crate" })).rejects.toMatchObject({ code: "login-needed" });
  await backend.changeHost("box", ANEW);
  expect((await access(backend, "box")).login).toEqual(ANEW.login);
});

test("one that was kept under its name before logins had names of their own keeps its login through a rename", async () => {
  const { store, backend } = await network();
  const { login, ...record } = OFFICE_HOST;
  store.texts.set("hosts-a1", JSON.stringify([record]));
  store.secrets.set("login:a1:box", JSON.stringify(login));
  await backend.changeHost("box", { ...KEPT, name: "crate" });
  // An older version knows a login by its host's name alone: it would send this one to the next host called so.
  expect(store.secrets.has("login:a1:box")).toBe(false);
  await backend.addHost({ ...OFFICE_HOST, login: { kind: "password", password: "another" } });
  expect((await access(backend, "crate")).login).toEqual(login);
});

test("one that was kept under its name and gets another login at once is left that one by a rename", async () => {
  const { store, backend } = await network();
  const { login, ...record } = OFFICE_HOST;
  store.texts.set("hosts-a1", JSON.stringify([record]));
  store.secrets.set("login:a1:box", JSON.stringify(login));
  await Promise.all([backend.changeHost("box", { ...KEPT, name: "box" }), backend.changeHost("box", ANEW)]);
  expect((await access(backend, "box")).login).toEqual(ANEW.login);
  expect([...store.secrets.values()]).toEqual([JSON.stringify(ANEW.login)]);
});

test("a write that fails leaves the host as it was, and no secret that no host names", async () => {
  const { store, backend } = await network(OFFICE_HOST);
  const secrets = new Map(store.secrets);
  const { write } = store;
  store.write = () => Promise.reject(new Error("disk full"));
  await expect(backend.changeHost("box", { ...ANEW, host: "10.9.0.8" })).rejects.toThrow("disk full");
  store.write = write;
  expect(new Map(store.secrets)).toEqual(secrets);
  expect(await access(backend, "box")).toMatchObject({ host: "10.9.0.7", login: OFFICE_HOST.login });
});

test("of a change and a removal at once nothing is left", async () => {
  const { store, backend } = await network(OFFICE_HOST);
  await Promise.allSettled([backend.changeHost("box", ANEW), backend.forget()]);
  expect([...store.texts.keys(), ...store.secrets.keys()]).toEqual([]);
});
