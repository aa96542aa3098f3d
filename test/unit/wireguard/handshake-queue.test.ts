import { describe, expect, test } from "vitest";
import {
  HANDSHAKES_PER_TURN,
  LOAD_WINDOW_MS,
  LOADED_AT_QUEUED,
  MOST_QUEUED_HANDSHAKES,
} from "../../../electron/wireguard/constants.ts";
import { HandshakeQueue } from "../../../electron/wireguard/handshake-queue.ts";
import { MessageType } from "../../../electron/wireguard/messages.ts";
import { Flood } from "../../support/wireguard-flood.ts";
import {
  A_INNER,
  B_INNER,
  connect,
  createPair,
  ipv4Packet,
  type Pair,
  prefixOf,
  send,
  type TestNode,
  udp,
} from "../../support/wireguard-pair.ts";

/** A burst of handshakes is bounded work in every turn; data goes first. `put` without `settle` is one turn. */

const { cookieReply, response } = MessageType;
const toB = ipv4Packet(A_INNER, B_INNER, 100);
const NO_RATE = { loadThreshold: Number.POSITIVE_INFINITY };

function connected(): Pair {
  const pair = createPair({ b: NO_RATE });
  connect(pair);
  return pair;
}

/** Initiations that were computed: a flood's own hold no key that anybody has. */
function computed({ b }: Pair): number {
  return b.device.stats.drops["handshake-invalid"];
}

function burst({ net, b }: Pair, flood: Flood, count: number): void {
  for (let i = 0; i < count; i++) net.put({ from: flood.from(), to: b.endpoint, datagram: flood.initiation() });
}

/** Others that `b` knows, each at an address of its own, and the first initiation of each. */
function callers(pair: Pair, count: number): TestNode[] {
  const { net, b } = pair;
  return Array.from({ length: count }, (_, i) => {
    const inner = `10.0.1.${i}`;
    const node = net.add(`caller ${i}`, udp(`198.51.100.${i}`, 7));
    node.device.addPeer(
      { publicKey: b.device.publicKey, endpoint: b.endpoint, allowedIps: [prefixOf(B_INNER)] },
      net.now,
    );
    b.device.addPeer({ publicKey: node.device.publicKey, allowedIps: [prefixOf(inner)] }, net.now);
    send(node, ipv4Packet(inner, B_INNER), net.now);
    return node;
  });
}

describe("a burst of initiations with a right mac1 in one turn", () => {
  test("W37 a few are computed, some wait, the rest earn a cookie; a data packet among them is delivered at once", () => {
    const pair = connected();
    const { net, a, b } = pair;
    const flood = new Flood(b.device.publicKey, 1);
    burst(pair, flood, 500);
    send(a, toB, net.now);
    for (const wired of net.take()) net.put(wired);
    expect(b.delivered.length).toBe(1);
    expect(computed(pair)).toBe(HANDSHAKES_PER_TURN);
    expect(b.device.stats.drops["cookie-demanded"]).toBe(500 - HANDSHAKES_PER_TURN - LOADED_AT_QUEUED);
    expect(b.device.stats.cookiesSent).toBe(b.device.stats.drops["cookie-demanded"]);
  });

  test("W37 each later turn computes a few more, asked for at once, until none waits", () => {
    const pair = connected();
    const { net, b } = pair;
    burst(pair, new Flood(b.device.publicKey, 2), 500);
    for (let turn = 2; turn <= 1 + LOADED_AT_QUEUED / HANDSHAKES_PER_TURN; turn++) {
      expect(b.device.nextDeadline()).toBeLessThan(net.now);
      b.device.endTurn(net.now);
      expect(computed(pair)).toBe(turn * HANDSHAKES_PER_TURN);
    }
    b.device.endTurn(net.now);
    expect(b.device.nextDeadline()).toBeGreaterThanOrEqual(net.now);
    expect(computed(pair)).toBe(HANDSHAKES_PER_TURN + LOADED_AT_QUEUED);
  });

  test("W37 load that the queue told of lasts a second", () => {
    const pair = connected();
    const { net, b } = pair;
    const flood = new Flood(b.device.publicKey, 3);
    burst(pair, flood, 100);
    net.run(LOAD_WINDOW_MS - 1);
    net.take();
    const before = b.device.stats.cookiesSent;
    burst(pair, flood, 1);
    expect(b.device.stats.cookiesSent).toBe(before + 1);
    net.run(LOAD_WINDOW_MS + 1);
    burst(pair, flood, 1);
    expect(b.device.stats.cookiesSent).toBe(before + 1);
    expect(b.events.filter(({ kind }) => kind === "load-changed")).toMatchObject([
      { underLoad: true },
      { underLoad: false },
    ]);
  });

  test("those who wait get their answers in the order of their coming, in later turns", () => {
    const pair = connected();
    const { net, b } = pair;
    const nodes = callers(pair, 10);
    for (const wired of net.take()) net.put(wired);
    const answered = (): string[] => b.sent.filter(({ datagram }) => datagram[0] === response).map(({ to }) => to.key);
    expect(answered()).toEqual(nodes.slice(0, HANDSHAKES_PER_TURN).map(({ endpoint }) => endpoint.key));
    b.device.endTurn(net.now);
    expect(answered().length).toBe(2 * HANDSHAKES_PER_TURN);
    net.settle();
    expect(answered()).toEqual(nodes.map(({ endpoint }) => endpoint.key));
    expect(b.delivered.length).toBe(10);
  });

  test("W40 responses count as well: with too many initiations waiting, one is answered with a cookie", () => {
    const pair = connected();
    const { net, a, b, peerA } = pair;
    b.device.initiateHandshake(peerA, net.now, { force: true });
    for (const wired of net.take()) net.put(wired);
    const [answer] = net.take();
    expect(answer?.datagram[0]).toBe(response);
    burst(pair, new Flood(b.device.publicKey, 4), 100);
    net.take();
    net.put(answer!);
    expect(net.take().map(({ datagram, to }) => [datagram[0], to.key])).toEqual([[cookieReply, a.endpoint.key]]);
  });
});

