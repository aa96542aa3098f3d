import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { parsePrefix } from "../../electron/base/ip-address.ts";
import { CookieJar } from "../../electron/wireguard/cookie.ts";
import type { DeviceOptions, Peer, PeerConfig } from "../../electron/wireguard/device.ts";
import { MessageType, writeU32 } from "../../electron/wireguard/messages.ts";
import { echoRequest4, echoRequest6, parseEchoReply } from "../support/interop/icmp-echo.ts";
import { eventually, type LiveDevice, localEndpoint, openLiveDevice } from "../support/interop/live-device.ts";
import { type Relay, type RelayOptions, startRelay } from "../support/interop/relay.ts";
import { startWireguardGo, type WireguardGo, wireguardGoMissing } from "../support/interop/wireguard-go.ts";
import { seed } from "../support/seed.ts";

const missing = wireguardGoMissing();
if (missing !== undefined) process.stdout.write(`skipped: ${missing}\n`);

const THEIRS = { v4: "10.77.0.1", v6: "fd77::1" };
const OURS = { v4: "10.77.0.2", v6: "fd77::2" };

interface World {
  readonly go: WireguardGo;
  readonly us: LiveDevice;
  readonly peer: Peer;
  readonly relay: Relay;
}

interface WorldOptions {
  readonly relay?: Partial<RelayOptions>;
  readonly ourPsk?: Uint8Array;
  readonly theirPsk?: Uint8Array;
  readonly device?: Partial<DeviceOptions>;
  /** Whether we know where they are, and they where we are. */
  readonly weKnowThem?: boolean;
  readonly theyKnowUs?: boolean;
}

const open: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function prefix(text: string) {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(`not a prefix: ${text}`);
  return parsed;
}

/** We on the left of a relay, wireguard-go and the kernel behind it on the right. */
async function createWorld(options: WorldOptions = {}): Promise<World> {
  const us = await openLiveDevice(options.device);
  open.push(() => us.dispose());
  const theirPort = 20_000 + (randomBytes(2).readUInt16BE() % 20_000);
  const relay = await startRelay({ seed: seed(), leftPeerPort: us.port, rightPeerPort: theirPort, ...options.relay });
  open.push(() => relay.dispose());
  const go = await startWireguardGo({
    addresses: [`${THEIRS.v4}/24`, `${THEIRS.v6}/64`],
    listenPort: theirPort,
    peers: [theirView(us, relay, options)],
  });
  open.push(() => go.dispose());
  const config: PeerConfig = {
    publicKey: go.publicKey,
    allowedIps: [prefix("10.77.0.0/24"), prefix("fd77::/64")],
    ...(options.weKnowThem === false ? {} : { endpoint: localEndpoint(relay.leftPort) }),
    ...(options.ourPsk === undefined ? {} : { presharedKey: options.ourPsk }),
  };
  return { go, us, relay, peer: us.device.addPeer(config, us.now()) };
}

