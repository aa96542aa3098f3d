import { expect, test } from "vitest";
import { RateLimiter } from "../../../electron/wireguard/load.ts";
import { COOKIE_REPLY_LENGTH, MessageType } from "../../../electron/wireguard/messages.ts";
import {
  A_INNER,
  B_INNER,
  createPair,
  ipv4Packet,
  mangled,
  send,
  udp,
  type Wired,
} from "../../support/wireguard-pair.ts";

const { initiation, response, cookieReply } = MessageType;
const toB = ipv4Packet(A_INNER, B_INNER);
const ALWAYS_LOADED = { loadThreshold: 0 };

test("W37 under load an initiation without mac2 gets a cookie reply only; with its cookie it is handled", () => {
  const { net, a, b, peerB } = createPair({ b: ALWAYS_LOADED });
  send(a, toB, net.now);
  net.settle();
  expect(b.sent.map(({ datagram }) => datagram.length)).toEqual([COOKIE_REPLY_LENGTH]);
  expect(b.device.stats.cookiesSent).toBe(1);
  expect(a.device.stats.cookiesReceived).toBe(1);
  expect(a.count(initiation)).toBe(1); // W38: no resend at once
  net.run(6_000);
  expect(peerB.stats.handshakesCompleted).toBe(1);
  expect(b.delivered.length).toBe(1);
});

test("W37 a mac2 from another address or port is worth nothing", () => {
  const { net, a, b } = createPair({ b: ALWAYS_LOADED });
  send(a, toB, net.now);
  net.settle();
  net.run(5_400, true);
  const second = a.sent.find(({ datagram }, i) => i > 0 && datagram[0] === initiation)!;
  for (const from of [udp("192.0.2.1", 51821), udp("192.0.2.3", 51820)]) net.put({ ...second, from });
  expect(b.device.stats.drops["cookie-demanded"]).toBe(3);
  net.put(second);
  expect(b.count(response)).toBe(1);
});

test("W37 the limiter lets 5 at once and 20 a second through for each IPv4 address and each IPv6 /64", () => {
  const limiter = new RateLimiter();
  const allowed = (address: string, now: number): boolean => limiter.allow(udp(address, 1), now);
  const times = (n: number, address: string, now: number): number =>
    Array.from({ length: n }, () => allowed(address, now)).filter(Boolean).length;
  expect(times(10, "192.0.2.1", 0)).toBe(5);
  expect(times(10, "192.0.2.2", 0)).toBe(5);
  expect(times(3, "192.0.2.1", 49)).toBe(0);
  expect(times(3, "192.0.2.1", 50)).toBe(1);
  expect(times(3, "2001:db8::1", 0)).toBe(3);
  expect(times(3, "2001:db8::2", 0)).toBe(2);
  expect(times(3, "2001:db8:0:1::2", 0)).toBe(3);
  // An IPv4 address is not the IPv6 network that begins with the same bytes.
  expect(times(5, "c000:201::", 0)).toBe(5);
  let through = 0;
  for (let now = 1_000; now < 3_000; now += 10) through += times(1, "203.0.113.1", now);
  expect(through).toBeGreaterThanOrEqual(40);
  expect(through).toBeLessThanOrEqual(45);
});

test("W37 the limiter forgets idle addresses and refuses new ones when it is full", () => {
  const limiter = new RateLimiter();
  for (let i = 0; i < 8_192; i++) limiter.allow(udp(`10.1.${i >> 8}.${i & 255}`, 1), 0);
  expect(limiter.allow(udp("192.0.2.1", 1), 500)).toBe(false);
  expect(limiter.allow(udp("192.0.2.1", 1), 1_001)).toBe(true);
});

test("W37 valid initiations beyond the burst of their address are dropped under load", () => {
  const { net, a, b, peerB } = createPair({ b: ALWAYS_LOADED });
  send(a, toB, net.now);
  net.settle();
  for (let i = 0; i < 8; i++) a.device.initiateHandshake(peerB, net.now, { force: true });
  for (const wired of net.take()) net.put(wired);
  expect(b.device.stats.drops["rate-limited"]).toBe(3);
});

test("W37 load is noticed by the rate of handshake messages, and lasts a second", () => {
  const { net, a, b, peerB } = createPair({ b: { loadThreshold: 10 } });
  for (let i = 0; i < 11; i++) {
    a.device.initiateHandshake(peerB, net.now, { force: true });
    for (const wired of net.take()) net.put(wired);
    net.clock.advance(21);
  }
  expect(b.count(cookieReply)).toBe(1);
  net.take();
  net.clock.advance(1_000);
  a.device.initiateHandshake(peerB, net.now, { force: true });
  for (const wired of net.take()) net.put(wired);
  expect(b.count(cookieReply)).toBe(1);
  expect(b.count(response)).toBe(11);
});

