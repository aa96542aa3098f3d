import { expect, test } from "vitest";
import { DROP_REASONS } from "../../electron/wireguard/types.ts";
import { inputs, seed as runSeed } from "../support/seed.ts";
import { Flood } from "../support/wireguard-flood.ts";
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
} from "../support/wireguard-pair.ts";

/** One session and many inputs, where wireguard-device.test.ts has many sessions: a soak gives it a million. */

const seed = runSeed();
const toB = ipv4Packet(A_INNER, B_INNER);

function random(from: number): (below: number) => number {
  let state = from | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Real messages of all types between the two, who are connected by them: to b they are old now, changed or not. */
function realMessages({ net, a, b }: Pair): Wired[] {
  const all: Wired[] = [];
  b.device.setLoadThreshold(0);
  send(a, toB, net.now);
  for (let round = 0; round < 8; round++) {
    for (const wired of net.take()) {
      all.push(wired);
      net.put(wired);
    }
    if (round === 3) net.run(5_400);
    all.push(...[a, b].flatMap(({ sent }) => sent.splice(0)));
  }
  expect(new Set(all.map(({ datagram }) => datagram[0]))).toEqual(new Set([1, 2, 3, 4]));
  b.device.setLoadThreshold(128);
  return all;
}

function dropped({ device }: Pair["b"]): number {
  return DROP_REASONS.reduce((sum, reason) => sum + device.stats.drops[reason], 0);
}

test(`the four message types, random, changed, cut and repeated: no throw, every one counted (seed ${seed})`, {
  timeout: 3_600_000,
}, () => {
  const pair = createPair();
  const real = realMessages(pair);
  connect(pair);
  const { net, a, b } = pair;
  const flood = new Flood(b.device.publicKey, seed);
  const pick = random(seed);
  const elsewhere = udp("203.0.113.5", 5);
  const count = inputs(5_000);
  const before = dropped(b);
  for (let i = 0; i < count; i++) {
    let datagram: Uint8Array;
    if (i % 2 === 0) {
      datagram = flood.datagram();
    } else {
      datagram = Uint8Array.from(real[pick(real.length)]!.datagram);
      const at = pick(datagram.length);
      if (pick(4) === 0) datagram = datagram.subarray(0, at);
      else datagram[at] = datagram[at]! ^ (1 << pick(8));
    }
    b.device.receive(datagram, i % 3 === 0 ? a.endpoint : elsewhere, net.now);
    if (i % 1_000 === 0) {
      net.clock.advance(10);
      b.device.tick(net.now);
      // A cookie for whoever sent under load is all that may go out, and the keepalive that a's packet is due (W26).
      expect(net.take().every(({ datagram }) => datagram[0] === 3 || datagram.length === 32)).toBe(true);
      a.sent.length = 0;
      b.sent.length = 0;
      b.events.length = 0;
    }
  }
  expect(dropped(b)).toBe(before + count);
  expect(b.delivered).toEqual([]);
  net.take();
  send(a, toB, net.now);
  net.settle();
  expect(b.delivered.length).toBe(1);
});
