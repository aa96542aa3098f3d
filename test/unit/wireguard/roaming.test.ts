import { describe, expect, test } from "vitest";
import {
  A_INNER,
  B_INNER,
  connect,
  createPair,
  ipv4Packet,
  type Pair,
  send,
  udp,
  type Wired,
} from "../../support/wireguard-pair.ts";

const elsewhere = udp("203.0.113.66", 666);
const toB = ipv4Packet(A_INNER, B_INNER);

/** The initiation with which `b` called `a`, and what `b` says next under the session that it begins. */
function call({ net, b, peerA }: Pair): Wired {
  b.device.initiateHandshake(peerA, net.now, { force: true });
  return net.take()[0]!;
}

describe("what moves a peer's endpoint", () => {
  test("W30 a response and a packet do, an initiation does not: its sender gets the response only", () => {
    const pair = createPair();
    const { net, a, b, peerB } = pair;
    net.put({ ...call(pair), from: elsewhere });
    expect(a.sent.map(({ to, datagram }) => [to.key, datagram[0]])).toEqual([[elsewhere.key, 2]]);
    expect(peerB.endpoint?.key).toBe(b.endpoint.key);
    expect(peerB.stats.lastReceivedAt).toBeUndefined();
    // The call was a true one: the first packet under its session comes from there and moves it.
    b.endpoint = elsewhere;
    net.settle();
    expect(peerB.endpoint?.key).toBe(elsewhere.key);
    expect(peerB.stats.handshakesCompleted).toBe(1);
    expect(a.events.filter(({ kind }) => kind === "endpoint-changed").length).toBe(1);
    b.endpoint = udp("198.51.100.9", 9);
    net.run(6_000);
    net.put({ ...call(pair), from: b.endpoint });
    net.settle();
    a.device.initiateHandshake(peerB, net.now, { force: true });
    b.endpoint = udp("198.51.100.10", 9);
    for (const wired of net.take()) net.put({ ...wired, to: b.endpoint });
    net.settle();
    expect(peerB.endpoint?.key).toBe(b.endpoint.key);
  });

  test("W30 where none is known, an initiation tells one", () => {
    const pair = createPair({ bKnowsA: false });
    const { net, a, b, peerA, peerB } = pair;
    a.device.initiateHandshake(peerB, net.now);
    const [initiation] = net.take();
    net.put(initiation!);
    expect(peerA.endpoint?.key).toBe(a.endpoint.key);
    expect(b.count(2)).toBe(1);
  });

  test("W11 an old call, recorded and replayed after our restart from any address, is answered there and moves nothing: what we send goes to the peer", () => {
    const pair = createPair();
    const { net, a, b, peerB } = pair;
    const recorded = call(pair);
    net.put({ ...recorded, from: elsewhere });
    net.take();
    net.clock.advance(6_000);
    send(a, toB, net.now);
    expect(net.wire.map(({ to }) => to.key)).toEqual([b.endpoint.key]);
    net.settle();
    expect(b.delivered.length).toBe(1);
    expect(peerB.endpoint?.key).toBe(b.endpoint.key);
  });
});

describe("while nothing answers", () => {
  test("initiations go by turns where the peer was heard and where it is said to be; an answer decides", () => {
    const pair = createPair();
    const { net, a, b, peerB } = pair;
    connect(pair);
    // Somebody on the path forwarded one packet from his own address.
    pair.b.device.encapsulate(packetRoom(ipv4Packet(B_INNER, A_INNER)), 16, 28, net.now);
    for (const wired of net.take()) net.put({ ...wired, from: elsewhere });
    expect(peerB.endpoint?.key).toBe(elsewhere.key);
    a.sent.length = 0;
    a.device.initiateHandshake(peerB, net.now, { force: true, expireKeys: true });
    net.take();
    net.clock.advance(5_400);
    a.device.tick(net.now);
    net.take();
    net.clock.advance(5_400);
    a.device.tick(net.now);
    net.take();
    expect(a.sent.map(({ to }) => to.key)).toEqual([elsewhere.key, b.endpoint.key, elsewhere.key]);
    net.run(6_000);
    expect(peerB.endpoint?.key).toBe(b.endpoint.key);
    expect(peerB.maySend(net.now)).toBe(true);
  });
});

function packetRoom(packet: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(16 + packet.length + 31);
  buffer.set(packet, 16);
  return buffer;
}
