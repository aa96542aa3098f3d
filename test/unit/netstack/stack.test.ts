import { describe, expect, it } from "vitest";
import type { CulvertError } from "../../../electron/base/errors.ts";
import { PathMtuCache, usableMtu } from "../../../electron/netstack/path-mtu-cache.ts";
import type { Stack } from "../../../electron/netstack/stack.ts";
import type { TcpConnection } from "../../../electron/netstack/tcp/connection.ts";
import {
  bytesOf,
  checksumsHold,
  echo6,
  fragmentHeader,
  icmp4,
  icmp6,
  ip4,
  ip6,
  probe,
  THEM4,
  THEM6,
  tcp,
  US4,
  udp,
  whole,
} from "../../support/netstack-packets.ts";
import { ip, StackPair, type Transit } from "../../support/netstack-pair.ts";

const RST = 0x04;
const SYN = 0x02;

/** A connection whose end is noted. */
function connect(stack: Stack, to: string, now: number) {
  const events: string[] = [];
  const connection = stack.connectTcp({ remote: ip(to), port: 80 }, now);
  connection.handler = {
    onEstablished: () => events.push("established"),
    onReadable: () => undefined,
    onWritable: () => undefined,
    onEnd: () => undefined,
    onClosed: (error: CulvertError | undefined) => events.push(error?.code ?? "closed"),
  };
  return { connection, events };
}

/** A pair with a connection from a to b that swallows everything. */
function established(to = "fd00::b", mtu = 1420) {
  const pair = new StackPair({ mtu });
  pair.b.listenTcp({ port: 80 }, (accepted) => {
    accepted.handler = {
      onEstablished: () => undefined,
      onReadable: (now) => {
        while (accepted.read(65_536, now) !== undefined);
      },
      onWritable: () => undefined,
      onEnd: () => undefined,
      onClosed: () => undefined,
    };
  });
  const { connection, events } = connect(pair.a, to, pair.now);
  pair.runUntil(() => events.length > 0);
  return { pair, connection, events };
}

/** Fills the window, and answers the last packet that is in flight. */
function inFlight(pair: StackPair, connection: TcpConnection): Transit {
  connection.write(new Uint8Array(200_000), pair.now);
  pair.run(0);
  return pair.transits.findLast((t) => t.from === "a")!;
}

/** An ICMP message as a router between the two would send it to a's IPv6 address. */
function tooBig6(mtu: number, quote: Uint8Array): Uint8Array {
  const router = "fd00::99";
  return ip6({ from: router, to: "fd00::a", next: 58, payload: icmp6(2, 0, mtu, quote, router, "fd00::a") });
}

describe("closed ports", () => {
  it("I13 a SYN to a closed port gets a reset, over either family", () => {
    const { stack, sent } = probe();
    const syn6 = tcp({ sourcePort: 5, port: 80, seq: 100, flags: SYN });
    const syn4 = tcp({ from: THEM4, to: US4, sourcePort: 5, port: 80, seq: 100, flags: SYN });
    stack.receive(...whole(ip6({ next: 6, payload: syn6 })), 0);
    stack.receive(...whole(ip4({ protocol: 6, payload: syn4 })), 0);
    stack.endTurn(0);
    expect(sent.map((p) => p.length)).toEqual([60, 40]);
    expect(sent.every(checksumsHold)).toBe(true);
    expect(sent[0]![40 + 13]! & RST).toBe(RST);
    expect(stack.stats.resetsOut).toBe(2);
    stack.receive(...whole(ip6({ next: 6, payload: tcp({ sourcePort: 5, port: 80, seq: 1, flags: RST }) })), 0);
    stack.endTurn(0);
    expect(sent).toHaveLength(2);
    expect(stack.stats.resetsIn).toBe(1);
  });

  it("a segment to the group of all nodes is dropped in silence", () => {
    const { stack, sent } = probe();
    const syn = tcp({ to: "ff02::1", sourcePort: 5, port: 80, seq: 100, flags: SYN });
    stack.receive(...whole(ip6({ to: "ff02::1", next: 6, payload: syn })), 0);
    stack.endTurn(0);
    expect(sent).toEqual([]);
  });
});

