import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DemoApi, startDemoApi } from "../../../electron/demo/api.ts";
import { createWorld, type World } from "../../../electron/demo/world.ts";
import { PlatformClient } from "../../../electron/platform/client.ts";
import { parseEndpoint, peerConfig } from "../../../electron/platform/peer-config.ts";

/** The client against the demo cloud's real server, over loopback HTTP. */

let world: World;
let api: DemoApi;
let client: PlatformClient;

beforeEach(async () => {
  world = createWorld(new Uint8Array(32).fill(3));
  // Two to a page, so that every list has to be read on.
  api = await startDemoApi({ world, endpoint: () => "127.0.0.1:51999", mostPerPage: 2 });
  client = new PlatformClient({ endpoint: api.url, token: world.token, version: "0.0.0-test" });
});

afterEach(() => api.dispose());

const key = (fill: number): string => Buffer.alloc(32, fill).toString("base64");

async function northwind(): Promise<string> {
  const organization = (await client.organizations()).find(({ slug }) => slug === "northwind-labs");
  if (organization === undefined) throw new Error("the demo lacks an organization");
  return organization.id;
}

describe("reading", () => {
  test("viewer", async () => {
    expect(await client.viewer()).toEqual({ kind: "user", email: world.viewer.email, id: world.viewer.id });
  });

  test("organizations, the personal one under its slug", async () => {
    expect(await client.organizations()).toEqual(
      world.organizations.map(({ id, slug, name, kind }) => ({ id, slug, name, kind })),
    );
  });

  test("apps of one organization over several pages, with network and status", async () => {
    const apps = await client.apps(await northwind());
    expect(apps.map(({ name }) => name)).toEqual(world.appsOf("northwind-labs").map(({ name }) => name));
    expect(apps.length).toBeGreaterThan(2);
    expect(apps.every(({ orgSlug }) => orgSlug === "northwind-labs")).toBe(true);
    expect(apps.find(({ name }) => name === "vault")?.network).toBe("restricted");
    expect(apps.find(({ name }) => name === "api")).toMatchObject({ network: null, status: "running" });
    expect(apps.find(({ name }) => name === "cron")?.status).toBe("stopped");
  });

  test("one app", async () => {
    expect(await client.app("vault")).toMatchObject({ orgSlug: "northwind-labs", network: "restricted" });
  });

  test("machines with their private address and state", async () => {
    const machines = await client.machines("web");
    expect(machines).toEqual(
      world.machinesOf("web").map(({ id, name, region, state, address }) => ({
        id,
        name,
        region,
        state,
        status: state === "started" ? "running" : "stopped",
        address: address.text,
      })),
    );
    expect(machines.map(({ status }) => status)).toContain("stopped");
    const id = machines[0]?.id ?? "";
    world.stopMachine(id);
    expect((await client.machines("web"))[0]).toMatchObject({ id, state: "stopped", status: "stopped" });
  });

  test("regions: the nearest, and those that have a gateway", async () => {
    expect(await client.nearestRegion()).toEqual({ code: "ams", name: "Amsterdam, Netherlands" });
    expect((await client.regions()).map(({ code }) => code)).toEqual(world.gateways.map(({ region }) => region));
  });
});

describe("peers", () => {
  test("are made, listed page by page, validated and removed", async () => {
    const organizationId = await northwind();
    const ips: string[] = [];
    for (const [index, name] of ["one", "two", "three", "four", "five"].entries())
      ips.push((await client.addPeer({ organizationId, name, publicKeyBase64: key(index + 1) })).peerip);
    const listed = await client.peers("northwind-labs");
    expect(listed.map(({ name }) => name)).toEqual(["one", "two", "three", "four", "five"]);
    expect(listed.map(({ address }) => address)).toEqual(ips);
    expect(listed[0]).toMatchObject({ region: "ams", publicKey: key(1), network: null });
    await client.removePeer({ organizationId, name: "two" });
    const [one = "", two = ""] = ips;
    expect(await client.validatePeers([one, two, "fdaa::1"])).toEqual({ valid: [one], invalid: [two, "fdaa::1"] });
    expect(await client.validatePeers([one.toUpperCase()])).toEqual({ valid: [one.toUpperCase()], invalid: [] });
    expect(await client.validatePeers([])).toEqual({ valid: [], invalid: [] });
    expect(await client.peers("personal")).toEqual([]);
  });

  test("answer what a tunnel needs, inside the network that was asked for", async () => {
    const organizationId = await northwind();
    const input = { organizationId, name: "mine", publicKeyBase64: key(9), region: "ord", network: "restricted" };
    const answer = await client.addPeer(input);
    const config = peerConfig(answer);
    const network = world.networkNamed("northwind-labs", "restricted");
    expect(config.allowedIps).toEqual([network?.prefix]);
    expect(config.dns.text).toBe(network?.dns.text);
    expect(config.endpoint).toEqual({ host: "127.0.0.1", port: 51999, websocketPort: 51999 });
    expect(parseEndpoint(answer.endpointip)).toEqual(config.endpoint);
    expect(Buffer.from(config.gatewayPublicKey)).toEqual(Buffer.from(world.gatewayPublicKey));
    expect(world.peerAt(config.address)).toMatchObject({ name: "mine", region: "ord", networkId: network?.id });
    expect((await client.peers("northwind-labs"))[0]?.network).toBe("restricted");
  });

  test("that the platform does not want are rejected with its words", async () => {
    const organizationId = await northwind();
    await client.addPeer({ organizationId, name: "mine", publicKeyBase64: key(1) });
    const again = client.addPeer({ organizationId, name: "mine", publicKeyBase64: key(2) });
    await expect(again).rejects.toMatchObject({
      code: "peer-rejected",
      detail: expect.stringMatching(/^Validation failed: Name has already been taken, request demo-/),
    });
    const badKey = client.addPeer({ organizationId, name: "other", publicKeyBase64: "AAAA" });
    await expect(badKey).rejects.toMatchObject({ code: "peer-rejected" });
    const nowhere = client.addPeer({ organizationId, name: "other", publicKeyBase64: key(3), network: "nowhere" });
    await expect(nowhere).rejects.toMatchObject({ code: "peer-rejected" });
    expect(world.peers).toHaveLength(1);
  });
});

describe("what is not there", () => {
  test.each([
    ["machines of an app", () => client.machines("nothing")],
    ["an app", () => client.app("nothing")],
    ["peers of an organization", () => client.peers("nobody")],
    ["apps of an organization", () => client.apps("nobody")],
    ["a peer", async () => client.removePeer({ organizationId: await northwind(), name: "nobody" })],
    ["an organization for a peer", () => client.addPeer({ organizationId: "x", name: "a", publicKeyBase64: key(1) })],
  ])("%s: not-found", async (_, run) => {
    await expect(run()).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("tokens", () => {
  test("a wrong one is unauthorized, and not repeated", async () => {
    const stranger = new PlatformClient({ endpoint: api.url, token: "fo1_wrongwrongwrong", version: "0" });
    const failure = await stranger.viewer().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "unauthorized" });
    expect(JSON.stringify(failure) + String(failure)).not.toContain("wrongwrong");
  });

  test("several in one credential: any good one will do", async () => {
    const token = `FlyV1 fm2_other, ${world.token}`;
    const many = new PlatformClient({ endpoint: api.url, token, version: "0" });
    expect((await many.viewer()).email).toBe(world.viewer.email);
  });
});
