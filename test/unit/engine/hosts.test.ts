import { generateKeyPairSync } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { asCulvertError } from "../../../electron/base/errors.ts";
import type { CallInput } from "../../../shared/contract.ts";
import { EngineOnDemo } from "../../support/engine-on-demo.ts";
import { OFFICE_CONFIG, OFFICE_HOST } from "../../support/office.ts";

/** Hosts of an imported configuration. */

type Host = CallInput<"hosts.add">["host"];
const GOOD: Host = { ...OFFICE_HOST, name: "good" };

let world: EngineOnDemo | undefined;
afterEach(async () => {
  await world?.dispose();
  world = undefined;
});

async function imported(): Promise<{ one: EngineOnDemo; accountId: string }> {
  world = await EngineOnDemo.start();
  const { id } = await world.call("accounts.importConfig", { label: "Office", text: OFFICE_CONFIG });
  return { one: world, accountId: id };
}

async function failure(asked: Promise<unknown>): Promise<ReturnType<typeof asCulvertError>> {
  return asked.then(
    () => expect.fail("it succeeded"),
    (error: unknown) => asCulvertError(error),
  );
}

test("a host is not replaced by another of its name: that is refused, and its login stays", async () => {
  const { one, accountId } = await imported();
  await one.call("hosts.add", { accountId, host: GOOD });
  const secrets = new Map(one.store.secrets);
  const again: Host = { ...GOOD, host: "10.9.0.8", login: { kind: "password", password: "another" } };
  const error = await failure(one.call("hosts.add", { accountId, host: again }));
  expect(error.code).toBe("host-exists");
  expect(new Map(one.store.secrets)).toEqual(secrets);
  const [machine] = await one.call("machines.list", { accountId, orgSlug: "config", appName: "good" });
  expect(machine?.address).toBe("10.9.0.7");
});

test("of two that come at once under one name, one is taken", async () => {
  const { one, accountId } = await imported();
  const other: Host = { ...GOOD, login: { kind: "password", password: "the second one" } };
  const results = await Promise.allSettled([GOOD, other].map((host) => one.call("hosts.add", { accountId, host })));
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect([...one.store.secrets.values()].filter((text) => text.includes("the second one"))).toEqual([]);
});

const ENCRYPTED = generateKeyPairSync("ed25519", {
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open sesame" },
});

test("a private key is read when its host is added: what cannot be used is refused, and nothing is kept", async () => {
  const { one, accountId } = await imported();
  const add = (login: Host["login"]) => one.call("hosts.add", { accountId, host: { ...GOOD, login } });
  const { privateKey } = ENCRYPTED;
  const line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f ada@home";
  for (const [login, detail] of [
    [{ kind: "key", privateKey: line }, /only a public key/],
    [{ kind: "key", privateKey }, /needs its passphrase/],
    [{ kind: "key", privateKey, passphrase: "shut" }, /passphrase may be wrong/],
  ] as const) {
    const error = await failure(add(login));
    expect([error.code, error.detail]).toEqual(["key-invalid", expect.stringMatching(detail)]);
  }
  expect(await one.call("apps.list", { accountId, orgSlug: "config" })).toEqual([]);
  await add({ kind: "key", privateKey, passphrase: "open sesame" });
});

test("an address outside the configuration's AllowedIPs is refused; of a name nothing is known", async () => {
  const { one, accountId } = await imported();
  const add = (name: string, host: string) => one.call("hosts.add", { accountId, host: { ...GOOD, name, host } });
  expect((await failure(add("far", "192.0.2.7"))).code).toBe("not-allowed");
  expect((await failure(add("six", "[fdab::7]"))).code).toBe("not-allowed");
  expect((await add("near", "10.9.0.255")).name).toBe("near");
  expect((await add("named", "db.office.example")).name).toBe("named");
});

test("shells of a host that is renamed or moved stay, and are told of under its new name", async () => {
  const { one, accountId } = await imported();
  await one.call("hosts.add", { accountId, host: GOOD });
  const place = { accountId, orgSlug: "config", columns: 80, rows: 24 };
  await one.call("sessions.open", { ...place, appName: "good", machineId: "good", sessionId: "s1" });
  const host = { ...GOOD, name: "better", host: "10.9.0.9" };
  await one.call("hosts.change", { accountId, appName: "good", host });
  const [shell, ...others] = await one.call("sessions.list", {});
  expect(others).toEqual([]);
  expect(shell?.target).toMatchObject({ appName: "better", machineId: "better" });
});

test("a host of a platform's account is neither read nor changed", async () => {
  world = await EngineOnDemo.start();
  const { accountId } = world;
  for (const asked of [
    world.call("hosts.read", { accountId, appName: "web" }),
    world.call("hosts.change", { accountId, appName: "web", host: GOOD }),
  ])
    expect((await failure(asked)).code).toBe("bad-request");
});
