import { describe, expect, test } from "vitest";
import { MOST_EVENTS } from "../../../electron/wireguard/constants.ts";
import type { DeviceEvent, DeviceOptions } from "../../../electron/wireguard/device.ts";
import { MessageType, parseInitiation } from "../../../electron/wireguard/messages.ts";
import {
  A_INNER,
  B_INNER,
  connect,
  createPair,
  ipv4Packet,
  type Pair,
  send,
  type TestNode,
  udp,
} from "../../support/wireguard-pair.ts";

const { initiation, response, data } = MessageType;
const toB = ipv4Packet(A_INNER, B_INNER);
const toA = ipv4Packet(B_INNER, A_INNER);
const EAGER = { firstContact: "eager" } as const;

/** `a` is our client; `b` keeps to the book, as a kernel does. */
function eagerPair(b: Partial<DeviceOptions> = {}): Pair {
  return createPair({ a: EAGER, b });
}

/** When the node sent messages of `type`, in ms after `since`, with nothing delivered meanwhile. */
function timesOf({ net }: Pair, node: TestNode, type: number, ms: number): number[] {
  const times: number[] = [];
  const since = net.now;
  const end = since + ms;
  let seen = 0;
  for (;;) {
    const count = node.count(type);
    for (; seen < count; seen++) times.push(net.now - since);
    const next = Math.min(...net.nodes.map(({ device }) => device.nextDeadline()));
    if (next > end) return times;
    net.clock.advance(Math.max(0, next - net.now));
    for (const { device } of net.nodes) device.tick(net.now);
    net.take();
  }
}

function expectNear(times: readonly number[], nominal: readonly number[], slack: number): void {
  expect(times.length).toBe(nominal.length);
  for (const [i, time] of times.entries()) {
    expect(time).toBeGreaterThanOrEqual(nominal[i]!);
    expect(time).toBeLessThanOrEqual(nominal[i]! + slack);
  }
}

describe("cold initiations", () => {
  test("come at about 0, 0.4, 1, 2, 3.5 and 5 s, then every 5 s, each with its own ephemeral, index and later time", () => {
    const pair = eagerPair();
    send(pair.a, toB, pair.net.now);
    const times = timesOf(pair, pair.a, initiation, 21_000);
    expectNear(times.slice(0, 6), [0, 400, 1_000, 2_000, 3_500, 5_000], 250);
    expectNear(times.slice(6), [10_000, 15_000, 20_000], 1_300);
    const messages = pair.a.sent.map(({ datagram }) => parseInitiation(datagram));
    const distinct = (pick: (message: (typeof messages)[number]) => unknown): number =>
      new Set(messages.map(pick)).size;
    expect(distinct(({ ephemeral }) => ephemeral.join())).toBe(times.length);
    expect(distinct(({ sender }) => sender)).toBe(times.length);
    // Every one of them is acceptable: a later timestamp each, more than 20 ms apart.
    for (const wired of pair.a.sent) {
      pair.net.put(wired);
      pair.net.clock.advance(400);
    }
    expect(pair.b.count(response)).toBe(times.length);
    expect(new Set(pair.a.sent.map(({ to }) => to.key)).size).toBe(1);
  });

  test("W07 are given up when warm ones would be, after 90 s and the last wait", () => {
    const pair = eagerPair();
    send(pair.a, toB, pair.net.now);
    const times = timesOf(pair, pair.a, initiation, 300_000);
    expect(times.length).toBe(24);
    expect(times.at(-1)).toBeGreaterThan(95_000);
    expect(times.at(-1)).toBeLessThan(103_000);
    expect(pair.peerB.stats.handshakesFailed).toBe(1);
    expect(pair.a.events.at(-1)).toMatchObject({ kind: "handshake-gave-up", attempts: 24 });
    // The next packet starts cold again.
    send(pair.a, toB, pair.net.now);
    expectNear(timesOf(pair, pair.a, initiation, 1_200).slice(24), [0, 400, 1_000], 150);
  });

  test("W08 further packets neither hasten nor restart the schedule", () => {
    const pair = eagerPair();
    const { net, a } = pair;
    for (let i = 0; i < 300; i++) {
      send(a, toB, net.now);
      net.run(100, true);
    }
    // 6 until 5 s, then one in each 5 s until 30 s.
    expect(a.count(initiation)).toBeGreaterThanOrEqual(10);
    expect(a.count(initiation)).toBeLessThanOrEqual(11);
  });

  test("are off by the book", () => {
    const pair = createPair();
    send(pair.a, toB, pair.net.now);
    expectNear(timesOf(pair, pair.a, initiation, 11_000), [0, 5_000, 10_000], 700);
  });

  test("end with the response", () => {
    const pair = eagerPair();
    const { net, a, b } = pair;
    send(a, toB, net.now);
    net.settle();
    net.run(30_000);
    expect([a.count(initiation), b.delivered.length]).toEqual([1, 1]);
  });

  test("W41 wait a little once the peer has called us, so that neither undoes the other; W11 not for an old call", () => {
    const pair = eagerPair();
    const { net, a, b, peerA } = pair;
    send(a, toB, net.now);
    net.run(500, true);
    expect(a.count(initiation)).toBe(2);
    b.device.initiateHandshake(peerA, net.now);
    const [call] = net.take();
    net.put(call!);
    expect(a.count(response)).toBe(1);
    const [next] = timesOf(pair, a, initiation, 5_000).slice(2); // the response is lost, and whatever b repeats
    expect(next).toBeGreaterThanOrEqual(400);
    expect(next).toBeLessThan(700);
  });

  test("W38 W40 a cookie does not end them, and the next one carries it", () => {
    const pair = eagerPair({ loadThreshold: 0 });
    const { net, a, b } = pair;
    send(a, toB, net.now);
    net.settle();
    expect(b.device.stats.cookiesSent).toBe(1);
    net.run(460);
    expect(b.delivered.length).toBe(1);
    expect(a.events.map(({ kind }) => kind)).toContain("cookie-received");
  });

  test("a round trip of a second still ends in a session while they go out", () => {
    for (const oneWay of [150, 250, 450, 700]) {
      const pair = eagerPair();
      const { net, a, b } = pair;
      const flying: { at: number; wired: ReturnType<typeof net.take>[number] }[] = [];
      send(a, toB, net.now);
      for (let t = 0; t < 8_000; t += 10) {
        for (const wired of net.take()) flying.push({ at: net.now + oneWay, wired });
        net.clock.advance(10);
        while (flying[0] !== undefined && flying[0].at <= net.now) net.put(flying.shift()!.wired);
        for (const { device } of net.nodes) device.tick(net.now);
      }
      expect(b.delivered.length, `one way ${oneWay} ms`).toBe(1);
      expect(pair.peerB.maySend(net.now)).toBe(true);
    }
  });

  test("also follow a key that died of age", () => {
    const pair = eagerPair();
    connect(pair);
    pair.net.clock.advance(180_000);
    expect(send(pair.a, toB, pair.net.now)).toBe("staged");
    expectNear(timesOf(pair, pair.a, initiation, 2_100), [0, 400, 1_000, 2_000], 200);
  });

  test("W06 W22 a normal rekey keeps the paper's 5 s", () => {
    const pair = eagerPair();
    connect(pair);
    const { net, a, b } = pair;
    for (let i = 0; i < 4; i++) {
      net.run(29_000);
      send(b, toA, net.now);
      net.settle();
    }
    net.clock.advance(4_100);
    a.sent.length = 0;
    send(a, toB, net.now);
    expect(a.sentTypes()).toEqual([data, initiation]);
    expectNear(timesOf(pair, a, initiation, 11_000), [0, 5_000, 10_000], 700);
  });
});

