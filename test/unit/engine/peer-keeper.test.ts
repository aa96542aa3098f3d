import { expect, test } from "vitest";
import { ManualClock } from "../../../electron/base/clock.ts";
import { CulvertError } from "../../../electron/base/errors.ts";
import { startDemoApi } from "../../../electron/demo/api.ts";
import { createWorld, type World } from "../../../electron/demo/world.ts";
import { PeerKeeper, type PeerPlace } from "../../../electron/engine/backends/peer-keeper.ts";
import { PlatformClient } from "../../../electron/platform/client.ts";
import { MemoryStore } from "../../support/memory-store.ts";

/** The keeper against the demo's real API; `requests` counts the mutations, `gate` holds them back. */
class CountingFetch {
  readonly made: string[] = [];
  gate: Promise<void> = Promise.resolve();
  offline = false;

  readonly fetch: typeof fetch = async (input, init) => {
    const body = String(init?.body ?? "");
    for (const name of ["addWireGuardPeer", "removeWireGuardPeer", "validateWireGuardPeers"]) {
      if (body.includes(`${name}(`)) this.made.push(name);
    }
    if (this.offline) throw new TypeError("fetch failed");
    init?.signal?.throwIfAborted();
    const aborted = new Promise<never>((_, reject) => {
      init?.signal?.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
    });
    await Promise.race([this.gate, aborted]);
    return fetch(input, init);
  };
}

const NEVER = new AbortController().signal;

async function setUp(store = new MemoryStore()) {
  const world: World = createWorld(new Uint8Array(32).fill(3));
  const api = await startDemoApi({ world, endpoint: () => "127.0.0.1:51820" });
  const counting = new CountingFetch();
  const clock = new ManualClock();
  const client = new PlatformClient({ endpoint: api.url, token: world.token, version: "test", fetch: counting.fetch });
  const keeper = new PeerKeeper({ accountId: "a", client, store, clock });
  const organization = world.organizations[1]!;
  const place: PeerPlace = { organizationId: organization.id, orgSlug: organization.slug, network: null };
  return { world, api, counting, clock, keeper, place, store };
}

test("shells that open at once share one new peer", async () => {
  const { api, counting, keeper, place, world } = await setUp();
  const ensured = await Promise.all(Array.from({ length: 5 }, () => keeper.ensure(place)));
  expect(new Set(ensured.map(({ peer }) => peer.peerip)).size).toBe(1);
  expect(ensured.map(({ isNew }) => isNew)).toEqual([true, false, false, false, false]);
  expect(counting.made).toEqual(["addWireGuardPeer"]);
  expect(world.peers).toHaveLength(1);
  await api.dispose();
});

test("a known peer is asked about again after two minutes, and made anew when the platform forgot it", async () => {
  const { api, clock, counting, keeper, place, world } = await setUp();
  const { peer } = await keeper.ensure(place);
  clock.advance(121_000);
  expect(await keeper.ensure(place)).toEqual({ peer, isNew: false });
  world.removePeer(place.orgSlug, peer.name);
  expect((await keeper.ensure(place)).isNew, "not asked again within two minutes").toBe(false);
  clock.advance(121_000);
  expect((await keeper.ensure(place)).isNew).toBe(true);
  expect(counting.made.filter((name) => name === "validateWireGuardPeers")).toHaveLength(2);
  await api.dispose();
});

test("a gateway that stays silent twice gets a new peer, though the platform knows the old one", async () => {
  const { api, keeper, place, world } = await setUp();
  const { peer } = await keeper.ensure(place);
  keeper.noteAnswer(place.orgSlug, null, false);
  expect((await keeper.ensure(place)).peer).toEqual(peer);
  keeper.noteAnswer(place.orgSlug, null, false);
  const renewed = await keeper.ensure(place);
  expect(renewed.isNew).toBe(true);
  expect(world.peers.map(({ name }) => name)).toEqual([renewed.peer.name]);
  await api.dispose();
});

test("a peer that is asked for while another is being made is made after it, and only one stays", async () => {
  const { api, keeper, place, world } = await setUp();
  const [, replaced] = await Promise.all([keeper.ensure(place), keeper.replace(place)]);
  expect((await keeper.stored(place.orgSlug, null))?.name).toBe(replaced.name);
  expect(world.peers.map(({ name }) => name)).toEqual([replaced.name]);
  await api.dispose();
});

test("an account that goes while its peer is being made leaves neither peer nor key", async () => {
  const { api, counting, keeper, place, store, world } = await setUp();
  let release = (): void => undefined;
  counting.gate = new Promise((resolve) => {
    release = resolve;
  });
  const ensured = keeper.ensure(place).catch((error: unknown) => error);
  const closed = keeper.close(NEVER);
  release();
  expect(await ensured).toBeInstanceOf(CulvertError);
  await closed;
  expect(world.peers).toEqual([]);
  expect([...store.secrets.keys()]).toEqual([]);
  await api.dispose();
});

test("without the network the keys are deleted all the same", async () => {
  const { api, counting, keeper, place, store } = await setUp();
  const { peer } = await keeper.ensure(place);
  expect(store.secrets.size).toBe(1);
  counting.offline = true;
  expect(await keeper.close(NEVER)).toEqual([{ orgSlug: place.orgSlug, name: peer.name }]);
  expect(store.secrets.size).toBe(0);
  await api.dispose();
});

test("a peer that was asked for without an answer is removed too, or named", async () => {
  const { api, counting, keeper, place, world } = await setUp();
  await keeper.ensure(place);
  const leave = new AbortController();
  counting.gate = new Promise(() => undefined);
  const replaced = keeper.replace(place, "ams").catch((error: unknown) => error);
  await expect.poll(() => counting.made).toHaveLength(2);
  const closed = keeper.close(leave.signal);
  leave.abort();
  expect(await replaced).toMatchObject({ code: "cancelled" });
  const names = (await closed).map(({ name }) => name);
  expect(names).toHaveLength(2);
  expect(names).toContain(world.peers[0]?.name);
  await api.dispose();
});
