import { describe, expect, test } from "vitest";
import { MessageType } from "../../../electron/wireguard/messages.ts";
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

/** Initiations of the peer, recorded on another day, that somebody sends us one by one after our restart (W11). */

const { initiation, response, data } = MessageType;
const toB = ipv4Packet(A_INNER, B_INNER);
const elsewhere = udp("203.0.113.66", 666);

/** `count` initiations of `b` that `a` never saw, to come from elsewhere. */
function record({ net, a, b, peerA }: Pair, count: number): Wired[] {
  const calls: Wired[] = [];
  for (let i = 0; i < count; i++) {
    b.device.initiateHandshake(peerA, net.now, { force: true });
    calls.push(...net.take());
    net.clock.advance(6_000);
  }
  // b calls no more.
  b.device.removePeer(a.device.publicKey);
  return calls.map((wired) => ({ ...wired, from: elsewhere }));
}

/** When `a` called, in ms, while a recorded call comes every `gap` ms and nothing else arrives. */
function callsUnderReplay(pair: Pair, calls: Wired[], gap: number, ms: number): number[] {
  const { net, a } = pair;
  const start = net.now;
  const times: number[] = [];
  for (let at = 0; at < ms; at += 10) {
    if (at % gap === 300) for (const call of calls.splice(0, 1)) net.put(call);
    const before = a.count(initiation);
    a.device.tick(net.now);
    if (a.count(initiation) > before) times.push(net.now - start);
    net.take();
    net.clock.advance(10);
  }
  return times;
}

describe("W11 recorded calls", () => {
  test("hold back no cold start by more than its first gap, however many come", () => {
    for (const gap of [500, 4_900]) {
      const pair = createPair({ a: { firstContact: "eager" } });
      const calls = record(pair, 30);
      send(pair.a, toB, pair.net.now);
      const times = callsUnderReplay(pair, calls, gap, 22_000);
      expect(pair.a.count(response)).toBeGreaterThan(4);
      // 0 s went out before the first tick; then 0.4, 1, 2, 3.5 and 5 s by themselves.
      expect(times.length, `every ${gap} ms`).toBeGreaterThanOrEqual(6);
      expect(times.filter((time) => time < 7_000).length).toBeGreaterThanOrEqual(4);
    }
  });

  test("hold back each try of a warm call once, so that at least one goes out in 10 s and a bit", () => {
    const pair = createPair();
    const calls = record(pair, 30);
    send(pair.a, toB, pair.net.now);
    const times = [0, ...callsUnderReplay(pair, calls, 2_000, 60_000)];
    expect(times.length).toBeGreaterThanOrEqual(5);
    for (const [i, time] of times.slice(1).entries()) expect(time - times[i]!).toBeLessThan(11_000);
  });

  test("cancel no keepalive that the peer waits for, and postpone no erasure", () => {
    const pair = createPair();
    connect(pair);
    const { net, a, b } = pair;
    const connected = net.now;
    net.run(10_000);
    send(b, ipv4Packet(B_INNER, A_INNER), net.now);
    net.settle();
    a.sent.length = 0;
    net.run(5_000);
    // Not recorded but made now, and lost to b: to us it is the same.
    b.device.initiateHandshake(pair.peerA, net.now, { force: true });
    for (const wired of net.take()) net.put({ ...wired, from: elsewhere });
    net.take();
    expect(a.count(response)).toBe(1);
    net.run(5_100, true);
    expect(a.count(data)).toBe(1);
    net.run(connected + 540_000 - 1_000 - net.now, true);
    expect(pair.peerB.keys.current ?? pair.peerB.keys.next).toBeDefined();
    net.run(2_000, true);
    expect(pair.peerB.keys.current ?? pair.peerB.keys.next).toBeUndefined();
  });
});