describe("forced", () => {
  test("initiations start cold although a session lives, and end at the first packet under its key", () => {
    const pair = eagerPair();
    connect(pair);
    const { net, a, b, peerB } = pair;
    net.run(1_000);
    a.sent.length = 0;
    a.device.initiateHandshake(peerB, net.now, { force: true });
    net.run(450, true);
    expect(a.count(initiation)).toBe(2);
    send(b, toA, net.now);
    for (const wired of net.take()) net.put(wired);
    net.run(4_900, true);
    expect(a.count(initiation)).toBe(2);
    net.run(500, true);
    expect(a.count(initiation)).toBe(3);
  });

  test("W12 initiations keep 20 ms apart, however often they are forced, so that the peer refuses none", () => {
    const pair = eagerPair();
    const { net, a, b, peerB } = pair;
    for (let i = 0; i < 100; i++) {
      a.device.initiateHandshake(peerB, net.now, { force: true });
      for (const wired of net.take()) if (wired.datagram[0] === initiation) net.put(wired);
      net.take();
      net.clock.advance(7);
      for (const { device } of net.nodes) device.tick(net.now);
    }
    for (const wired of net.take()) if (wired.datagram[0] === initiation) net.put(wired);
    expect(b.device.stats.drops["handshake-flood"]).toBe(0);
    expect(b.count(response)).toBe(a.count(initiation));
    expect(a.count(initiation)).toBeGreaterThanOrEqual(1);
    net.run(1_000);
    expect(peerB.maySend(net.now)).toBe(true);
  });

  test("expired keys are gone on our side only; the peer's packets under them are dropped until the handshake", () => {
    const pair = eagerPair();
    connect(pair);
    const { net, a, b, peerB } = pair;
    net.clock.advance(1_000);
    send(b, toA, net.now);
    a.device.initiateHandshake(peerB, net.now, { force: true, expireKeys: true });
    expect(peerB.keys.current ?? peerB.keys.previous ?? peerB.keys.next).toBeUndefined();
    net.settle();
    expect(a.device.stats.drops["unknown-index"]).toBe(1);
    send(b, toA, net.now);
    net.settle();
    expect(a.delivered.length).toBe(1);
    expect(a.events[0]).toMatchObject({ kind: "session-expired", cause: "requested" });
  });
});

