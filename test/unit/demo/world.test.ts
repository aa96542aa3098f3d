import { describe, expect, test } from "vitest";
import { parseIp, prefixContains } from "../../../electron/base/ip-address.ts";
import { publicKeyOf } from "../../../electron/crypto/x25519.ts";
import { createWorld, type Peer, type PeerChange, type PeerInput, type World } from "../../../electron/demo/world.ts";

const SEED = Uint8Array.from({ length: 32 }, (_, index) => index);

function key(fill: number): Uint8Array {
  return publicKeyOf(new Uint8Array(32).fill(fill));
}

function added(world: World, input: PeerInput): Peer {
  const peer = world.addPeer(input);
  if ("refused" in peer) throw new Error(peer.refused);
  return peer;
}

describe("the demo world", () => {
  test("follows from its seed alone", () => {
    const one = createWorld(SEED);
    const two = createWorld(SEED);
    expect(two.machines).toEqual(one.machines);
    expect(two.token).toBe(one.token);
    expect(two.gatewayPrivateKey).toEqual(one.gatewayPrivateKey);
    const other = createWorld(new Uint8Array(32));
    expect(other.token).not.toBe(one.token);
    expect(other.machines.map((machine) => machine.id)).not.toEqual(one.machines.map((machine) => machine.id));
  });

  test("refuses a seed of another length", () => {
    expect(() => createWorld(new Uint8Array(31))).toThrow();
  });

  test("derives as HKDF-Expand does: a shorter output is the start of a longer one, labels differ", () => {
    const world = createWorld(SEED);
    expect(world.derive("x", 100).subarray(0, 40)).toEqual(world.derive("x", 40));
    expect(world.derive("x", 32)).not.toEqual(world.derive("y", 32));
    expect(world.derive("x", 8160)).toHaveLength(8160);
    expect(() => world.derive("x", 8161)).toThrow(RangeError);
  });

  test("has what the tour needs: two organizations, five apps, three regions, stopped parts, a custom network", () => {
    const world = createWorld(SEED);
    expect(world.organizations.map((organization) => organization.kind).sort()).toEqual(["personal", "shared"]);
    const personal = world.organization("personal");
    expect(personal?.rawSlug).not.toBe("personal");
    expect(world.organization(personal?.rawSlug ?? "")).toBe(personal);
    expect(world.apps.length).toBeGreaterThanOrEqual(5);
    expect(new Set(world.machines.map((machine) => machine.region)).size).toBeGreaterThanOrEqual(3);
    const states = (name: string): string[] => world.machinesOf(name).map((machine) => machine.state);
    const mixed = world.apps.filter(({ name }) => states(name).includes("stopped") && states(name).includes("started"));
    expect(mixed.length).toBeGreaterThan(0);
    const still = world.apps.filter(({ name }) => states(name).every((state) => state === "stopped"));
    expect(still.length).toBe(1);
    expect(world.apps.some((app) => world.network(app.networkId)?.name !== null)).toBe(true);
  });

  test("gives addresses by 6PN arithmetic: unique, inside their network's /48, DNS at ::3", () => {
    const world = createWorld(SEED);
    const ids = new Set(world.machines.map((machine) => machine.id));
    const addresses = new Set(world.machines.map((machine) => machine.address.text));
    expect(ids.size).toBe(world.machines.length);
    expect(addresses.size).toBe(world.machines.length);
    for (const machine of world.machines) {
      const network = world.network(machine.networkId);
      expect(network && prefixContains(network.prefix, machine.address)).toBe(true);
      expect(world.machineAt(machine.address)).toBe(machine);
      expect(machine.id).toMatch(/^[0-9a-f]{14}$/);
    }
    for (const network of world.networks) {
      expect(network.prefix.length).toBe(48);
      expect(network.prefix.address.text.startsWith("fdaa:")).toBe(true);
      expect(network.dns.text).toBe(network.prefix.address.text.replace(/::$/, "::3"));
      expect(prefixContains(network.prefix, network.dns)).toBe(true);
    }
    expect(new Set(world.networks.map((network) => network.prefix.address.text)).size).toBe(world.networks.length);
  });

  test("starts and stops machines, and tells who listens", () => {
    const world = createWorld(SEED);
    const heard: string[] = [];
    world.onMachineChanged((machine) => heard.push(`${machine.id} ${machine.state}`));
    const machine = world.machinesOf("api")[0];
    const id = machine?.id ?? "";
    expect(world.stopMachine(id)?.state).toBe("stopped");
    expect(world.machine(id)?.state).toBe("stopped");
    world.stopMachine(id);
    world.startMachine(id);
    expect(heard).toEqual([`${id} stopped`, `${id} started`]);
    expect(world.startMachine("no such")).toBeUndefined();
  });
});

