import { afterEach, expect, test } from "vitest";
import { ManualClock } from "../../../electron/base/clock.ts";
import { asCulvertError } from "../../../electron/base/errors.ts";
import { silentLog } from "../../../electron/base/log.ts";
import { parseConfig, tunnelSpecOf } from "../../../electron/engine/backends/config-backend.ts";
import { Tunnel } from "../../../electron/engine/tunnel.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { EngineOnDemo } from "../../support/engine-on-demo.ts";

const key = (byte: number): string => Buffer.alloc(32, byte).toString("base64");
const TEXT = `# office
[Interface]
PrivateKey = ${key(1)}
Address = 10.9.0.2/32
Colour = red
[Peer]
PublicKey = ${key(5)}
PresharedKey = ${key(3)}
AllowedIPs = 10.9.0.0/24
Endpoint = 127.0.0.1:9
`;

let world: EngineOnDemo | undefined;
afterEach(async () => {
  await world?.dispose();
  world = undefined;
});

async function imported(): Promise<{ world: EngineOnDemo; accountId: string }> {
  world = await EngineOnDemo.start();
  const { id } = await world.call("accounts.importConfig", { label: "Office", text: TEXT });
  return { world, accountId: id };
}

async function failure(asked: Promise<unknown>): Promise<ReturnType<typeof asCulvertError>> {
  return asked.then(
    () => expect.fail("it succeeded"),
    (error: unknown) => asCulvertError(error),
  );
}

test("#21 a configuration is read without its keys, changed with them kept, and exported to the byte", async () => {
  const { world: one, accountId } = await imported();
  const shown = await one.call("accounts.readConfig", { accountId });
  expect(shown.text).toBe(TEXT.replace(key(1), "(kept 1)").replace(key(3), "(kept 2)"));
  const text = shown.text.replace("10.9.0.0/24", "10.0.0.0/8");
  expect(await one.call("accounts.checkConfig", { accountId, text })).toEqual({ faults: [], reconnects: false });
  const after = await one.call("accounts.changeConfig", { accountId, text, revision: shown.revision });
  expect(after.text).toBe(text);
  const exported = await one.call("accounts.exportConfig", { accountId });
  expect(exported.text).toBe(TEXT.replace("10.9.0.0/24", "10.0.0.0/8"));
  const [peer] = await one.call("peers.list", { accountId, orgSlug: "config" });
  expect(peer?.address).toBe("10.0.0.0/8");
});

test("#21 what has errors, or was written for a text that has changed since, changes nothing", async () => {
  const { world: one, accountId } = await imported();
  const { text, revision } = await one.call("accounts.readConfig", { accountId });
  const broken = text.replace("10.9.0.0/24", "10.9.0.0/99");
  const error = await failure(one.call("accounts.changeConfig", { accountId, text: broken, revision }));
  expect([error.code, error.lines?.map(({ line }) => line)]).toEqual(["config-invalid", [9]]);
  await one.call("accounts.changeConfig", { accountId, text: `${text}# one\n`, revision });
  const late = await failure(one.call("accounts.changeConfig", { accountId, text: `${text}# two\n`, revision }));
  expect(late.code).toBe("config-changed");
  expect((await one.call("accounts.exportConfig", { accountId })).text).toBe(`${TEXT}# one\n`);
});

test("#21 an open tunnel is closed by a change of what is applied, and by no other", async () => {
  const { world: one, accountId } = await imported();
  await one.call("hosts.add", {
    accountId,
    host: { name: "box", host: "10.9.0.7", port: 22, user: "root", login: { kind: "password", password: "x" } },
  });
  const place = { accountId, orgSlug: "config", appName: "box" };
  await one.call("sessions.open", { ...place, columns: 80, rows: 24 });
  const ofFile = async (): Promise<number> =>
    (await one.call("tunnels.list", {})).filter((tunnel) => tunnel.accountId === accountId).length;
  await expect.poll(ofFile).toBe(1);
  const { text, revision } = await one.call("accounts.readConfig", { accountId });
  const remark = text.replace("# office", "# the office");
  expect(await one.call("accounts.checkConfig", { accountId, text: remark })).toMatchObject({ reconnects: false });
  const next = await one.call("accounts.changeConfig", { accountId, text: remark, revision });
  expect(await ofFile()).toBe(1);
  const routed = next.text.replace("10.9.0.0/24", "10.9.0.0/16");
  expect(await one.call("accounts.checkConfig", { accountId, text: routed })).toMatchObject({ reconnects: true });
  await one.call("accounts.changeConfig", { accountId, text: routed, revision: next.revision });
  expect(await ofFile()).toBe(0);
});

test("#21 an account that is no configuration has no file, and of one that was removed nothing is kept", async () => {
  const { world: one, accountId } = await imported();
  for (const name of ["accounts.readConfig", "accounts.exportConfig"] as const)
    expect((await failure(one.call(name, { accountId: one.accountId }))).code).toBe("bad-request");
  const { text, revision } = await one.call("accounts.readConfig", { accountId });
  const change = one.call("accounts.changeConfig", { accountId, text: `${text}#\n`, revision });
  await Promise.allSettled([change, one.call("accounts.remove", { accountId })]);
  expect([...one.store.secrets.keys()].filter((name) => name.includes(accountId))).toEqual([]);
});

