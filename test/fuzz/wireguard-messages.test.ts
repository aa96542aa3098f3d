import { describe, expect, test } from "vitest";
import { CookieJar } from "../../electron/wireguard/cookie.ts";
import { MACS_LENGTH, MessageType, messageType } from "../../electron/wireguard/messages.ts";
import { DROP_REASONS } from "../../electron/wireguard/types.ts";
import { FuzzRandom } from "../support/fuzz-random.ts";
import { inputs, seed as runSeed } from "../support/seed.ts";
import { Flood } from "../support/wireguard-flood.ts";
import {
  A_INNER,
  B_INNER,
  connect,
  createPair,
  ipv4Packet,
  ipv6Packet,
  type Pair,
  send,
  udp,
  type Wired,
} from "../support/wireguard-pair.ts";

/**
 * One session and many inputs, where wireguard-device.test.ts has many sessions; `npm run fuzz` gives each a million. A
 * fresh genuine message is held back, hundreds of changed copies go first, none may be taken, and then the genuine one is.
 */

const seed = runSeed();
const toB = ipv4Packet(A_INNER, B_INNER);
const COPIES = 250;
const elsewhere = udp("203.0.113.5", 5);
const timeout = 3_600_000;

/** A genuine message that was not delivered, and whether its receiver has taken it. */
interface Held {
  readonly wired: Wired;
  taken(): boolean;
}

function only(net: Pair["net"], type: number): Wired {
  const wired = net.take().find(({ datagram }) => datagram[0] === type);
  if (wired === undefined) throw new Error(`no message of type ${type}`);
  return wired;
}

const fresh: Record<"initiation" | "response" | "cookieReply" | "data", (pair: Pair) => Held> = {
  initiation: ({ net, a, b, peerA, peerB }) => {
    a.device.initiateHandshake(peerB, net.now, { force: true });
    const before = peerA.stats.handshakesReceived;
    b.sent.length = 0;
    return { wired: only(net, 1), taken: () => peerA.stats.handshakesReceived > before && b.count(2) === 1 };
  },
  response: ({ net, a, peerB }) => {
    a.device.initiateHandshake(peerB, net.now, { force: true });
    net.put(only(net, 1));
    const before = peerB.stats.handshakesCompleted;
    return { wired: only(net, 2), taken: () => peerB.stats.handshakesCompleted > before };
  },
  cookieReply: ({ net, a, b, peerB }) => {
    b.device.setLoadThreshold(0);
    a.device.initiateHandshake(peerB, net.now, { force: true });
    // Its mac2 is wrong, or b would answer: the cookie is asked for anew.
    const initiation = only(net, 1);
    initiation.datagram.fill(0, 132);
    net.put(initiation);
    const before = a.device.stats.cookiesReceived;
    return { wired: only(net, 3), taken: () => a.device.stats.cookiesReceived > before };
  },
  data: ({ net, a, b }) => {
    send(a, toB, net.now);
    b.delivered.length = 0;
    return { wired: only(net, 4), taken: () => b.delivered.length === 1 };
  },
};

function dropped({ a, b }: Pair): number {
  return [a, b].reduce(
    (sum, { device }) => DROP_REASONS.reduce((total, reason) => total + device.stats.drops[reason], sum),
    0,
  );
}

function sameBut(a: Uint8Array, b: Uint8Array, ignored: (at: number) => boolean): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at] || ignored(at));
}

/**
 * A copy that must not be taken. Some get a right mac1 again, so that more than mac1 is tried: whoever knows a public
 * key can write one. mac2 means nothing without load (W39), and no key protects the sender's index.
 */
function changed(genuine: Uint8Array, random: FuzzRandom, jar: CookieJar): Uint8Array {
  for (;;) {
    const copy = random.mutate(genuine);
    const type = messageType(copy);
    const hasMacs = type === MessageType.initiation || type === MessageType.response;
    if (hasMacs && random.oneIn(2)) {
      copy.set(genuine.subarray(4, 8), 4);
      jar.stamp(copy, 0);
    }
    if (!sameBut(copy, genuine, (at) => hasMacs && at >= genuine.length - MACS_LENGTH / 2)) return copy;
  }
}

