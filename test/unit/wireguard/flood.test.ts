import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { IndexTable } from "../../../electron/wireguard/index-table.ts";
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
  udp,
} from "../../support/wireguard-pair.ts";

const { cookieReply, response } = MessageType;
const toB = ipv4Packet(A_INNER, B_INNER, 1_000);
const MIB = 2 ** 20;

let collect: () => void;
beforeAll(() => {
  setFlagsFromString("--expose-gc");
  const gc: unknown = runInNewContext("gc");
  if (typeof gc !== "function") throw new Error("no garbage collector to call");
  collect = () => void gc();
});
afterEach(() => void vi.restoreAllMocks());

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** A connected pair whose wire keeps nothing, and how many of a's packets b has delivered. */
function transfer(): { pair: Pair; step: () => void; delivered: () => number } {
  const pair = createPair();
  connect(pair);
  let delivered = 0;
  return {
    pair,
    step: () => {
      send(pair.a, toB, pair.net.now);
      for (const wired of pair.net.take()) pair.net.put(wired);
      delivered += pair.b.delivered.length;
      for (const node of pair.net.nodes) {
        node.delivered.length = 0;
        node.sent.length = 0;
        node.device.endTurn(pair.net.now);
        node.events.length = 0;
      }
    },
    delivered: () => delivered,
  };
}

test("1,000 initiations a second with a valid mac1 from many ports: cookies, flat memory, no packet of the peer lost", () => {
  const { pair, step, delivered } = transfer();
  const { net, b } = pair;
  const flood = new Flood(b.device.publicKey, 1);
  const claimed = vi.spyOn(IndexTable.prototype, "claim");
  const second = (): { cookies: number; responses: number } => {
    const sent = { cookies: 0, responses: 0 };
    for (let i = 0; i < 1_000; i++) {
      net.put({ from: flood.from(), to: b.endpoint, datagram: flood.initiation() });
      for (const { datagram } of net.take()) {
        if (datagram[0] === cookieReply) sent.cookies++;
        if (datagram[0] === response) sent.responses++;
      }
      net.clock.advance(1);
      if (i % 10 === 0) step();
    }
    return sent;
  };
  net.clock.advance(1_000);
  expect(second()).toEqual({ cookies: 1_000 - 128, responses: 0 });
  const before = heap();
  for (let i = 0; i < 4; i++) expect(second()).toEqual({ cookies: 1_000, responses: 0 });
  expect(heap() - before).toBeLessThan(2 * MIB);
  expect(delivered()).toBe(500);
  // Only those before load was noticed were computed at all, and none got as far as an index.
  expect(b.device.stats.drops["handshake-invalid"]).toBe(128);
  expect(b.device.stats.drops["cookie-demanded"]).toBe(4_872);
  expect(claimed).not.toHaveBeenCalled();
}, 60_000);

test("W37 20,000 initiations in two seconds: a thousand cookies each, the others get none and are counted", () => {
  const { pair, step, delivered } = transfer();
  const { net, b } = pair;
  const flood = new Flood(b.device.publicKey, 4);
  let cookies = 0;
  for (let i = 0; i < 20_000; i++) {
    if (i % 10 === 0) net.clock.advance(1);
    net.put({ from: flood.from(), to: b.endpoint, datagram: flood.initiation() });
    cookies += net.take().filter(({ datagram }) => datagram[0] === cookieReply).length;
    if (i % 1_000 === 0) step();
  }
  expect(cookies).toBe(2_000);
  expect(b.device.stats.cookiesSent).toBe(2_000);
  expect(b.device.stats.drops["cookie-demanded"]).toBe(2_000);
  // All but those that came before load was noticed.
  expect(b.device.stats.drops["cookie-withheld"]).toBeGreaterThan(18_000 - 129);
  expect(delivered()).toBe(20);
}, 60_000);

test("100,000 random datagrams: each is counted, memory stays flat, the peer's transfer goes on", () => {
  const { pair, step, delivered } = transfer();
  const { net, a, b } = pair;
  const flood = new Flood(b.device.publicKey, 2);
  const claimed = vi.spyOn(IndexTable.prototype, "claim");
  const dropped = (): number => Object.values(b.device.stats.drops).reduce((sum, n) => sum + n, 0);
  let before = 0;
  for (let i = 0; i < 100_000; i++) {
    if (i === 20_000) before = heap();
    net.put({ from: i % 2 === 0 ? flood.from() : a.endpoint, to: b.endpoint, datagram: flood.datagram() });
    if (i % 100 === 0) {
      net.clock.advance(10);
      step();
    }
  }
  expect(heap() - before).toBeLessThan(2 * MIB);
  expect(dropped()).toBe(100_000);
  expect(delivered()).toBe(1_000);
  expect(claimed).not.toHaveBeenCalled();
  expect(pair.peerA.endpoint?.key).toBe(a.endpoint.key);
}, 60_000);

test.each(["udp", "same address as the flood"])(
  "a peer that was not connected gets in meanwhile (%s)",
  (where) => {
    const { pair, step } = transfer();
    const { net, b } = pair;
    const flood = new Flood(b.device.publicKey, 3);
    const c = net.add("c", udp(where === "udp" ? "192.0.2.3" : "203.0.113.0", 700), { firstContact: "eager" });
    const wanted = { publicKey: b.device.publicKey, endpoint: b.endpoint, allowedIps: [prefixOf(B_INNER)] };
    const peerB = c.device.addPeer(wanted, net.now);
    b.device.addPeer({ publicKey: c.device.publicKey, allowedIps: [prefixOf("10.0.0.3")] }, net.now);
    const flow = (ms: number): void => {
      for (let i = 0; i < ms; i++) {
        net.put({ from: flood.from(), to: b.endpoint, datagram: flood.initiation() });
        for (const wired of net.take()) net.put(wired);
        net.clock.advance(1);
        for (const { device } of net.nodes) device.tick(net.now);
        if (i % 100 === 0) step();
      }
    };
    flow(1_000);
    const since = net.now;
    send(c, ipv4Packet("10.0.0.3", B_INNER), net.now);
    flow(1_000);
    // The first initiation earns the cookie, the second, 0.4 s later, carries it.
    expect(peerB.stats.lastHandshakeAt! - since).toBeLessThan(500);
    // And the one that was connected rekeys under the same flood.
    net.clock.advance(121_000);
    const before = pair.peerB.stats.handshakesCompleted;
    send(pair.a, toB, net.now);
    flow(6_000);
    expect(pair.peerB.stats.handshakesCompleted).toBe(before + 1);
  },
  60_000,
);

test("a peer's own flood of valid initiations leaves three sessions and one index each", () => {
  const pair = createPair();
  connect(pair);
  const { net, a, b, peerB } = pair;
  const claimed = vi.spyOn(IndexTable.prototype, "claim");
  const released = vi.spyOn(IndexTable.prototype, "release");
  for (let i = 0; i < 120; i++) {
    a.device.initiateHandshake(peerB, net.now, { force: true });
    for (const wired of net.take()) net.put(wired);
    net.take();
    net.clock.advance(21);
  }
  expect(claimed.mock.calls.length - released.mock.calls.length).toBeLessThanOrEqual(3);
  expect(b.sent.length).toBeGreaterThan(100);
}, 60_000);