test("a placeholder that stands for no key is named as such, in a change, a check and an import", async () => {
  const { world: one, accountId } = await imported();
  const { text, revision } = await one.call("accounts.readConfig", { accountId });
  const strange = text.replace("(kept 1)", "(kept 9)");
  const faults = [{ line: 3, message: "(kept 9) names no kept key" }];
  expect(await one.call("accounts.checkConfig", { accountId, text: strange })).toMatchObject({ faults });
  const error = await failure(one.call("accounts.changeConfig", { accountId, text: strange, revision }));
  expect([error.code, error.lines]).toEqual(["config-invalid", faults]);
  expect(await one.call("accounts.checkConfig", { text: TEXT.replace(key(1), "(kept 9)") })).toEqual({ faults });
});

test("a configuration whose last peer is taken away is not taken", async () => {
  const { world: one, accountId } = await imported();
  const { text } = await one.call("accounts.readConfig", { accountId });
  const { faults } = await one.call("accounts.checkConfig", { accountId, text: text.slice(0, text.indexOf("[Peer]")) });
  expect(faults).toEqual([{ line: 2, message: "there is no [Peer] section" }]);
});

test("of a label is kept what can be seen, and one of which nothing can is not taken", async () => {
  world = await EngineOnDemo.start();
  const one = world;
  const { id, label } = await one.call("accounts.importConfig", { label: "of\u202Efice\u0007", text: TEXT });
  expect(label).toBe("office");
  expect(await one.call("organizations.list", { accountId: id })).toMatchObject([{ name: "office" }]);
  const error = await failure(one.call("accounts.importConfig", { label: "\u202E \u200B", text: TEXT }));
  expect(error.code).toBe("bad-request");
});

test("a label that another account has gets a number behind it, and keeps it when that one goes", async () => {
  world = await EngineOnDemo.start();
  const one = world;
  const add = (label: string) => one.call("accounts.importConfig", { label, text: TEXT });
  const first = await add("Office");
  const long = "o".repeat(LIMITS.label);
  const labels = ["Office", "office ", "Demo network", long, long];
  const others = await Promise.all(labels.map(add));
  expect(others.map(({ label }) => label)).toEqual([
    "Office 2",
    "office 3",
    "Demo network 2",
    long,
    `${"o".repeat(LIMITS.label - 2)} 2`,
  ]);
  await one.call("accounts.remove", { accountId: first.id });
  const kept = await one.call("accounts.list", {});
  expect(kept.map(({ label }) => label)).toContain("Office 2");
  expect((await add("Office")).label).toBe("Office");
  expect(await one.call("organizations.list", { accountId: others[0]!.id })).toMatchObject([{ name: "Office 2" }]);
});

test("an imported network is called otherwise, as no other is, and only it; its place among the others stays", async () => {
  world = await EngineOnDemo.start();
  const one = world;
  const add = (label: string) => one.call("accounts.importConfig", { label, text: TEXT });
  const first = await add("Office");
  const second = await add("Home");
  const rename = (accountId: string, label: string) => one.call("accounts.rename", { accountId, label });
  expect(await one.call("organizations.list", { accountId: second.id })).toMatchObject([{ name: "Home" }]);
  expect(await rename(second.id, " office ")).toMatchObject({ id: second.id, label: "office 2" });
  expect(await one.call("organizations.list", { accountId: second.id })).toMatchObject([{ name: "office 2" }]);
  // Its own name is no other's.
  expect(await rename(first.id, "OFFICE")).toMatchObject({ label: "OFFICE" });
  const accounts = await one.call("accounts.list", {});
  expect(accounts.map(({ label }) => label).slice(-2)).toEqual(["OFFICE", "office 2"]);
  const refused = async (accountId: string, label: string) =>
    asCulvertError(await rename(accountId, label).catch((error: unknown) => error)).code;
  expect(await refused(first.id, "\u200b ")).toBe("bad-request");
  expect(await refused("nobody", "Office")).toBe("not-found");
  expect(await refused(accounts.find(({ kind }) => kind === "demo")?.id ?? "", "Mine")).toBe("bad-request");
});

test("a tunnel none of whose peers can be called blames the configuration, not the gateway", async () => {
  const parsed = parseConfig(TEXT.replace(/Endpoint.*\n/, ""));
  const spec = tunnelSpecOf(parsed, { id: "t", accountId: "a", orgSlug: "config" });
  const tunnel = await Tunnel.open(spec, { clock: new ManualClock(), log: silentLog });
  try {
    const error = await failure(tunnel.handshake(new AbortController().signal));
    expect([error.code, error.detail]).toEqual([
      "config-invalid",
      expect.stringContaining("no [Peer] has an Endpoint"),
    ]);
  } finally {
    tunnel.dispose();
  }
});