function pass(pair: Pair): void {
  pair.net.clock.advance(30);
  for (const { device } of pair.net.nodes) device.tick(pair.net.now);
  pair.net.take();
  for (const node of pair.net.nodes) {
    node.sent.length = 0;
    node.events.length = 0;
  }
}

describe(`message type: no throw, every changed copy counted and not taken, the genuine one taken (seed ${seed})`, () => {
  test.each(["initiation", "response", "cookieReply", "data"] as const)("%s", { timeout }, (kind) => {
    const free = { loadThreshold: Number.POSITIVE_INFINITY };
    const pair = createPair({ a: free, b: free });
    connect(pair);
    const random = new FuzzRandom(seed);
    const { net } = pair;
    let rest = inputs(1_000);
    while (rest > 0) {
      // What an accepted initiation or a new session sends of itself is out of the way before the next.
      pass(pair);
      const { wired, taken } = fresh[kind](pair);
      const receiver = net.nodes.find(({ endpoint }) => endpoint.key === wired.to.key)!;
      const jar = new CookieJar(receiver.device.publicKey);
      pair.b.device.setLoadThreshold(Number.POSITIVE_INFINITY);
      const before = dropped(pair);
      const count = Math.min(rest, COPIES);
      for (let i = 0; i < count; i++) {
        const from = random.oneIn(2) ? elsewhere : wired.from;
        receiver.device.receive(changed(wired.datagram, random, jar), from, net.now);
        receiver.device.endTurn(net.now);
      }
      expect(dropped(pair) - before).toBe(count);
      expect(taken()).toBe(false);
      net.put(wired);
      expect(taken()).toBe(true);
      rest -= count;
    }
  });
});

test(`random datagrams: no throw, every one counted, the session lives (seed ${seed})`, { timeout }, () => {
  const pair = createPair();
  connect(pair);
  const { net, a, b } = pair;
  const flood = new Flood(b.device.publicKey, seed);
  const count = inputs(5_000);
  const before = dropped(pair);
  for (let i = 0; i < count; i++) {
    b.device.receive(flood.datagram(), i % 3 === 0 ? a.endpoint : elsewhere, net.now);
    if (i % 1_000 === 0) pass(pair);
  }
  pass(pair);
  expect(dropped(pair)).toBe(before + count);
  send(a, toB, net.now);
  net.settle();
  expect(b.delivered.length).toBe(1);
});

test(`what a peer seals is no IP packet, or lies about its length: dropped or delivered within bounds (seed ${seed})`, {
  timeout,
}, () => {
  const pair = createPair();
  connect(pair);
  const { net, a, b, peerB } = pair;
  const random = new FuzzRandom(seed);
  const seeds = [toB, ipv4Packet(A_INNER, B_INNER, 100), ipv6Packet("fd00::1", "fd00::2", 80), new Uint8Array(0)];
  const buffer = new Uint8Array(2_048);
  const count = inputs(5_000);
  const before = dropped(pair);
  let delivered = 0;
  for (let i = 0; i < count; i++) {
    const inner = random.mutate(random.pick(seeds)).subarray(0, 1_500);
    buffer.set(inner, 16);
    const session = peerB.keys.current!;
    b.device.receive(session.seal(buffer, 16, inner.length), a.endpoint, net.now);
    for (const { packet } of b.delivered) expect(packet.length).toBeLessThanOrEqual(inner.length);
    if (inner.length === 0) delivered++; // a keepalive
    delivered += b.delivered.splice(0).length;
    if (i % 1_000 === 0) pass(pair);
  }
  expect(dropped(pair) - before + delivered).toBe(count);
});
