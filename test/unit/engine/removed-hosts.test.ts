import { expect, test } from "vitest";
import { ConfigBackend } from "../../../electron/engine/backends/config-backend.ts";
import type { HostInput } from "../../../shared/models.ts";
import { MemoryStore } from "../../support/memory-store.ts";

/** What an imported network leaves behind when it is removed. */

const box: HostInput = {
  name: "box",
  host: "10.9.0.7",
  port: 22,
  user: "root",
  login: { kind: "password", password: "secret" },
};

function backend() {
  const store = new MemoryStore();
  const network = new ConfigBackend({ accountId: "a1", label: async () => "Office", text: async () => "", store });
  return { store, network };
}

const left = ({ texts, secrets }: MemoryStore): string[] => [...texts.keys(), ...secrets.keys()];

test("nothing is left of its hosts: neither their file nor what logs in to them", async () => {
  const { store, network } = backend();
  await network.addHost(box);
  await network.addHost({ ...box, name: "other" });
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
  const added = network.addHost(box);
  added.catch(() => undefined);
  await asked;
  await network.forget();
  release();
  await expect(added).rejects.toMatchObject({ code: "not-found" });
  await expect(network.addHost({ ...box, name: "late" })).rejects.toMatchObject({ code: "not-found" });
  expect(left(store)).toEqual([]);
});