describe("path MTU", () => {
  it("I14 a packet too big about data in flight shrinks segments at once; 600 and foreign flows do not", () => {
    const { pair, connection } = established();
    const packet = inFlight(pair, connection).packet;
    expect(packet).toHaveLength(1420);
    const sizes = () => pair.transits.splice(0).flatMap((t) => (t.from === "a" ? [t.packet.length] : []));

    pair.a.receive(...whole(tooBig6(600, packet)), pair.now);
    const unknownPort = packet.slice();
    unknownPort[40]! ^= 1;
    const notInFlight = packet.slice();
    notInFlight[44]! ^= 0x40;
    for (const quote of [unknownPort, notInFlight]) pair.a.receive(...whole(tooBig6(1300, quote)), pair.now);
    sizes();
    pair.run(30);
    const latest = pair.transits.findLast((t) => t.from === "a")!.packet;
    expect(Math.max(...sizes())).toBe(1420);

    pair.a.receive(...whole(tooBig6(1300, latest)), pair.now);
    pair.run(0);
    const first = sizes();
    expect(first.length).toBeGreaterThan(0);
    expect(Math.max(...first)).toBe(1300);
    pair.run(500);
    expect(Math.max(...sizes())).toBe(1300);
  });

  it("I14 a packet too big about a datagram of ours makes the next one leave in fragments", () => {
    const { stack, sent } = probe();
    const socket = stack.openUdp({}, () => undefined);
    const send = () => socket.send(new Uint8Array(1_300), { address: ip(THEM6), port: 9 }, 0);
    send();
    const wrong = sent[0]!.slice();
    wrong[43]! ^= 1;
    stack.receive(...whole(ip6({ next: 58, payload: icmp6(2, 0, 1280, wrong) })), 0);
    send();
    expect(sent).toHaveLength(2);
    stack.receive(...whole(ip6({ next: 58, payload: icmp6(2, 0, 1280, sent[0]!) })), 0);
    send();
    expect(sent).toHaveLength(4);
    stack.tick(600_000);
    stack.endTurn(600_000);
    socket.send(new Uint8Array(1_300), { address: ip(THEM6), port: 9 }, 600_000);
    expect(sent).toHaveLength(5);
  });

  it("I16 an IPv4 path below our floor gets segments that may be fragmented, each with a new identification", () => {
    const { pair, connection } = established("10.0.0.2");
    const quote = inFlight(pair, connection).packet;
    expect([quote[6], quote[4], quote[5]]).toEqual([0x40, 0, 0]);
    const needed = icmp4(3, 4, 300, quote.subarray(0, 28));
    pair.a.receive(...whole(ip4({ from: "10.0.0.9", to: "10.0.0.1", protocol: 1, payload: needed })), pair.now);
    pair.transits.length = 0;
    pair.run(100);
    const sent = pair.transits.filter((t) => t.from === "a").map((t) => t.packet);
    expect(Math.max(...sent.map((p) => p.length))).toBe(552);
    expect(sent.every((p) => (p[6]! & 0x40) === 0)).toBe(true);
    expect(new Set(sent.map((p) => (p[4]! << 8) | p[5]!)).size).toBe(sent.length);
  });

  it("the sizes that routers ask for, and those that we believe", () => {
    expect(usableMtu(6, 1280, 1420)).toEqual({ mtu: 1280, fragmentable: false });
    expect(usableMtu(6, 1279, 1420)).toBeUndefined();
    expect(usableMtu(6, 0, 1420)).toBeUndefined();
    expect(usableMtu(4, 1000, 1420)).toEqual({ mtu: 1000, fragmentable: false });
    expect(usableMtu(4, 0, 1420)).toEqual({ mtu: 1006, fragmentable: false });
    expect(usableMtu(4, 0, 1006)).toEqual({ mtu: 552, fragmentable: true });
    expect(usableMtu(4, 551, 1420)).toEqual({ mtu: 552, fragmentable: true });
    expect(usableMtu(4, 0, 20)).toEqual({ mtu: 552, fragmentable: true });
  });

  it("the cache never raises, forgets after ten minutes, and holds 256 paths", () => {
    const cache = new PathMtuCache(1420);
    const remote = ip("fd00::1");
    cache.lower(remote, 9000, false, 0);
    expect(cache.get(remote, 0)).toBe(1420);
    cache.lower(remote, 1300, false, 0);
    cache.lower(remote, 1400, false, 1);
    expect(cache.get(remote, 599_999)).toBe(1300);
    expect(cache.get(remote, 600_000)).toBe(1420);
    for (let i = 0; i < 300; i++) cache.lower(ip(`fd00::${i.toString(16)}`), 1300, false, 0);
    const kept = Array.from({ length: 300 }, (_, i) => cache.get(ip(`fd00::${i.toString(16)}`), 1));
    expect(kept.filter((mtu) => mtu === 1300)).toHaveLength(256);
    expect(kept[299]).toBe(1300);
  });
});