function theirView(us: LiveDevice, relay: Relay, { theyKnowUs = true, theirPsk }: WorldOptions) {
  return {
    publicKey: us.device.publicKey,
    allowedIps: [`${OURS.v4}/32`, `${OURS.v6}/128`],
    ...(theyKnowUs ? { endpoint: `127.0.0.1:${relay.rightPort}` } : {}),
    ...(theirPsk === undefined ? {} : { presharedKey: theirPsk }),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

let sequence = 0;

/** One echo request, and its reply by the kernel behind wireguard-go. */
async function ping({ us }: World, family: 4 | 6 = 4, length = 40, everyMs = Number.POSITIVE_INFINITY): Promise<void> {
  const number = ++sequence & 0xffff;
  const payload = new Uint8Array(length).map((_, i) => i + number);
  let askedAt = Number.NEGATIVE_INFINITY;
  const ask = (): void => {
    askedAt = performance.now();
    us.send(
      family === 4
        ? echoRequest4(OURS.v4, THEIRS.v4, number, payload)
        : echoRequest6(OURS.v6, THEIRS.v6, number, payload),
    );
  };
  ask();
  const reply = () => us.delivered.map(parseEchoReply).find((echo) => echo?.sequence === number);
  await eventually(`the reply to echo ${number}`, () => {
    if (performance.now() - askedAt >= everyMs) ask();
    return reply() !== undefined;
  });
  expect(reply()?.payload).toEqual(payload);
}

/** Asked again each second: behind a flood a datagram may find a socket's buffer full, on either side. */
function pingThroughFlood(world: World, family: 4 | 6 = 4): Promise<void> {
  return ping(world, family, 40, 1_000);
}

/** Text in the UDP datagrams that the kernel sent us. */
function texts(us: LiveDevice): string[] {
  return us.delivered.filter((packet) => packet[9] === 17).map((packet) => Buffer.from(packet.subarray(28)).toString());
}

describe.skipIf(missing !== undefined)("against wireguard-go", () => {
  test("W01 W03 we initiate; echoes of every size come back over IPv4 and IPv6", async () => {
    const world = await createWorld({ theyKnowUs: false });
    await ping(world);
    for (const length of [0, 1, 7, 8, 20, 1_000, 1_371, 1_372, 1_391, 1_392]) await ping(world, 4, length);
    for (const length of [0, 1, 15, 1_371, 1_372]) await ping(world, 6, length);
    const { peer, us } = world;
    // A peer that has no processor for 0.4 s is called again, so not the initiations are counted.
    expect(peer.stats.handshakesCompleted).toBe(1);
    expect(peer.stats.lastHandshakeRttMs).toBeGreaterThan(0);
    expect(Object.values(us.device.stats.drops).every((count) => count === 0)).toBe(true);
  });

  test("W04 W05 W30 they initiate, from a place that we learn; both ways work", async () => {
    const world = await createWorld({ weKnowThem: false });
    await world.go.sendUdp(OURS.v4, 9, "first");
    await eventually("their datagram", () => texts(world.us).includes("first"));
    expect(world.peer.stats.handshakesReceived).toBe(1);
    expect(world.peer.endpoint?.port).toBe(world.relay.leftPort);
    await ping(world);
    await ping(world, 6);
    expect(world.peer.stats.handshakesCompleted).toBe(1);
  });

  test("a common preshared key", async () => {
    const psk = Uint8Array.from(randomBytes(32));
    const world = await createWorld({ ourPsk: psk, theirPsk: psk });
    await ping(world);
  });

  test("W13 different preshared keys carry nothing in either role; once they agree, all is well", async () => {
    const psk = Uint8Array.from(randomBytes(32));
    const options = { ourPsk: psk, theirPsk: Uint8Array.from(randomBytes(32)) };
    const world = await createWorld(options);
    const { go, us, peer, relay } = world;
    us.send(echoRequest4(OURS.v4, THEIRS.v4, 1, new Uint8Array(8)));
    await eventually("their answer that we cannot open", () => us.device.stats.drops["handshake-invalid"] === 1);
    expect(peer.stats.handshakesCompleted).toBe(0);
    await go.setPeers([theirView(us, relay, { ...options, theirPsk: psk })]);
    us.initiate(peer, true);
    await ping(world);
    expect(peer.stats.handshakesCompleted).toBe(1);
  });

  test("junk, cut and repeated datagrams on both ports disturb nothing", async () => {
    const world = await createWorld();
    await ping(world);
    const { us, go, relay } = world;
    const them = localEndpoint(go.port);
    const ourSelf = localEndpoint(us.port);
    for (let i = 0; i < 300; i++) {
      const junk = Uint8Array.from(randomBytes([0, 1, 31, 32, 64, 92, 148, 1_400][i % 8]!));
      if (junk.length > 4 && i % 3 !== 0) writeU32(junk, 0, 1 + (i % 4));
      us.sendRaw(junk, them);
      us.sendRaw(junk, localEndpoint(relay.leftPort));
      us.sendRaw(junk, ourSelf);
    }
    const dropped = () => Object.values(us.device.stats.drops).reduce((sum, count) => sum + count, 0);
    await eventually("the junk to arrive", () => dropped() >= 250);
    await pingThroughFlood(world);
    await pingThroughFlood(world, 6);
  });

  test("W18 W19 a path of 30 ms that loses 5 %, reorders 10 % and repeats 10 % delivers each packet at most once", async () => {
    const world = await createWorld({ relay: { delayMs: 30, loss: 0.05, reorder: 0.1, duplicate: 0.1 } });
    world.us.initiate(world.peer);
    await eventually("a session", () => world.peer.stats.handshakesCompleted > 0);
    const [first, count] = [10_000, 400];
    for (let i = 0; i < count; i++) {
      world.us.send(echoRequest4(OURS.v4, THEIRS.v4, first + i, new Uint8Array(i)));
      if (i % 10 === 0) await pause(5);
    }
    await pause(300);
    const seen = world.us.delivered.map(parseEchoReply).filter((echo) => echo !== undefined && echo.sequence >= first);
    expect(new Set(seen.map((echo) => echo?.sequence)).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(count * 0.8);
    expect(world.us.device.stats.drops.replayed).toBeGreaterThan(0);
    const stats = await world.relay.stats();
    expect(stats.toRight.lost + stats.toLeft.lost).toBeGreaterThan(0);
    expect(stats.toLeft.reordered).toBeGreaterThan(0);
  });

  test("W22 W42 five rekeys as initiator, with our clock moved on, lose nothing", async () => {
    const world = await createWorld({ relay: { delayMs: 10 } });
    await ping(world);
    for (let round = 1; round <= 5; round++) {
      world.us.shift(121_000);
      await Promise.all(Array.from({ length: 20 }, () => ping(world)));
      await eventually("the rekey", () => world.peer.stats.handshakesCompleted === round + 1);
      await ping(world);
    }
    expect(world.us.device.stats.drops["tag-mismatch"]).toBe(0);
    expect(world.us.device.stats.drops["unknown-index"]).toBe(0);
  });

  test("W24 W44 our key dies of age and our wall clock is set back: the next packet makes a new session", async () => {
    let wallShift = 0;
    const world = await createWorld({ device: { wall: () => Date.now() + wallShift } });
    await ping(world);
    await pause(30); // they drop initiations within 20 ms of each other as a flood
    wallShift = -3_600_000;
    world.us.shift(181_000);
    await ping(world);
    expect(world.peer.stats.handshakesCompleted).toBe(2);
  });

  test("W27 they forget us and start anew: data without an answer brings a new session", async () => {
    const world = await createWorld();
    await ping(world);
    // Their side loses its session, as after a restart.
    await world.go.setPeers([]);
    await world.go.setPeers([theirView(world.us, world.relay, { theyKnowUs: false })]);
    world.us.send(echoRequest4(OURS.v4, THEIRS.v4, 60_000, new Uint8Array(8)));
    world.us.shift(15_400);
    await eventually("a new handshake", () => world.peer.stats.handshakesCompleted === 2);
    await ping(world);
  });

  test.each(["by-the-book", "eager"] as const)(
    "W41 initiations that cross on a slow path end in one session without a wait (%s)",
    async (firstContact) => {
      const world = await createWorld({ relay: { held: true }, device: { firstContact } });
      const { us, go, peer, relay } = world;
      us.send(echoRequest4(OURS.v4, THEIRS.v4, 50_000, new Uint8Array(8)));
      await go.sendUdp(OURS.v4, 9, "crossing");
      await eventually("both calls are on their way", async () => {
        const { toRight, toLeft } = await relay.stats();
        return toRight.waiting > 0 && toLeft.waiting > 0;
      });
      const calls = peer.stats.handshakesSent;
      relay.impair({ held: false });
      const echoed = () => us.delivered.some((packet) => parseEchoReply(packet)?.sequence === 50_000);
      await eventually("both ways", () => echoed() && texts(us).includes("crossing"));
      expect(peer.stats.handshakesReceived).toBeGreaterThanOrEqual(2); // their initiation, and their response
      // Our answer to theirs; a cold start may call once more before it comes.
      expect(peer.stats.handshakesSent).toBeGreaterThan(calls);
      expect(peer.stats.handshakesSent).toBeLessThanOrEqual(calls + (firstContact === "eager" ? 2 : 1));
    },
  );

  test("W30 they follow us to a new port, and we follow them", async () => {
    const world = await createWorld();
    await ping(world);
    const other = await startRelay({ seed: seed(), leftPeerPort: world.us.port, rightPeerPort: world.go.port });
    open.push(() => other.dispose());
    world.peer.setEndpoint(localEndpoint(other.leftPort));
    await ping(world);
    expect(world.peer.endpoint?.port).toBe(other.leftPort);
    expect((await other.stats()).toLeft.forwarded).toBeGreaterThan(0);
    // Their packets now come over the first path again: we follow.
    world.relay.impair({ blocked: false });
    await world.go.setPeers([theirView(world.us, world.relay, {})]);
    await world.go.sendUdp(OURS.v4, 9, "moved");
    await eventually("their datagram over the first path", () => texts(world.us).includes("moved"));
    await ping(world);
    expect(world.peer.endpoint?.port).toBe(world.relay.leftPort);
  });

  test("W37 W40 under load we demand a cookie, and they come back with it", async () => {
    const world = await createWorld({ weKnowThem: false, device: { loadThreshold: 0 } });
    await world.go.sendUdp(OURS.v4, 9, "patient");
    await eventually("their datagram", () => texts(world.us).includes("patient"));
    expect(world.us.device.stats.cookiesSent).toBeGreaterThan(0);
    expect(world.us.device.stats.drops["cookie-demanded"]).toBeGreaterThan(0);
  });

  test("W38 when they are under load we take their cookie and come back with it", async () => {
    const world = await createWorld();
    const { us, go, peer } = world;
    const jar = new CookieJar(go.publicKey);
    const them = localEndpoint(go.port);
    // Initiations of strangers with a right mac1: each costs them a Diffie-Hellman computation. They find all of them in
    // their socket at once, however busy the machine is, and are under load for a second from then on: our next one meets that.
    const strangers = Array.from({ length: 500 }, () => {
      const initiation = Uint8Array.from(randomBytes(148));
      writeU32(initiation, 0, MessageType.initiation);
      jar.stamp(initiation, 0);
      return initiation;
    });
    await eventually("a cookie", () => {
      go.stoppedWhile(() => {
        us.initiate(peer, true);
        for (const initiation of strangers) us.sendRaw(initiation, them);
      });
      return us.device.stats.cookiesReceived > 0;
    });
    us.initiate(peer, true);
    await pingThroughFlood(world);
  });
});