describe("peers of the demo world", () => {
  test("get a /120 each inside the network that was asked for", () => {
    const world = createWorld(SEED);
    const one = added(world, { orgSlug: "northwind-labs", name: "one", publicKey: key(1) });
    const two = added(world, { orgSlug: "northwind-labs", name: "two", publicKey: key(2), region: "ord" });
    const other = added(world, { orgSlug: "northwind-labs", name: "three", publicKey: key(3), network: "restricted" });
    expect(one.address.text).toMatch(/:a7b:1:0:[0-9a-f]+:[0-9a-f]{0,2}0?2$/);
    expect(two.address.text).not.toBe(one.address.text);
    expect([one.region, two.region]).toEqual([world.nearestRegion.code, "ord"]);
    expect(one.block.length).toBe(120);
    expect(prefixContains(one.block, two.address)).toBe(false);
    expect(prefixContains(other.block, other.address)).toBe(true);
    const restricted = world.networkNamed("northwind-labs", "restricted");
    expect(restricted && prefixContains(restricted.prefix, other.address)).toBe(true);
    expect(restricted && prefixContains(restricted.prefix, one.address)).toBe(false);
  });

  test("have an address that follows from their key: a forgotten peer's is given to nobody else", () => {
    const before = added(createWorld(SEED), { orgSlug: "personal", name: "laptop", publicKey: key(1) });
    const world = createWorld(SEED);
    const stranger = added(world, { orgSlug: "personal", name: "stranger", publicKey: key(2) });
    expect(stranger.address.text).not.toBe(before.address.text);
    expect(world.peerAt(before.address)).toBeUndefined();
    const again = added(world, { orgSlug: "personal", name: "laptop", publicKey: key(1) });
    expect(again.address.text).toBe(before.address.text);
    expect(world.peerAt(again.address)).toBe(again);
    world.removePeer("personal", "laptop");
    expect(world.peerAt(again.address)).toBeUndefined();
  });

  test("are announced when they come and go", () => {
    const world = createWorld(SEED);
    const heard: PeerChange[] = [];
    const listening = world.onPeersChanged((change) => heard.push(change));
    const peer = added(world, { orgSlug: "personal", name: "laptop", publicKey: key(1) });
    expect(world.removePeer("northwind-labs", "laptop")).toBeUndefined();
    expect(world.removePeer("personal", "laptop")).toBe(peer);
    listening.dispose();
    added(world, { orgSlug: "personal", name: "desktop", publicKey: key(2) });
    expect(heard.map((change) => `${change.kind} ${change.peer.name}`)).toEqual(["added laptop", "removed laptop"]);
  });

  test.each<[string, Partial<PeerInput>]>([
    ["a name that is taken in the organization", { name: "taken", publicKey: key(8) }],
    ["a public key that is taken in the world", { orgSlug: "personal", publicKey: key(7) }],
    ["a name with other characters", { name: "my peer" }],
    ["a key of another length", { publicKey: new Uint8Array(31).fill(1) }],
    ["the zero key", { publicKey: new Uint8Array(32) }],
    ["an unknown network", { network: "nowhere" }],
    ["an unknown organization", { orgSlug: "nobody" }],
    ["a region without a gateway", { region: "sjc" }],
  ])("are refused with %s", (_, input) => {
    const world = createWorld(SEED);
    added(world, { orgSlug: "northwind-labs", name: "taken", publicKey: key(7) });
    const answer = world.addPeer({ orgSlug: "northwind-labs", name: "free", publicKey: key(9), ...input });
    expect(answer).toHaveProperty("refused");
    expect(world.peers).toHaveLength(1);
  });

  test("keep a copy of the key they were given", () => {
    const world = createWorld(SEED);
    const publicKey = key(1);
    const peer = added(world, { orgSlug: "personal", name: "laptop", publicKey });
    publicKey.fill(0);
    expect(peer.publicKey).toEqual(key(1));
    expect(world.peerAt(parseIp("::1") ?? peer.block.address)).toBeUndefined();
  });
});
