import { beforeEach, expect, test } from "vitest";
import { DOUBT_AFTER_MS } from "../../../../electron/engine/carriers/silence.ts";
import { UdpPeers } from "../../../../electron/engine/carriers/udp-peers.ts";
import { Device, type Peer } from "../../../../electron/wireguard/device.ts";
import type { PeerStats } from "../../../../electron/wireguard/types.ts";

type Stats = { -readonly [K in keyof PeerStats]: PeerStats[K] };

let calls: number[] = [];
let peers = new UdpPeers(() => undefined);
let peer: Peer;
let stats: Stats;

beforeEach(() => {
  calls = [];
  const device = new Device({
    privateKey: new Uint8Array(32).fill(1),
    mtu: 1420,
    random: (length) => new Uint8Array(length),
    wall: () => 0,
    sink: { sendDatagram: () => undefined },
    deliver: () => undefined,
  });
  const real = device.addPeer({ publicKey: new Uint8Array(32).fill(9), allowedIps: [] }, 0);
  stats = { ...real.stats };
  peer = Object.create(real, { stats: { value: stats } });
  peers = new UdpPeers((_, now) => calls.push(now));
  peers.add(peer);
});

/** Every deadline up to `until` is kept. */
function pass(until: number): void {
  for (let at = peers.nextDeadline(); at <= until; at = peers.nextDeadline()) peers.tick(at);
}

function hear(now: number, isPacket = true): void {
  stats.lastReceivedAt = now;
  if (isPacket) stats.packetsIn++;
}

test("a peer that leaves unanswered what asks for an answer is called once, and when it is heard that is told", () => {
  hear(0);
  peers.expectAnswer(peer, 100);
  peers.expectAnswer(peer, 400);
  pass(100 + DOUBT_AFTER_MS - 1);
  expect(calls).toEqual([]);
  peers.expectAnswer(peer, 600);
  pass(60_000);
  expect(calls).toEqual([100 + DOUBT_AFTER_MS]);
  expect(peers.endTurn()).toBe(false);
  hear(60_000);
  expect(peers.endTurn()).toBe(true);
  expect(peers.endTurn()).toBe(false);
});

test("a peer that has nothing to say is left alone, and so is one that answers", () => {
  hear(0);
  pass(600_000);
  for (let now = 1_000; now < 20_000; now += 100) {
    peers.expectAnswer(peer, now);
    hear(now + 50);
    pass(now + 99);
  }
  pass(600_000);
  expect(calls).toEqual([]);
  expect(peers.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
});

test("on a slow path four round trips are waited for", () => {
  stats.lastHandshakeRttMs = 400;
  peers.expectAnswer(peer, 0);
  expect(peers.nextDeadline()).toBe(1_600);
});

test("a host behind it that is silent costs a call each time twice as late, until a packet comes", () => {
  let now = 0;
  const between: number[] = [];
  for (let round = 0; round < 9; round++) {
    peers.expectAnswer(peer, now);
    const doubted = peers.nextDeadline();
    between.push(doubted - now);
    peers.tick(doubted);
    now = doubted + 10;
    hear(now, false);
    peers.endTurn();
  }
  expect(between).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  hear(now + 1);
  peers.expectAnswer(peer, now + 2);
  expect(peers.nextDeadline()).toBe(now + 2 + DOUBT_AFTER_MS);
});

test("a peer that was not named here is none of its business", () => {
  const stranger: Peer = Object.create(peer);
  peers.expectAnswer(stranger, 0);
  expect(peers.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
});

test("given up on, it is not waited for; the next packet begins anew", () => {
  peers.expectAnswer(peer, 0);
  pass(1_000);
  peers.gaveUp(peer);
  expect(peers.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  peers.expectAnswer(peer, 100_000);
  expect(peers.nextDeadline()).toBe(101_000);
});
