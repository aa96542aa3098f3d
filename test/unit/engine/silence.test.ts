import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Tunnel } from "../../../electron/engine/tunnel.ts";
import { type Gateway, GatewayWorld, somebodyBehind } from "../../support/engine-gateway.ts";

/** Where the gateway's name leads at the moment, and how often it was asked for. */
const name = vi.hoisted(() => ({ address: "127.0.0.1", lookups: 0 }));
vi.mock("node:dns/promises", () => ({
  lookup: async () => {
    name.lookups++;
    return { address: name.address, family: 4 };
  },
}));

const NAME = "gateway.test";
const never = new AbortController().signal;
let world: GatewayWorld;

beforeEach(() => {
  name.address = "127.0.0.1";
  name.lookups = 0;
  world = new GatewayWorld();
});

afterEach(() => world.dispose());

const received = (tunnel: Tunnel): number => tunnel.snapshot().handshakesReceived;

/** A question that the gateway leaves unanswered, inside. */
function ask(tunnel: Tunnel): void {
  tunnel.resolve("web.internal", never).catch(() => undefined);
}

/** Asks again every two seconds, as whoever waits for a shell does; answers when the gateway was heard, within the time. */
async function askUntilHeard(tunnel: Tunnel, withinMs: number): Promise<number | undefined> {
  const before = received(tunnel);
  const begun = world.clock.now();
  while (world.clock.now() - begun < withinMs) {
    ask(tunnel);
    await world.pass(2_000, () => received(tunnel) > before);
    if (received(tunnel) > before) return world.clock.now() - begun;
  }
  return undefined;
}

async function inTouch(): Promise<{ tunnel: Tunnel; gateway: Gateway }> {
  const gateway = await world.openGateway("127.0.0.1");
  const tunnel = await world.openTunnel([{ host: NAME, port: gateway.port }]);
  await tunnel.handshake(never);
  return { tunnel, gateway };
}

/** The gateway is there from now on, and its name leads there. */
async function move(host: string, port: number): Promise<Gateway> {
  name.address = host;
  return world.openGateway(host, port);
}

test("a gateway that forgets us is called half a second after the first packet that it leaves unanswered", async () => {
  const { tunnel, gateway } = await inTouch();
  await world.pass(1_000);
  const { handshakesSent } = tunnel.snapshot();
  await world.pass(20_000);
  expect(tunnel.snapshot().handshakesSent).toBe(handshakesSent);
  gateway.forget();
  ask(tunnel);
  const since = world.clock.now();
  const before = received(tunnel);
  await world.pass(20_000, () => received(tunnel) > before);
  expect(received(tunnel)).toBe(before + 1);
  // Each step is 50 ms of this clock; without the doubt it is the 15 s of WireGuard's own timer.
  expect(world.clock.now() - since).toBeLessThan(1_000);
});

test("a gateway that moved while nothing was said is found by its name after three calls, from a new socket", async () => {
  const { tunnel, gateway } = await inTouch();
  gateway.dispose();
  await world.pass(61_000);
  expect(name.lookups).toBe(1);
  const moved = await move("127.0.0.2", gateway.port);
  ask(tunnel);
  const before = received(tunnel);
  await world.pass(3_000, () => received(tunnel) > before);
  expect(received(tunnel)).toBeGreaterThan(before);
  expect(name.lookups).toBe(2);
  expect([...moved.heardFrom]).toHaveLength(1);
  expect(gateway.heardFrom.has([...moved.heardFrom][0]!)).toBe(false);
});

test.each([61_000, 5_000])(
  "a box on the way that loses our socket %i ms after the gateway was last heard: a new one serves after three calls",
  async (quietMs) => {
    const { tunnel, gateway } = await inTouch();
    await world.pass(quietMs);
    for (const place of gateway.heardFrom) gateway.lost.add(place);
    expect(await askUntilHeard(tunnel, 300_000)).toBeLessThan(20_000);
    expect(gateway.heardFrom.size).toBe(2);
  },
);

test("the socket stays while another gateway is heard over it: only the silent one's name is asked for", async () => {
  const other = await world.openGateway("127.0.0.1", 0, 1);
  const gateway = await world.openGateway("127.0.0.1");
  const tunnel = await world.openTunnel([
    { host: NAME, port: gateway.port },
    { host: NAME, port: other.port, number: 1 },
  ]);
  await tunnel.handshake(never);
  await world.pass(61_000);
  await tunnel.handshake(never, somebodyBehind(1));
  expect(name.lookups).toBe(2);
  const moved = await move("127.0.0.2", gateway.port);
  gateway.dispose();
  expect(await askUntilHeard(tunnel, 60_000)).toBeLessThan(20_000);
  expect(name.lookups).toBe(3);
  expect([...other.heardFrom]).toEqual([...moved.heardFrom]);
});

test.each([true, false])(
  "a gateway that moves after the third call is found by its name at the next look, a minute later; in use meanwhile: %s",
  async (isUsed) => {
    const { tunnel, gateway } = await inTouch();
    gateway.dispose();
    await world.pass(61_000);
    ask(tunnel);
    await world.pass(10_000);
    expect(name.lookups).toBe(2);
    await move("127.0.0.2", gateway.port);
    const before = received(tunnel);
    if (isUsed) await askUntilHeard(tunnel, 62_000);
    else await world.pass(62_000, () => received(tunnel) > before);
    expect(received(tunnel)).toBeGreaterThan(before);
    expect(name.lookups).toBe(3);
  },
);

test("W07 a gateway that is gone is looked for once a minute while it is called, is called no longer for it, and then left alone", async () => {
  const { tunnel, gateway } = await inTouch();
  gateway.dispose();
  await world.pass(61_000);
  ask(tunnel);
  await world.pass(130_000);
  expect(name.lookups).toBe(3);
  const sent = tunnel.snapshot().handshakesSent;
  await world.pass(300_000);
  expect(tunnel.snapshot().handshakesSent).toBe(sent);
  expect(name.lookups).toBe(3);
});

test("one that is used all the time is looked for once a minute", async () => {
  const { tunnel, gateway } = await inTouch();
  gateway.dispose();
  await world.pass(61_000);
  expect(await askUntilHeard(tunnel, 290_000)).toBeUndefined();
  expect(name.lookups).toBe(1 + 5);
});

test.each([
  ["sleep", (): void => world.clock.shiftWall(3_600_000)],
  [
    "a change of network",
    (): void => {
      world.interfaces = { eth0: [{ address: "198.51.100.7", internal: false }] };
    },
  ],
] as const)("after %s every gateway is called where its name leads by then, from a new socket", async (_, happen) => {
  const { tunnel, gateway } = await inTouch();
  await world.pass(5_000);
  gateway.dispose();
  const moved = await move("127.0.0.2", gateway.port);
  const before = received(tunnel);
  happen();
  await world.pass(6_000, () => received(tunnel) > before);
  expect(received(tunnel)).toBeGreaterThan(before);
  expect(name.lookups).toBe(2);
  expect(moved.heardFrom.size).toBe(1);
  expect(gateway.heardFrom.has([...moved.heardFrom][0]!)).toBe(false);
});

test("after sleep a gateway that stayed where it was hears us from a new socket", async () => {
  const { tunnel, gateway } = await inTouch();
  const before = received(tunnel);
  world.clock.shiftWall(3_600_000);
  tunnel.power("resume");
  await world.pass(1_000, () => received(tunnel) > before);
  expect(gateway.heardFrom.size).toBe(2);
});