test("a response that waited is computed within the call that tells where it came from, and nothing else is", () => {
  const within: string[] = [];
  const during: number[] = [];
  const pair = createPair({
    b: {
      ...NO_RATE,
      aroundQueued: (from, compute) => {
        const { stats } = pair.peerA;
        const before = stats.handshakesCompleted;
        compute();
        within.push(from.key);
        during.push(stats.handshakesCompleted - before);
      },
    },
  });
  const { net, a, b, peerA } = pair;
  connect(pair);
  expect(within).toEqual([]);
  b.device.initiateHandshake(peerA, net.now, { force: true });
  for (const wired of net.take()) net.put(wired);
  const [answer] = net.take();
  burst(pair, new Flood(b.device.publicKey, 5), HANDSHAKES_PER_TURN);
  const before = peerA.stats.handshakesCompleted;
  net.put(answer!);
  expect(peerA.stats.handshakesCompleted).toBe(before);
  b.device.endTurn(net.now);
  expect(within).toEqual([a.endpoint.key]);
  expect(during).toEqual([1]);
});

test("what waits is bounded, whoever proves an address: further messages are counted and dropped", () => {
  const queue = new HandshakeQueue();
  const from = udp("192.0.2.9", 9);
  const message = new Uint8Array(148).fill(1);
  for (let i = 0; i < HANDSHAKES_PER_TURN; i++) expect(queue.claimTurn()).toBe(true);
  expect(queue.claimTurn()).toBe(false);
  for (let i = 0; i < MOST_QUEUED_HANDSHAKES; i++) expect(queue.push(message, from)).toBe(true);
  expect(queue.push(message, from)).toBe(false);
  message.fill(2); // The caller's buffer is valid during its call only.
  const taken = queue.beginTurn();
  expect(taken.length).toBe(HANDSHAKES_PER_TURN);
  expect(taken.every(({ datagram }) => datagram.every((byte) => byte === 1))).toBe(true);
  expect(queue.claimTurn()).toBe(false);
});

test("what a turn takes of those who waited counts as its work, whether others wait on or not", () => {
  const from = udp("192.0.2.9", 9);
  for (const waiting of [1, HANDSHAKES_PER_TURN]) {
    const queue = new HandshakeQueue();
    for (let i = 0; i < waiting; i++) queue.push(new Uint8Array(148), from);
    expect(queue.beginTurn()).toHaveLength(waiting);
    let claimed = 0;
    while (queue.claimTurn()) claimed++;
    expect(claimed).toBe(HANDSHAKES_PER_TURN - waiting);
    expect(queue.beginTurn()).toHaveLength(0);
    expect(queue.claimTurn()).toBe(true);
  }
});

test("a device whose key changes, or that closes, forgets what waits", () => {
  for (const end of ["change", "close"]) {
    const pair = connected();
    const { net, b } = pair;
    burst(pair, new Flood(b.device.publicKey, 5), 20);
    if (end === "change") b.device.setPrivateKey(new Uint8Array(32).fill(3), net.now);
    else b.device.dispose();
    for (let i = 0; i < 10; i++) b.device.endTurn(net.now);
    expect(computed(pair)).toBe(HANDSHAKES_PER_TURN);
  }
});

test("a response whose call was given up while it waited for its turn is counted as unknown and opens nothing", () => {
  const { net, a, b } = createPair({ a: NO_RATE });
  send(a, toB, net.now);
  for (const wired of net.take()) net.put(wired);
  const responses = net.take();
  expect(responses).toHaveLength(1);
  const flood = new Flood(a.device.publicKey, 4);
  for (let i = 0; i < HANDSHAKES_PER_TURN; i++)
    net.put({ from: flood.from(), to: a.endpoint, datagram: flood.initiation() });
  for (const wired of responses) net.put(wired);
  a.device.expireKeys(net.now);
  expect(a.device.stats.drops["unknown-index"]).toBe(0);
  a.device.endTurn(net.now);
  expect(a.device.stats.drops["unknown-index"]).toBe(1);
  expect(a.events.some(({ kind }) => kind === "handshake-complete")).toBe(false);
  expect(b.device.stats.drops["unknown-index"]).toBe(0);
});
