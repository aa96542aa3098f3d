import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ManualClock } from "../../../../electron/base/clock.ts";
import { silentLog } from "../../../../electron/base/log.ts";
import { NetworkMemory } from "../../../../electron/engine/carriers/carrier-memory.ts";
import { Carriers } from "../../../../electron/engine/carriers/carriers.ts";
import { DOUBT_AFTER_MS } from "../../../../electron/engine/carriers/silence.ts";
import { UdpBind, udpEndpoint } from "../../../../electron/engine/udp-bind.ts";
import { Device, type Peer } from "../../../../electron/wireguard/device.ts";
import { RaceWorld } from "../../../support/engine-carriers.ts";
import { createPair } from "../../../support/wireguard-pair.ts";

const open: Carriers[] = [];
const place = udpEndpoint("127.0.0.1", 9) ?? expect.fail("no endpoint");
const other = udpEndpoint("::1", 9) ?? expect.fail("no endpoint");
/** Three data messages. */
const run = new Uint8Array(3 * 700).fill(4);
const peer = createPair().peerB;
let clock: ManualClock;

beforeEach(() => {
  clock = new ManualClock();
});

afterEach(() => {
  vi.restoreAllMocks();
  for (const carriers of open.splice(0)) carriers.dispose();
});

async function createCarriers(choice: "udp" | "websocket", called: Peer[] = []): Promise<Carriers> {
  const carriers = new Carriers({
    clock,
    log: silentLog,
    choice,
    memory: new NetworkMemory(),
    device: () => Object.assign(Object.create(Device.prototype), { initiateHandshake: (it: Peer) => called.push(it) }),
    now: () => clock.now(),
    wake: () => undefined,
    endTurn: () => undefined,
    onRecovered: () => undefined,
  });
  open.push(carriers);
  await carriers.openUdp(4);
  return carriers;
}

describe("a run of data messages", () => {
  test("goes whole where the gateway is reached over UDP, and asks for an answer like one message", () => {
    const world = new RaceWorld();
    world.initiate();
    world.handshake("udp");
    const now = world.clock.now();
    expect(world.race.placeForData(now, false)?.key).toBe(world.race.place.key);
    expect(world.race.nextDeadline()).toBeGreaterThan(now + DOUBT_AFTER_MS);
    world.race.placeForData(now, true);
    expect(world.race.nextDeadline()).toBe(now + DOUBT_AFTER_MS);
  });

  test("follows a peer that was heard elsewhere, within the turn", () => {
    const world = new RaceWorld();
    world.initiate();
    world.handshake("udp");
    world.packet("udp", { from: other });
    expect(world.race.placeForData(world.clock.now(), false)).toBe(other);
  });

  test("has no place over UDP while the WebSocket serves", () => {
    const world = new RaceWorld({ udpBlocked: true });
    world.initiate();
    world.connect();
    world.handshake("websocket");
    expect(world.race.placeForData(world.clock.now(), true)).toBeUndefined();
  });

  test("goes to the socket of its family in one piece; without one, each message is counted as lost", async () => {
    const carriers = await createCarriers("udp");
    const sent = vi.spyOn(UdpBind.prototype, "sendRun").mockReturnValue();
    carriers.sendRun(run, 700, place, peer);
    expect(sent.mock.calls).toEqual([[run, 700, place]]);
    expect(carriers.dropped).toBe(0);
    carriers.sendRun(run, 700, other, peer);
    expect(sent).toHaveBeenCalledTimes(1);
    expect(carriers.dropped).toBe(3);
  });

  test.each([
    { asks: true, calls: 1 },
    { asks: false, calls: 0 },
  ])("to a peer that has UDP alone is doubted like one message when nothing answers; asks: $asks", async (row) => {
    const called: Peer[] = [];
    const carriers = await createCarriers("udp", called);
    vi.spyOn(UdpBind.prototype, "sendRun").mockReturnValue();
    carriers.addUdpPeer(peer);
    carriers.asksForAnswer = row.asks;
    carriers.sendRun(run, 700, place, peer);
    carriers.asksForAnswer = false;
    clock.advance(DOUBT_AFTER_MS - 1);
    carriers.tick(clock.now());
    expect(called).toEqual([]);
    clock.advance(1);
    carriers.tick(clock.now());
    expect(called).toEqual(Array.from({ length: row.calls }, () => peer));
  });

  test("goes message by message over the WebSocket", async () => {
    const carriers = await createCarriers("websocket");
    carriers.addGateway(peer, place, "gateway.example", 443);
    const sent = vi.spyOn(UdpBind.prototype, "sendRun").mockReturnValue();
    carriers.sendRun(run, 700, place, peer);
    expect(sent).not.toHaveBeenCalled();
    // It is not connected.
    expect(carriers.dropped).toBe(3);
  });
});
