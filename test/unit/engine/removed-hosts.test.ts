import { expect, test } from "vitest";
import { CulvertError } from "../../../electron/base/errors.ts";
import { ConfigBackend } from "../../../electron/engine/backends/config-backend.ts";
import { MemoryLog } from "../../support/host-memory-log.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { OFFICE_HOST } from "../../support/office.ts";

/** What an imported network leaves behind when it is removed. */

function backend() {
  const store = new MemoryStore();
  const log = new MemoryLog();
  const network = new ConfigBackend({ accountId: "a1", label: async () => "Office", text: async () => "", store, log });
  return { store, log, network };
}

const left = ({ texts, secrets }: MemoryStore): string[] => [...texts.keys(), ...secrets.keys()];

test("nothing is left of its hosts: neither their file nor what logs in to them", async () => {
  const { store, network } = backend();
  await network.addHost(OFFICE_HOST);
  await network.addHost({ ...OFFICE_HOST, name: "other" });
  await network.forget();
  expect(left(store)).toEqual([]);
});

test("one without hosts leaves nothing either", async () => {
  const { store, network } = backend();
  await network.forget();
  expect(left(store)).toEqual([]);
});

test("a host that is being added meanwhile is refused, and what would log in to it goes too", async () => {
  const { store, network } = backend();
  const write = store.writeSecret.bind(store);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const asked = new Promise<void>((resolve) => {
    store.writeSecret = async (...words) => {
      resolve();
      await held;
      await write(...words);
    };
  });
  const added = network.addHost(OFFICE_HOST);
  added.catch(() => undefined);
  await asked;
  await network.forget();
  release();
  await expect(added).rejects.toMatchObject({ code: "not-found" });
  await expect(network.addHost({ ...OFFICE_HOST, name: "late" })).rejects.toMatchObject({ code: "not-found" });
  expect(left(store)).toEqual([]);
});

test("of a host whose login is being changed as it is removed nothing is left", async () => {
  const { store, network } = backend();
  await network.addHost(OFFICE_HOST);
  const { write } = store;
  let removed: Promise<void> | undefined;
  store.write = async (...words) => {
    removed ??= network.removeHost("box");
    // The removal has looked for its host by now.
    await new Promise((resolve) => setImmediate(resolve));
    await write.apply(store, words);
  };
  await network.changeHost("box", { ...OFFICE_HOST, login: { kind: "password", password: "another" } });
  await removed;
  expect([...store.secrets.keys()]).toEqual([]);
});

test("a login that cannot be forgotten is told in the log, and the host is changed or gone none the less", async () => {
  const { store, log, network } = backend();
  await network.addHost(OFFICE_HOST);
  store.deleteSecret = () => Promise.reject(new CulvertError("storage", "no space"));
  const anew = { ...OFFICE_HOST, name: "crate", login: { kind: "password", password: "another" } } as const;
  expect(await network.changeHost("box", anew)).toMatchObject({ name: "crate" });
  await network.removeHost("crate");
  expect(await network.apps()).toEqual([]);
  expect(log.lines.map(({ level, fields }) => [level, fields?.["error"]])).toEqual([
    ["warn", "storage"],
    ["warn", "storage"],
  ]);
});