describe("unreachable", () => {
  it.each<[string, number, string]>([
    ["no route", 0, "host-unreachable"],
    ["prohibited", 1, "host-unreachable"],
    ["address", 3, "host-unreachable"],
    ["port", 4, "connection-refused"],
  ])("I15 %s while connecting ends the attempt", (_, code, error) => {
    const { stack, sent } = probe();
    const { events } = connect(stack, THEM6, 0);
    stack.endTurn(0);
    stack.receive(...whole(ip6({ next: 58, payload: icmp6(1, code, 0, sent[0]!) })), 5);
    stack.endTurn(5);
    expect(events).toEqual([error]);
  });

  it.each<[number, string]>([
    [1, "host-unreachable"],
    [3, "connection-refused"],
    [13, "host-unreachable"],
  ])("I15 code %i over IPv4, quoting no more than 8 bytes of TCP", (code, error) => {
    const { stack, sent } = probe();
    const { events } = connect(stack, THEM4, 0);
    stack.endTurn(0);
    stack.receive(...whole(ip4({ protocol: 1, payload: icmp4(3, code, 0, sent[0]!.subarray(0, 28)) })), 5);
    stack.endTurn(5);
    expect(events).toEqual([error]);
  });

  it.each<[string, string, (quote: Uint8Array) => Uint8Array]>([
    ["type 3 over IPv6", THEM6, (quote) => ip6({ next: 58, payload: icmp6(3, 0, 0, quote) })],
    ["type 11 over IPv4", THEM4, (quote) => ip4({ protocol: 1, payload: icmp4(11, 0, 0, quote.subarray(0, 28)) })],
  ])("I15 a time exceeded, %s, ends no attempt to connect: the loop may pass", (_, to, error) => {
    const { stack, sent } = probe();
    const { events, connection } = connect(stack, to, 0);
    stack.endTurn(0);
    stack.receive(...whole(error(sent[0]!)), 5);
    stack.endTurn(5);
    expect(stack.stats.icmpErrorsIn).toBe(1);
    expect(stack.stats.drops).toEqual({});
    expect(events).toEqual([]);
    expect(connection.state).toBe("syn-sent");
  });

  it("I15 a connection that is established lives on", () => {
    const { pair, connection, events } = established();
    const quote = inFlight(pair, connection).packet;
    const error = icmp6(1, 0, 0, quote, "fd00::99", "fd00::a");
    pair.a.receive(...whole(ip6({ from: "fd00::99", to: "fd00::a", next: 58, payload: error })), pair.now);
    pair.run(5_000);
    expect(events).toEqual(["established"]);
    expect(connection.stats.bytesOut).toBeGreaterThan(100_000);
    expect(connection.stats.bytesInFlight).toBe(0);
  });
});

