import { afterEach, beforeEach, expect, test } from "vitest";
import { CulvertError } from "../../../electron/base/errors.ts";
import { GatewayWorld, somebodyBehind } from "../../support/engine-gateway.ts";

const never = new AbortController().signal;
let world: GatewayWorld;

beforeEach(() => {
  world = new GatewayWorld();
});

afterEach(() => world.dispose());

async function outcomeOf(call: Promise<void>): Promise<unknown> {
  try {
    await call;
    return "answered";
  } catch (error) {
    return error instanceof CulvertError ? [error.code, error.detail] : error;
  }
}

test("a peer that this computer cannot call fails its own call, by its place, and no other peer's", async () => {
  const there = await world.openGateway("127.0.0.1");
  // Somebody else answers at the silent one's place.
  const silent = await world.openGateway("127.0.0.1", 0, 7);
  const tunnel = await world.openTunnel([
    { host: "127.0.0.1", port: there.port },
    // Broadcasting needs a permission that the socket does not have.
    { host: "255.255.255.255", port: 9, number: 1 },
    { host: "127.0.0.1", port: silent.port, number: 2 },
  ]);
  const refused = outcomeOf(tunnel.handshake(never, somebodyBehind(1), true));
  const unheard = outcomeOf(tunnel.handshake(never, somebodyBehind(2), true));
  await world.pass(8_000);
  const answered = outcomeOf(tunnel.handshake(never, somebodyBehind(0), true));
  await world.pass(8_000);
  expect(await Promise.all([answered, refused, unheard])).toEqual([
    "answered",
    ["udp-failed", "255.255.255.255:9: EACCES"],
    ["gateway-silent", `127.0.0.1:${silent.port}, nothing heard over UDP for 15 s`],
  ]);
});