describe("silence", () => {
  const silentFor = (ms: number, options: Partial<DeviceOptions> = EAGER): Pair => {
    const pair = createPair({ a: options });
    connect(pair);
    pair.net.clock.advance(ms);
    return pair;
  };

  test("after 60 s without a word from the peer the next packet goes out, and an initiation with it, starting cold", () => {
    const pair = silentFor(60_001);
    expect(send(pair.a, toB, pair.net.now)).toBe("sent");
    expect(pair.a.sentTypes()).toEqual([data, initiation]);
    expectNear(timesOf(pair, pair.a, initiation, 1_100), [0, 400, 1_000], 150);
  });

  test("60 s are not yet silence, and by the book there is none", () => {
    for (const pair of [silentFor(60_000), silentFor(100_000, { firstContact: "by-the-book" })]) {
      send(pair.a, toB, pair.net.now);
      expect(pair.a.sentTypes()).toEqual([data]);
    }
  });

  test("keepalives of ours ask nothing, so that an idle tunnel stays idle", () => {
    const { net, a, peerB } = silentFor(0);
    peerB.setPersistentKeepalive(15, net.now);
    net.run(170_000);
    expect(a.count(initiation)).toBe(1); // at 120 s of age, the normal one
  });

  test("is over once the peer has answered, and one call is made however many packets follow", () => {
    const pair = silentFor(90_000);
    const { net, a, b } = pair;
    for (let i = 0; i < 50; i++) send(a, toB, net.now);
    net.settle();
    for (let i = 0; i < 50; i++) send(a, toB, net.now);
    net.settle();
    expect(a.count(initiation)).toBe(1);
    expect(b.delivered.length).toBe(100);
  });

  test("W27 data that nothing answers for 15 s starts cold too", () => {
    const pair = silentFor(0);
    const { net, a } = pair;
    net.run(20_000);
    send(a, toB, net.now);
    const times = timesOf(pair, a, initiation, 17_500);
    expectNear(times, [15_000, 15_400, 16_000, 17_000], 550);
  });
});

describe("events", () => {
  const kinds = (events: readonly DeviceEvent[]): string[] => events.map(({ kind }) => kind);

  test("tell of a session with its round trip, on the initiator's side", () => {
    const { net, a, b } = eagerPair();
    send(a, toB, net.now);
    net.clock.advance(30);
    net.settle();
    expect(a.events.find(({ kind }) => kind === "handshake-complete")).toMatchObject({ role: "initiator", rttMs: 30 });
    expect(b.events.find(({ kind }) => kind === "handshake-complete")).toMatchObject({ rttMs: undefined });
  });

  test("tell why a handshake was refused, once a second for each peer", () => {
    const { net, a, b } = eagerPair();
    send(a, toB, net.now);
    const [wired] = net.take();
    for (let i = 0; i < 20; i++) net.put(wired!);
    net.settle();
    const refused = b.events.filter(({ kind }) => kind === "handshake-refused");
    expect(refused).toMatchObject([{ reason: "handshake-replayed" }]);
    expect(b.device.stats.drops["handshake-replayed"]).toBe(19);
    net.clock.advance(1_000);
    net.put(wired!);
    net.settle();
    expect(kinds(b.events).filter((kind) => kind === "handshake-refused").length).toBe(2);
  });

  test("tell when load begins and, without another message, when it ends", () => {
    const { net, a, b, peerB } = createPair({ b: { loadThreshold: 2 } });
    for (let i = 0; i < 6; i++) {
      a.device.initiateHandshake(peerB, net.now, { force: true });
      for (const wired of net.take()) net.put(wired);
      net.clock.advance(21);
    }
    net.run(5_000, true);
    const loads = b.events.filter((event) => event.kind === "load-changed");
    expect(loads.map(({ underLoad }) => underLoad)).toEqual([true, false]);
    expect(loads[1]!.now - loads[0]!.now).toBeLessThan(1_200);
  });

  test("do not pile up without bound when a turn never ends", () => {
    const pair = eagerPair();
    connect(pair);
    const { net, a, b } = pair;
    for (let i = 0; i < 1_100; i++) {
      send(a, toB, net.now);
      for (const wired of net.take()) net.put({ ...wired, from: udp("198.51.100.7", 1_000 + i) });
    }
    b.device.endTurn(net.now);
    // Beyond the bound the last place of the peer is still told.
    expect(b.events.length).toBe(MOST_EVENTS + 1);
    expect(b.events.at(-1)).toMatchObject({ kind: "endpoint-changed", endpoint: { port: 1_000 + 1_099 } });
  });

  test("hold no key material", () => {
    const { net, a, b } = eagerPair();
    send(a, toB, net.now);
    net.settle();
    for (const { peer: _peer, ...rest } of [...a.events, ...b.events].filter(
      (event) => event.kind !== "load-changed",
    )) {
      for (const value of Object.values(rest)) {
        if (value === undefined || typeof value === "number" || typeof value === "string") continue;
        expect(Object.keys(value).sort()).toEqual(["address", "key", "port"]); // an endpoint
      }
    }
  });
});