test("W37 a mac2 holds for 120 s; then its sender gets another cookie, which works while the first does not", () => {
  const { net, a, b, peerB } = createPair({ b: ALWAYS_LOADED });
  const putAll = (): void => {
    for (const wired of net.take()) net.put(wired);
  };
  /** How many cookie replies and responses an initiation of now, or `again`, brings. */
  const answers = (again?: Wired): [replies: number, responses: number] => {
    const before = [b.count(cookieReply), b.count(response)] as const;
    if (again === undefined) {
      a.device.initiateHandshake(peerB, net.now, { force: true });
      putAll();
    } else {
      net.put(again);
    }
    return [b.count(cookieReply) - before[0], b.count(response) - before[1]];
  };
  expect(answers()).toEqual([1, 0]);
  putAll();
  net.clock.advance(119_999);
  expect(answers()).toEqual([0, 1]);
  const withFirst = a.sent.at(-1)!;
  net.take();
  net.clock.advance(1);
  expect(answers(withFirst)).toEqual([1, 0]);
  net.take();
  // Now there is a new secret, made in this very millisecond: what the old one gave is void all the same.
  expect(answers(withFirst)).toEqual([1, 0]);
  net.take();
  net.clock.advance(21);
  expect(answers()).toEqual([1, 0]);
  putAll();
  expect(answers()).toEqual([0, 1]);
  const withSecond = a.sent.at(-1)!;
  net.take();
  net.clock.advance(119_978);
  expect(answers(withSecond)).toEqual([0, 0]); // handled, as the replay that it is
  net.clock.advance(1);
  expect(answers(withSecond)).toEqual([1, 0]);
});

test("W38 a cookie reply that is forged, or bound to another mac1, is ignored", () => {
  const { net, a, b, peerB } = createPair({ b: ALWAYS_LOADED });
  send(a, toB, net.now);
  for (const wired of net.take()) net.put(wired);
  const [reply] = net.take();
  net.put(mangled(reply!, (d) => (d[40] = d[40]! ^ 1)));
  expect(a.device.stats.drops["cookie-invalid"]).toBe(1);
  a.device.initiateHandshake(peerB, net.now, { force: true });
  net.take();
  net.put(reply!);
  expect(a.device.stats.drops["unknown-index"]).toBe(1); // its index went with the first initiation
  const index = a.sent[1]!.datagram.subarray(4, 8);
  net.put(mangled(reply!, (d) => d.set(index, 4)));
  expect(a.device.stats.drops["cookie-invalid"]).toBe(2);
  expect(a.device.stats.cookiesReceived).toBe(0);
  expect(b.count(response)).toBe(0);
});

test("W38 a cookie reply counts once", () => {
  const { net, a } = createPair({ b: ALWAYS_LOADED });
  send(a, toB, net.now);
  for (const wired of net.take()) net.put(wired);
  const [reply] = net.take();
  net.put(reply!);
  net.put(reply!);
  expect(a.device.stats.cookiesReceived).toBe(1);
  expect(a.device.stats.drops["cookie-invalid"]).toBe(1);
});

test("W38 a cookie is dead after 120 s", () => {
  const { net, a, peerB } = createPair({ b: ALWAYS_LOADED });
  send(a, toB, net.now);
  net.settle();
  const mac2 = (): Uint8Array =>
    a.sent
      .filter(({ datagram }) => datagram[0] === initiation)
      .at(-1)!
      .datagram.slice(132);
  net.clock.advance(119_999);
  a.device.initiateHandshake(peerB, net.now);
  expect(mac2()).not.toEqual(new Uint8Array(16));
  net.clock.advance(1);
  a.device.initiateHandshake(peerB, net.now, { force: true });
  expect(mac2()).toEqual(new Uint8Array(16));
});

test("W39 without load a garbage mac2 is ignored", () => {
  const { net, a, b } = createPair();
  send(a, toB, net.now);
  const [wired] = net.take();
  net.put(mangled(wired!, (d) => d.fill(0xee, 132)));
  expect(b.count(response)).toBe(1);
});

test("W40 under load a response is answered with a cookie too, and its sender uses it", () => {
  const { net, a, b, peerA, peerB } = createPair({ a: ALWAYS_LOADED });
  send(a, toB, net.now);
  net.settle();
  expect(a.count(cookieReply)).toBe(1);
  expect(b.device.stats.cookiesReceived).toBe(1);
  expect(peerB.stats.handshakesCompleted).toBe(0);
  net.run(6_000);
  expect(peerB.stats.handshakesCompleted).toBe(1);
  expect(peerA.stats.handshakesCompleted).toBe(1);
});
