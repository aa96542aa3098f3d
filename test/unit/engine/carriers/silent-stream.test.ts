import { describe, expect, test } from "vitest";
import type { StreamCarrier } from "../../../../electron/engine/carriers/carrier.ts";
import { CarrierRace, STREAM_STALL_MS } from "../../../../electron/engine/carriers/carrier-race.ts";
import { Device, type DeviceEvent } from "../../../../electron/wireguard/device.ts";
import { HEADROOM, TAILROOM } from "../../../../electron/wireguard/seam.ts";
import { RaceWorld, UDP, WEBSOCKET } from "../../../support/engine-carriers.ts";
import { ipv4Packet, prefixOf, seededRandom } from "../../../support/wireguard-pair.ts";

/** Connects as soon as the clock moves, and says nothing; ends by itself after `lastsMs`. */
class SilentStream implements StreamCarrier {
  isOpen = false;
  isStarted = false;
  opened = 0;
  initiations = 0;
  readonly #lastsMs: number;
  #opensAt = Number.POSITIVE_INFINITY;
  #endsAt = Number.POSITIVE_INFINITY;
  #now = 0;

  constructor(lastsMs: number) {
    this.#lastsMs = lastsMs;
  }

  start(): void {
    if (!this.isStarted) this.#opensAt = this.#now + 50;
    this.isStarted = true;
  }

  stop(): void {
    this.isStarted = this.isOpen = false;
    this.#opensAt = Number.POSITIVE_INFINITY;
  }

  restart(): void {
    if (!this.isStarted) return;
    this.isOpen = false;
    this.#opensAt = this.#now + 50;
  }

  send(datagram: Uint8Array): void {
    if (this.isOpen && datagram[0] === 1) this.initiations++;
  }

  tick(now: number, race: CarrierRace): void {
    this.#now = now;
    if (this.isOpen && now >= this.#endsAt) {
      this.isOpen = false;
      this.#opensAt = now + 250;
      race.streamClosed(now);
    }
    if (now < this.#opensAt) return;
    this.#opensAt = Number.POSITIVE_INFINITY;
    this.#endsAt = now + this.#lastsMs;
    this.isOpen = true;
    this.opened++;
    race.streamOpened(now);
  }
}

/** A device under a race, wanting to send one packet to a peer that never answers. */
function callInVain(lastsMs: number, ms: number) {
  const random = seededRandom("silent stream");
  const events: (DeviceEvent & { readonly at: number })[] = [];
  const device = new Device({
    privateKey: random(32),
    mtu: 1420,
    random,
    wall: () => 1.8e12 + now,
    sink: { sendDatagram: (datagram, to) => race.send(datagram, to, now, false) },
    deliver: () => undefined,
    onEvent: (event) => {
      events.push({ ...event, at: now });
      if (event.kind === "handshake-gave-up") race.gaveUp();
    },
  });
  const stream = new SilentStream(lastsMs);
  const start = 10_000;
  let now = start;
  const peer = device.addPeer(
    { publicKey: seededRandom("gateway")(32), endpoint: UDP, allowedIps: [prefixOf("0.0.0.0/0")] },
    now,
  );
  const race: CarrierRace = new CarrierRace({
    choice: "auto",
    gatewayHost: "gateway.example",
    udp: UDP,
    websocket: WEBSOCKET,
    stream,
    memory: { isUdpBlocked: () => false, remember: () => undefined },
    peer,
    sendUdp: () => undefined,
    initiate: (at) => device.initiateHandshake(peer, at, { force: true, goesOn: true }),
    onSettled: () => expect.unreachable(),
  });
  const packet = new Uint8Array(HEADROOM + 28 + TAILROOM);
  packet.set(ipv4Packet("10.0.0.1", "10.0.0.2"), HEADROOM);
  device.encapsulate(packet, HEADROOM, 28, now);
  for (; now < start + ms; now += 10) {
    device.tick(now);
    race.tick(now);
    stream.tick(now, race);
  }
  const gaveUp = events.filter(({ kind }) => kind === "handshake-gave-up");
  return { peer, stream, race, gaveUpAfter: gaveUp.map(({ at }) => at - start) };
}

describe("W07 a gateway whose stream opens while its peer is silent", () => {
  test("is given up when any other is, and what waited for it is dropped", () => {
    const { peer, stream, race, gaveUpAfter } = callInVain(Number.POSITIVE_INFINITY, 900_000);
    expect(gaveUpAfter.length).toBe(1);
    expect(gaveUpAfter[0]).toBeGreaterThan(90_000);
    expect(gaveUpAfter[0]).toBeLessThan(110_000);
    expect([peer.stats.handshakesFailed, peer.stats.stagedDropped]).toEqual([1, 1]);
    expect(stream.opened).toBeLessThanOrEqual(6);
    expect(peer.stats.handshakesSent).toBeLessThan(50);
    expect([stream.isStarted, race.isRacing]).toEqual([false, false]);
    // It was called there as well.
    expect(stream.initiations).toBeGreaterThan(10);
  });

  test("is given up also when the stream ends again and again", () => {
    for (const lastsMs of [300, 2_000, 4_800, 5_200]) {
      const { gaveUpAfter, stream } = callInVain(lastsMs, 300_000);
      expect(gaveUpAfter.length, `lasting ${lastsMs} ms`).toBe(1);
      expect(gaveUpAfter[0]).toBeLessThan(113_000);
      expect(stream.isStarted).toBe(false);
    }
  });
});

test("the pause before a silent stream is connected anew doubles within one race", () => {
  const world = new RaceWorld();
  world.initiate();
  world.pass(1_500);
  const pauses: number[] = [];
  for (let i = 0; i < 6; i++) {
    world.connect();
    const opened = world.clock.now();
    const { restarts } = world.stream;
    while (world.stream.restarts === restarts) world.pass(100);
    pauses.push(world.clock.now() - opened);
  }
  expect(pauses.map((pause) => Math.round(pause / STREAM_STALL_MS))).toEqual([1, 2, 4, 8, 12, 12]);
  // The next race begins anew.
  world.connect();
  world.handshake("websocket");
  world.race.networkChanged(world.clock.now());
  world.pass(1_500);
  world.connect();
  const { restarts } = world.stream;
  world.pass(STREAM_STALL_MS);
  expect(world.stream.restarts).toBe(restarts + 1);
});
