import { describe, expect, test } from "vitest";
import { CarrierRace } from "../../../../electron/engine/carriers/carrier-race.ts";
import { DOUBT_AFTER_MS } from "../../../../electron/engine/carriers/silence.ts";
import { Device } from "../../../../electron/wireguard/device.ts";
import type { Endpoint } from "../../../../electron/wireguard/seam.ts";
import {
  FakeStream,
  RaceWorld,
  settledOnUdp,
  settledOnWebsocket,
  UDP,
  udpAt,
  WEBSOCKET,
} from "../../../support/engine-carriers.ts";
import { prefixOf, seededRandom } from "../../../support/wireguard-pair.ts";

/** A gateway's initiation, recorded on another day, that somebody sends us after a restart from whatever address he likes. */
const elsewhere = udpAt("203.0.113.66", 666);

describe("an initiation of the peer", () => {
  test("settles nothing and is no sign of life; the first packet under its session is both", () => {
    const world = new RaceWorld();
    world.initiate();
    world.call("udp", elsewhere);
    expect([world.race.isRacing, world.settled, world.remembered]).toEqual([true, [], []]);
    world.packet("udp", { isFirst: true });
    expect([world.race.isRacing, world.settled, world.remembered]).toEqual([false, ["udp"], ["udp"]]);
  });

  test("does not end a doubt about the carrier in use", () => {
    const world = settledOnUdp();
    world.data();
    world.pass(DOUBT_AFTER_MS - 1);
    world.call("udp", elsewhere);
    world.pass(1);
    expect(world.race.isRacing).toBe(true);
  });

  test("does not take a tunnel off its WebSocket", () => {
    const world = settledOnWebsocket();
    world.call("udp", elsewhere);
    world.data();
    expect(world.race.carrier).toBe("websocket");
    expect(world.settled).toEqual(["websocket"]);
  });

  test("that was computed between two datagrams makes neither of them authentic", () => {
    const world = settledOnUdp();
    world.peer.stats.bytesIn += 148;
    world.race.arriving("udp", elsewhere, world.clock.now());
    world.race.arrived();
    world.data();
    expect(world.udpPlaces.at(-1)).toBe(UDP.key);
  });
});

test("while no handshake is completed, initiations over UDP go by turns to where the peer was heard and to its name", () => {
  const world = settledOnUdp("udp");
  world.packet("udp", { from: elsewhere });
  world.udpPlaces.length = 0;
  for (let i = 0; i < 4; i++) {
    world.initiate();
    // Whoever forwards our peer's packets from there proves nothing with them.
    world.packet("udp", { from: elsewhere });
  }
  expect(world.udpPlaces).toEqual([elsewhere.key, UDP.key, elsewhere.key, UDP.key]);
  world.handshake("udp");
  world.initiate();
  expect(world.udpPlaces.slice(-2)).toEqual([UDP.key, UDP.key]);
});

test.each(["auto", "udp"] as const)("W11 a device under a race (%s): the old call costs nothing", (choice) => {
  const random = seededRandom("replayed call");
  const at = (port: number): Endpoint => udpAt("192.0.2.2", port);
  const client = (sendDatagram: (datagram: Uint8Array, to: Endpoint) => void, wall: number) =>
    ({ mtu: 1420, random, wall: () => wall, sink: { sendDatagram }, deliver: () => undefined }) as const;
  const recorded: Uint8Array[] = [];
  const record = (datagram: Uint8Array): number => recorded.push(Uint8Array.from(datagram));
  const gateway = new Device({ ...client(record, 1.7e12), privateKey: random(32) });
  const places: string[] = [];
  const device = new Device({
    ...client((datagram, to) => race.send(datagram, to, now, false), 1.8e12),
    privateKey: random(32),
  });
  let now = 10_000;
  const called = gateway.addPeer({ publicKey: device.publicKey, endpoint: at(1), allowedIps: [] }, 0);
  gateway.initiateHandshake(called, 0);
  const allowedIps = [prefixOf("0.0.0.0/0")];
  const peer = device.addPeer({ publicKey: gateway.publicKey, endpoint: UDP, allowedIps }, now);
  const settled: string[] = [];
  const race = new CarrierRace({
    choice,
    gatewayHost: "gateway.example",
    udp: UDP,
    websocket: WEBSOCKET,
    stream: new FakeStream(),
    memory: { isUdpBlocked: () => false, remember: (_host, winner) => settled.push(winner) },
    peer,
    sendUdp: (datagram, to) => places.push(`${datagram[0]} ${to.key}`),
    initiate: (when) => device.initiateHandshake(peer, when, { force: true }),
    onSettled: (carrier) => settled.push(carrier),
  });
  device.initiateHandshake(peer, now);
  now += 50;
  race.arriving("udp", elsewhere, now);
  device.receive(recorded[0]!, elsewhere, now);
  race.arrived();
  device.endTurn(now);
  for (const end = now + 30_000; now < end; now += 10) {
    device.tick(now);
    race.tick(now);
  }
  expect(peer.stats.handshakesReceived).toBe(1);
  expect(peer.endpoint?.key).toBe(UDP.key);
  expect(settled).toEqual([]);
  expect(race.isRacing).toBe(true);
  expect(places.length).toBeGreaterThan(3);
  expect(places.filter((place) => place.endsWith(elsewhere.key))).toEqual([`2 ${elsewhere.key}`]);
});
