import { expect, test } from "vitest";
import { CulvertError } from "../../../electron/base/errors.ts";
import { type Settings, settings } from "../../../shared/settings.ts";
import { type HostWorld, hostWorld } from "../../support/host-world.ts";

/** What a person said of a host of an imported network goes on with it, whatever the page does. */

const MARK = { colour: "red", production: true } as const;
const HOST = { name: "better", host: "10.8.0.3", port: 22, user: "root", login: { kind: "kept" } } as const;
const RENAME = { accountId: "office", appName: "good", host: HOST };
const SAID: Partial<Settings> = {
  marks: { "office/config/good": MARK, "office/config/better": { colour: "blue", production: false } },
  clipboardWrites: { "office/config/good": "deny", "other/config/good": "allow" },
  pins: ["other/config/good", "office/config/good"],
  recent: [
    { app: "office/config/better", machineId: "better", at: 2 },
    { app: "office/config/good", machineId: "good", at: 1 },
  ],
};

async function world(said = SAID): Promise<HostWorld & { kept(): Settings }> {
  const made = await hostWorld();
  made.engine.answer = (name) =>
    name === "hosts.change"
      ? { id: "better", name: "better", orgSlug: "config", status: "unknown", network: null }
      : {};
  await made.open().request("settings.set", said);
  const kept = (): Settings => settings.parse(JSON.parse(made.store.texts.get("settings") ?? ""));
  return Object.assign(made, { kept });
}

test("a renamed host has its mark, its answer about the clipboard and its place when the call is answered", async () => {
  const { open, kept } = await world();
  const link = open();
  const answered = link.request("hosts.change", RENAME);
  link.close();
  await answered.catch(() => undefined);
  expect(kept()).toMatchObject({
    pins: ["other/config/good", "office/config/better"],
    recent: [{ app: "office/config/better", machineId: "better", at: 1 }],
  });
  expect(kept().marks).toEqual({ "office/config/better": MARK });
  expect(kept().clipboardWrites).toEqual({ "office/config/better": "deny", "other/config/good": "allow" });
});

test("what is said of it while it is renamed goes along", async () => {
  const { open, engine, kept } = await world({ marks: {} });
  const link = open();
  const app = await engine.answer("hosts.change", RENAME);
  engine.answer = () => {
    void link.request("settings.set", { marks: { "office/config/good": MARK } });
    return app;
  };
  await link.request("hosts.change", RENAME);
  expect(kept().marks).toEqual({ "office/config/better": MARK });
});

test("a rename that is refused, or a change of another kind, moves nothing", async () => {
  const { open, engine, kept } = await world();
  const link = open();
  const before = kept();
  await link.request("hosts.change", { ...RENAME, appName: "better" });
  engine.answer = () => {
    throw new CulvertError("host-exists", "better");
  };
  expect((await link.request("hosts.change", RENAME)).error?.code).toBe("host-exists");
  expect(kept()).toEqual(before);
  expect(link.events("host.renamed")).toEqual([]);
});

test("a rename to a name whose pin is still there pins one row once", async () => {
  const { open, kept } = await world({ pins: ["office/config/better", "office/config/good", "office/config/third"] });
  await open().request("hosts.change", RENAME);
  expect(kept().pins).toEqual(["office/config/better", "office/config/third"]);
});

test("of a host that is removed nothing is left to the next one of its name but its mark", async () => {
  const { open, kept } = await world({ ...SAID, clipboardWrites: { "office/config/good": "allow" } });
  await open().request("hosts.remove", { accountId: "office", appName: "good" });
  expect(kept()).toMatchObject({ pins: ["other/config/good"], recent: [{ machineId: "better" }], marks: SAID.marks });
  expect(kept().clipboardWrites).toEqual({});
});

test("settings that cannot be written fail neither: the host is renamed or gone by then", async () => {
  const { open, store, log } = await world();
  store.write = () => Promise.reject(new CulvertError("storage"));
  const link = open();
  expect((await link.request("hosts.change", RENAME)).ok).toMatchObject({ name: "better" });
  expect((await link.request("hosts.remove", { accountId: "office", appName: "good" })).ok).toEqual({});
  expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(2);
});

test("every window is told of a rename, before it is answered and after the settings moved", async () => {
  const { open } = await world();
  const [first, second] = [open(), open()];
  await first.request("hosts.change", RENAME);
  const told = { accountId: "office", orgSlug: "config", appName: "good", name: "better" };
  expect([first.events("host.renamed"), second.events("host.renamed")]).toEqual([[told], [told]]);
  const order = first.messages().map((message) => ("event" in message ? message.event : "answer"));
  expect(order).toEqual(["settings.changed", "host.renamed", "answer"]);
});