describe("the stack as a core", () => {
  it("refuses an MTU that its addresses cannot live with", () => {
    expect(() => probe({ mtu: 1279 })).toThrow(/1280/);
    expect(() => probe({ mtu: 575, addresses: [ip(US4)] })).toThrow(/576/);
    expect(probe({ mtu: 576, addresses: [ip(US4)] }).stack.hasAddress(ip(US4))).toBe(true);
  });

  it("counts what passes", () => {
    const { stack } = probe();
    stack.openUdp({ port: 7 }, () => undefined);
    const packet = ip6({ next: 17, payload: udp({ sourcePort: 5, port: 7, payload: bytesOf(1) }) });
    stack.receive(...whole(packet), 0);
    stack.receive(...whole(bytesOf(0)), 0);
    expect(stack.stats).toMatchObject({ packetsIn: 2, bytesIn: packet.length + 1, drops: { "ip-version": 1 } });
  });

  it("a Buffer whose memory is used again after the call does no harm", () => {
    const { stack, sent } = probe({ mtu: 4_000 });
    const echo = echo6(1, 1, new Uint8Array(3_000).fill(7));
    const shared = Buffer.alloc(2_000);
    for (const [from, to] of [
      [0, 1_600],
      [1_600, echo.length],
    ] as const) {
      const header = fragmentHeader(58, 1, from, to < echo.length);
      const packet = ip6({ next: 44, payload: bytesOf(header, echo.subarray(from, to)) });
      shared.fill(0xff);
      shared.set(packet);
      stack.receive(...whole(shared.subarray(0, packet.length)), 0);
      shared.fill(0xff);
    }
    expect(sent[0]!.subarray(48)).toEqual(echo.subarray(8));
  });

  it("identifications of IPv6 fragments are what was drawn, from a pool of Node's, too", () => {
    const pool = Buffer.alloc(64, 9);
    const { stack, sent } = probe({ random: (length) => pool.fill(5, 32, 32 + length).subarray(32, 32 + length) });
    stack.ping(ip(THEM6), 2_000, 0, () => undefined);
    expect(sent.map((p) => [...p.subarray(44, 48)])).toEqual([
      [5, 5, 5, 5],
      [5, 5, 5, 5],
    ]);
  });

  it("a call wakes the owner of the timer", () => {
    let woken = 0;
    const { stack } = probe({ onWake: () => woken++ });
    stack.ping(ip(THEM6), 8, 0, () => undefined);
    expect(woken).toBe(1);
    stack.connectTcp({ remote: ip(THEM6), port: 80 }, 0);
    expect(woken).toBe(2);
  });

  it("there is no connection to a group or to a family that we lack", () => {
    const { stack } = probe({ addresses: [ip(US4)] });
    for (const remote of ["ff02::1", "224.0.0.1", THEM6])
      expect(() => stack.connectTcp({ remote: ip(remote), port: 1 }, 0)).toThrow(/no way/);
    expect(() => stack.listenTcp({ address: ip(THEM4), port: 1 }, () => undefined)).toThrow(/no way/);
  });

  it("after dispose nothing is taken, sent or waited for", () => {
    const { stack, sent } = probe();
    const socket = stack.openUdp({ port: 7 }, () => undefined);
    stack.ping(ip(THEM6), 8, 0, () => undefined);
    stack.dispose();
    sent.length = 0;
    stack.receive(...whole(ip6({ next: 17, payload: udp({ sourcePort: 5, port: 9, payload: bytesOf(1) }) })), 1);
    stack.tick(1e9);
    stack.endTurn(1e9);
    stack.dispose();
    expect(sent).toEqual([]);
    expect(stack.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    expect(() => socket.send(bytesOf(1), { address: ip(THEM6), port: 1 }, 2)).toThrow(/closed/);
    expect(() => stack.ping(ip(THEM6), 8, 2, () => undefined)).toThrow(/Cancelled/);
  });
});
