import fc from "fast-check";
import { expect, test } from "vitest";
import { DROP_REASONS } from "../../electron/wireguard/types.ts";
import { seed as runSeed } from "../support/seed.ts";
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

const seed = runSeed();
const toB = ipv4Packet(A_INNER, B_INNER);
const toA = ipv4Packet(B_INNER, A_INNER);

/** All messages of a handshake and of data both ways, in the order of the wire; some may be missing under load. */
function record({ net, a, b }: Pair): Wired[] {
  const all: Wired[] = [];
  send(a, toB, net.now);
  for (let rounds = 0; rounds < 4; rounds++) {
    for (const wired of net.take()) {
      all.push(wired);
      net.put(wired);
    }
    send(b, toA, net.now);
  }
  return all;
}

function drops({ a, b }: Pair): number {
  const sum = (node: typeof a): number =>
    DROP_REASONS.reduce((total, reason) => total + node.device.stats.drops[reason], 0);
  return sum(a) + sum(b);
}

const randomDatagram = fc
  .tuple(
    fc.constantFrom(0, 1, 2, 3, 4, 5),
    fc.constantFrom(0, 4, 31, 32, 63, 64, 92, 148, 1_500),
    fc.uint8Array({ maxLength: 64 }),
  )
  .map(([type, length, fill]) => {
    const datagram = new Uint8Array(length).map((_, i) => fill[i % Math.max(1, fill.length)] ?? 0);
    datagram.set([type, 0, 0, 0].slice(0, length));
    return datagram;
  });

/** Changes of a real message: a byte, a cut, an extension, or a piece of it over another place. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at: fc.nat(), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant("cut" as const), at: fc.nat(), bit: fc.constant(0) }),
  fc.record({ kind: fc.constant("grow" as const), at: fc.nat(64), bit: fc.constant(0) }),
  fc.record({ kind: fc.constant("copy" as const), at: fc.nat(), bit: fc.nat(31) }),
);

function mutate(datagram: Uint8Array, { kind, at, bit }: { kind: string; at: number; bit: number }): Uint8Array {
  const out = Uint8Array.from(datagram);
  const place = at % datagram.length;
  if (kind === "cut") return out.subarray(0, place);
  if (kind === "grow") return Uint8Array.from([...out, ...new Uint8Array(at + 1)]);
  if (kind === "copy") out.copyWithin(place, bit, bit + 4);
  else out[place] = out[place]! ^ (1 << bit);
  return out;
}

test(`junk never throws, is counted, and leaves a session whole (seed ${seed})`, { timeout: 120_000 }, () => {
  const property = fc.property(fc.array(randomDatagram, { maxLength: 30 }), (datagrams) => {
    const pair = createPair();
    connect(pair);
    const before = drops(pair);
    for (const datagram of datagrams) {
      pair.net.put({ from: udp("203.0.113.5", 5), to: pair.b.endpoint, datagram });
      pair.net.put({ from: pair.b.endpoint, to: pair.a.endpoint, datagram });
    }
    expect(drops(pair)).toBe(before + datagrams.length * 2);
    expect([...pair.a.sent, ...pair.b.sent]).toEqual([]);
    send(pair.a, toB, pair.net.now);
    pair.net.settle();
    expect(pair.b.delivered.length).toBe(1);
  });
  fc.assert(property, { seed, numRuns: 40 });
});

test(`changed copies of real messages never throw nor deliver, and the session lives (seed ${seed})`, {
  timeout: 120_000,
}, () => {
  const property = fc.property(
    fc.array(fc.tuple(fc.nat(), mutation, fc.boolean()), { minLength: 1, maxLength: 40 }),
    fc.boolean(),
    (changes, loaded) => {
      const pair = createPair(loaded ? { b: { loadThreshold: 3 } } : {});
      const real = record(pair);
      const { net, a, b } = pair;
      net.take();
      const delivered = a.delivered.length + b.delivered.length;
      for (const [which, change, fromElsewhere] of changes) {
        const wired = real[which % real.length]!;
        const datagram = mutate(wired.datagram, change);
        net.put({ ...wired, datagram, ...(fromElsewhere ? { from: udp("203.0.113.5", 5) } : {}) });
      }
      expect(a.delivered.length + b.delivered.length).toBe(delivered);
      expect(pair.peerB.endpoint?.key).toBe(b.endpoint.key);
      expect(pair.peerA.endpoint?.key).toBe(a.endpoint.key);
      net.take();
      send(a, toB, net.now);
      net.settle();
      expect(a.delivered.length + b.delivered.length).toBe(delivered + 1);
    },
  );
  fc.assert(property, { seed, numRuns: 60 });
});

test(`a wire that loses, repeats and reorders still ends in a session (seed ${seed})`, { timeout: 120_000 }, () => {
  const fate = fc.constantFrom("pass", "pass", "pass", "lose", "repeat", "delay");
  const property = fc.property(fc.array(fate, { minLength: 1, maxLength: 50 }), fc.boolean(), (fates, both) => {
    const pair = createPair();
    const { net, a, b } = pair;
    send(a, toB, net.now);
    if (both) send(b, toA, net.now);
    let used = 0;
    let held: Wired[] = [];
    for (let step = 0; step < 400; step++) {
      const released = held;
      held = [];
      for (const wired of net.take()) {
        const what = fates[used++] ?? "pass";
        if (what === "delay") held.push(wired);
        else if (what !== "lose") net.put(wired);
        if (what === "repeat") net.put(wired);
      }
      for (const wired of released) net.put(wired);
      net.clock.advance(100);
      for (const { device } of net.nodes) device.tick(net.now);
    }
    // Whatever was lost, both ways work in the end.
    const [atA, atB] = [a.delivered.length, b.delivered.length];
    send(a, toB, net.now);
    net.settle();
    send(b, toA, net.now);
    net.settle();
    net.run(20_000);
    expect(b.delivered.length).toBeGreaterThan(atB);
    expect(a.delivered.length).toBeGreaterThan(atA);
  });
  fc.assert(property, { seed, numRuns: 40 });
});
