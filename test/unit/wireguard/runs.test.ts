import { describe, expect, test } from "vitest";
import type { Peer } from "../../../electron/wireguard/device.ts";
import { HEADROOM, TAILROOM } from "../../../electron/wireguard/seam.ts";
import {
  A_INNER,
  B_INNER,
  connect,
  createPair,
  ipv4Packet,
  type Pair,
  type TestNode,
} from "../../support/wireguard-pair.ts";

const COUNT = 5;

/** The packets of a run, each of them different. */
function packets(length: number, to = B_INNER): Uint8Array[] {
  return Array.from({ length: COUNT }, (_, i) => ipv4Packet(A_INNER, to, length, i));
}

function sendRun(node: TestNode, of: readonly Uint8Array[], now: number): void {
  const length = of[0]?.length ?? 0;
  const spacing = node.device.spacingOf(length);
  const buffer = new Uint8Array(HEADROOM + of.length * spacing + TAILROOM).fill(0xee);
  for (const [i, packet] of of.entries()) buffer.set(packet, HEADROOM + i * spacing);
  node.device.encapsulateRun(buffer, HEADROOM, length, of.length, now);
}

function sendEach(node: TestNode, of: readonly Uint8Array[], now: number): void {
  for (const packet of of) {
    const buffer = new Uint8Array(HEADROOM + packet.length + TAILROOM);
    buffer.set(packet, HEADROOM);
    node.device.encapsulate(buffer, HEADROOM, packet.length, now);
  }
}

function connected(options: Parameters<typeof createPair>[0] = {}): Pair {
  const pair = createPair(options);
  connect(pair);
  return pair;
}

/** Length, type and counter of what `node` has sent; the keys are others each time. */
function sentBy(node: TestNode): string[] {
  return node.sent.map(({ datagram: d }) => `${d.length} ${d[0]} ${Buffer.from(d.subarray(8, 16)).toString("hex")}`);
}

function innardsOf(pair: Pair) {
  const { current } = pair.peerB.keys;
  if (current === undefined) throw new Error("no session");
  return current;
}

describe("a run is what its packets are one by one", () => {
  test.each([28, 100, 1_405, 1_408, 1_420])(
    "packets of %i bytes: what arrives, counters, figures and deadlines are the same",
    (length) => {
      const [run, single] = [connected(), connected()];
      sendRun(run.a, packets(length), run.net.now);
      sendEach(single.a, packets(length), single.net.now);
      expect(sentBy(run.a)).toEqual(sentBy(single.a));
      expect(run.a.sent).toHaveLength(COUNT);
      expect({ ...run.peerB.stats }).toEqual({ ...single.peerB.stats });
      expect(run.a.device.stats).toEqual(single.a.device.stats);
      expect(run.a.device.nextDeadline()).toBe(single.a.device.nextDeadline());
      run.net.settle();
      expect(run.b.delivered.map(({ packet }) => packet)).toEqual(packets(length));
      // Counters go on where the run ended.
      sendRun(run.a, packets(length), run.net.now);
      run.net.settle();
      expect(run.b.delivered).toHaveLength(2 * COUNT);
    },
  );

  test("a sink that takes runs gets it whole", () => {
    const runs: [number, number, string, Peer][] = [];
    const lengths: number[] = [];
    const taking = createPair({
      a: {
        sink: {
          sendDatagram: (datagram, to) => pushed(datagram, to),
          sendRun: (run, length, to, peer) => runs.push([run.length, length, to.key, peer]),
        },
      },
    });
    const pushed = (datagram: Uint8Array, to: (typeof taking.b)["endpoint"]): void => {
      lengths.push(datagram.length);
      taking.net.wire.push({ from: taking.a.endpoint, to, datagram: Uint8Array.from(datagram) });
    };
    sendEach(taking.a, packets(100).slice(0, 1), taking.net.now);
    taking.net.settle();
    sendRun(taking.a, packets(1_420), taking.net.now);
    expect(runs).toEqual([[COUNT * 1_452, 1_452, taking.b.endpoint.key, taking.peerB]]);
    expect(runs[0]?.[3]).toBe(taking.peerB);
    expect(taking.a.device.stats.datagramsOut).toBe(lengths.length + COUNT);
  });

  test("without a session all of it is staged, and goes once there is one", () => {
    const pair = createPair();
    sendRun(pair.a, packets(200), pair.net.now);
    expect(pair.a.sentTypes()).toEqual([1]);
    pair.net.settle();
    expect(pair.b.delivered.map(({ packet }) => packet)).toEqual(packets(200));
  });

  test("W34 to an address that nobody has, each is counted as dropped", () => {
    const pair = connected();
    sendRun(pair.a, packets(200, "10.9.9.9"), pair.net.now);
    expect(pair.a.sent).toEqual([]);
    expect(pair.a.device.stats.drops["no-route"]).toBe(COUNT);
  });

  test.each([
    ["carries past 32 bits", 0xffff_fffd, 0],
    ["W22 passes 2^60 messages", 0xffff_fffd, (1 << 28) - 1],
  ])("a counter that %s is that of packets one by one", (_what, low, high) => {
    const [run, single] = [connected(), connected()];
    for (const pair of [run, single]) Object.assign(innardsOf(pair), { sendLow: low, sendHigh: high });
    for (let i = 0; i < 2; i++) {
      sendRun(run.a, packets(64), run.net.now);
      sendEach(single.a, packets(64), single.net.now);
    }
    expect(sentBy(run.a)).toEqual(sentBy(single.a));
    expect([innardsOf(run).sendLow, innardsOf(run).sendHigh]).toEqual([
      innardsOf(single).sendLow,
      innardsOf(single).sendHigh,
    ]);
  });

  test("without the room to seal it, it is refused", () => {
    const { a, net } = connected();
    const buffer = new Uint8Array(HEADROOM + 2 * a.device.spacingOf(100));
    expect(() => a.device.encapsulateRun(buffer, HEADROOM - 1, 100, 2, net.now)).toThrow("room");
    expect(() => a.device.encapsulateRun(buffer, HEADROOM, 100, 3, net.now)).toThrow("room");
  });
});
