import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DemoCloud, startDemoCloud } from "../../../electron/demo/cloud.ts";
import { ORDINARY_MODES } from "../../../electron/demo/gateway-modes.ts";
import { MessageType } from "../../../electron/wireguard/messages.ts";
import { DemoPeer } from "../../support/demo-client.ts";
import { ClientAtGateway } from "../../support/demo-gateway.ts";

const SLUG = "northwind-labs";
const { initiation, response, cookieReply } = MessageType;

describe("a client gets through", () => {
  test("to a gateway without faults in one round trip and one way", () => {
    expect(new ClientAtGateway().timeToFirstPacket(1_000)).toBe(30);
  });

  test.each([500, 1_500, 3_000, 4_000])("to a gateway that learns the peer %i ms late, soon after it has", (late) => {
    const took = new ClientAtGateway({ latePeerMs: late }).timeToFirstPacket(20_000);
    expect(took).toBeGreaterThanOrEqual(late);
    expect(took).toBeLessThan(late + 1_700);
  });

  test("a gateway that learns the peer 3 s late costs about 3 s, and not 5", () => {
    const took = new ClientAtGateway({ latePeerMs: 3_000 }).timeToFirstPacket(20_000);
    expect(took).toBeLessThan(3_900);
  });

  test("W41 to a gateway that answers the first initiation with its own, and initiates no more itself", () => {
    const world = new ClientAtGateway({ callBack: true });
    // Our initiation there, its initiation back, our response there; the first packet that confirms comes from the gateway.
    expect(world.timeToFirstPacket(10_000)).toBeLessThan(200);
    expect(world.count("client", initiation)).toBe(1);
    expect(world.count("gateway", initiation)).toBe(1);
    expect(world.count("client", response)).toBe(1);
    world.sendBack();
    world.run(100);
    expect(world.deliveredBack.length).toBe(1);
  });

  test.each([100, 395, 700, 2_000])(
    "W41 to a gateway that calls back after a look-up of %i ms, repeats crossing",
    (lookupMs) => {
      const world = new ClientAtGateway({ callBack: true, lookupMs });
      expect(world.timeToFirstPacket(20_000)).toBeLessThan(lookupMs + 1_700);
      world.run(60_000);
      world.send();
      world.sendBack();
      world.run(100);
      expect([world.delivered.length, world.deliveredBack.length]).toEqual([2, 1]);
      expect(world.gateway.stats.drops["handshake-replayed"]).toBe(0);
      expect(world.gateway.stats.drops["handshake-flood"]).toBe(0);
    },
  );

  test.each([
    [1, 400],
    [2, 1_000],
    [3, 2_000],
    [5, 5_000],
  ])("when the first %i initiations are lost, after about %i ms", (dropInitiations, nominal) => {
    const took = new ClientAtGateway({ dropInitiations }).timeToFirstPacket(20_000);
    expect(took).toBeGreaterThan(nominal);
    expect(took).toBeLessThan(nominal + 300);
  });

  test("W37 W38 when the gateway is under load, with the cookie in the second initiation", () => {
    const world = new ClientAtGateway({ underLoad: true });
    expect(world.timeToFirstPacket(5_000)).toBeLessThan(500);
    expect(world.count("gateway", cookieReply)).toBe(1);
    expect(world.count("client", initiation)).toBe(2);
    world.gateway.set({ underLoad: false }, world.clock.now());
  });

  test("again after an eviction that it could not notice, with the first packet after a minute of silence", () => {
    const world = new ClientAtGateway();
    world.timeToFirstPacket(1_000);
    world.run(75_000); // the gateway's keepalive for our packet came after 10 s
    world.gateway.evict(world.device.publicKey);
    const since = world.clock.now();
    expect(world.send()).toBe("sent"); // under keys that only we still hold: lost, and TCP's to repeat
    world.run(500);
    expect(world.peer.stats.lastHandshakeAt).toBeGreaterThan(since);
    expect(world.timeToFirstPacket(100)).toBe(10);
  });

  test("again after an eviction in use, when nothing came back for 15 s", () => {
    const world = new ClientAtGateway();
    world.timeToFirstPacket(1_000);
    world.gateway.evict();
    const since = world.clock.now();
    for (let t = 0; t < 16_000; t += 1_000) {
      world.send();
      world.run(1_000);
    }
    expect(world.peer.stats.lastHandshakeAt! - since).toBeLessThan(15_700);
  });

  test("again when the gateway knew nobody for a while", () => {
    const world = new ClientAtGateway({ unknownPeers: true });
    expect(world.timeToFirstPacket(8_000)).toBeUndefined();
    expect(world.gateway.stats.drops["unknown-peer"]).toBe(6);
    expect(world.count("gateway", response)).toBe(0);
    world.gateway.set({ unknownPeers: false }, world.clock.now());
    world.run(5_500);
    expect(world.delivered.length).toBe(2 - 1);
  });
});

describe("the gateway", () => {
  test("neither hears nor speaks over blocked UDP, and the WebSocket is not touched by that", () => {
    const blocked = new ClientAtGateway({ udpBlocked: true });
    expect(blocked.timeToFirstPacket(3_000)).toBeUndefined();
    expect(blocked.sent.filter(({ by }) => by === "gateway")).toEqual([]);
    expect(new ClientAtGateway({ udpBlocked: true }, "websocket").timeToFirstPacket(1_000)).toBe(30);
  });

  test("counts lost initiations down, and shows its modes", () => {
    const world = new ClientAtGateway({ dropInitiations: 1 });
    expect(world.gateway.modes).toEqual({ ...ORDINARY_MODES, dropInitiations: 1 });
    world.timeToFirstPacket(2_000);
    expect(world.gateway.modes).toEqual(ORDINARY_MODES);
  });

  test("calls nobody back whom the platform does not know", () => {
    const world = new ClientAtGateway({ callBack: true });
    world.gateway.expel(world.device.publicKey);
    expect(world.timeToFirstPacket(10_000)).toBeUndefined();
    expect(world.sent.filter(({ by }) => by === "gateway")).toEqual([]);
  });
});

describe("through the cloud's API object, over UDP", () => {
  let cloud: DemoCloud;
  beforeAll(async () => {
    cloud = await startDemoCloud({ seed: new Uint8Array(32).fill(6) });
  });
  afterAll(async () => await cloud.dispose());

  async function connects(name: string): Promise<void> {
    const peer = await DemoPeer.join(cloud, { slug: SLUG, name });
    try {
      const app = cloud.apps.find(({ organization, network }) => organization === SLUG && network === null);
      const address = app!.machines.find(({ state }) => state === "started")!.address;
      const stream = await peer.connect(address, 22);
      stream.destroy();
    } finally {
      peer.dispose();
    }
  }

  test("a peer is called back", async () => {
    cloud.gatewayControl.set({ callBack: true, lookupMs: 20 });
    await connects("called");
    cloud.gatewayControl.set(ORDINARY_MODES);
  });

  test("a peer's first initiations are lost and the gateway wants a cookie", async () => {
    cloud.gatewayControl.set({ dropInitiations: 1, underLoad: true });
    await connects("patient");
    expect(cloud.gatewayControl.modes.dropInitiations).toBe(0);
    cloud.gatewayControl.set(ORDINARY_MODES);
  });
});
