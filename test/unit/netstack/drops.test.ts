import { describe, expect, test } from "vitest";
import type { Stack } from "../../../electron/netstack/stack.ts";
import { STACK_DROPS, type StackDrop } from "../../../electron/netstack/stats.ts";
import {
  bytesOf,
  echo6,
  extension,
  fragmentHeader,
  icmp6,
  ip4,
  ip6,
  probe,
  THEM6,
  tcp,
  US6,
  udp,
  whole,
} from "../../support/netstack-packets.ts";
import { type Sent, TcpPeer } from "../../support/tcp-peer.ts";

// Issue 4, "Visible": for each drop its reason. One way to each there is, and it is counted once, under no other name.

type Counts = Partial<Record<StackDrop, number>>;

const ALL_NODES = "ff02::1";
const SYN = 2;
const ACK = 16;
const NOTHING = new Uint8Array(0);
const DATA = new Uint8Array(8).fill(7);

/** What a stack counts for these packets, one turn each. */
function counted(packets: readonly Uint8Array[], prepare: (stack: Stack) => void = () => undefined): Counts {
  const { stack } = probe();
  prepare(stack);
  for (const packet of packets) {
    stack.receive(...whole(packet), 10);
    stack.endTurn(10);
  }
  return counts(stack);
}

function counts(stack: Stack): Counts {
  return Object.fromEntries(Object.entries(stack.stats.drops).filter(([, count]) => count > 0));
}

/** The packet with its byte at `at` changed. */
function damaged(packet: Uint8Array, at: number): Uint8Array {
  const copy = packet.slice();
  copy[at] = (copy[at] ?? 0) ^ 0x55;
  return copy;
}

function toUdp(port: number, to = US6): Uint8Array {
  return ip6({ to, next: 17, payload: udp({ to, sourcePort: 5000, port, payload: DATA }) });
}

function toTcp(flags: number, to = US6): Uint8Array {
  return ip6({ to, next: 6, payload: tcp({ to, sourcePort: 5000, port: 22, seq: 1, flags }) });
}

function fragment(id: number, offset: number, more: boolean, data: Uint8Array = DATA): Uint8Array {
  return ip6({ next: 44, payload: bytesOf(fragmentHeader(17, id, offset, more), data) });
}

/** What is counted for segments to a connection of ours, which the peer has established. */
function toConnection(...segments: readonly Sent[]): Counts {
  const peer = new TcpPeer();
  peer.established(undefined, { ws: 7, sackOk: true });
  for (const segment of segments) peer.send(segment);
  return Object.fromEntries(peer.drops);
}

/** The same in TIME-WAIT. */
function toClosed(segment: Sent): Counts {
  const peer = new TcpPeer();
  peer.established().close(peer.now);
  peer.turn();
  peer.send({ flags: "FA", seq: 1, ack: 2 });
  peer.nxt = peer.acked = 2;
  peer.send(segment);
  return Object.fromEntries(peer.drops);
}

function toListener(backlog: number, ...segments: readonly Sent[]): Counts {
  const peer = new TcpPeer();
  peer.listen({ backlog });
  for (const segment of segments) peer.send(segment);
  return Object.fromEntries(peer.drops);
}

const WAYS: Readonly<Record<StackDrop, () => Counts>> = {
  "ip-version": () => counted([Uint8Array.of(0x50, 0, 0)]),
  "ip-malformed": () => counted([toUdp(9).subarray(0, 39)]),
  "ip-checksum": () => counted([damaged(ip4({ protocol: 17, payload: DATA }), 8)]),
  "ip-not-ours": () => counted([toUdp(9, "fd00::99")]),
  "ip-martian-source": () => counted([ip6({ from: "::", next: 17, payload: DATA })]),
  // An option that asks to be discarded without a word.
  "ip-option": () => counted([ip6({ next: 0, payload: bytesOf(extension(17, [0x5e, 0]), DATA) })]),
  "ip-source-route": () => counted([ip4({ protocol: 17, payload: DATA, options: [0x83, 3, 4, 0] })]),
  "ip-header-chain": () => {
    const chain = Array.from({ length: 20 }, (_, i) => extension(i === 19 ? 17 : 60, [1, 4, 0, 0, 0, 0]));
    return counted([ip6({ next: 60, payload: bytesOf(...chain, DATA) })]);
  },
  "ip-no-next-header": () => counted([ip6({ next: 59, payload: NOTHING })]),
  "ip-protocol": () => counted([ip6({ next: 132, payload: DATA })]),
  "fragment-malformed": () => counted([fragment(1, 8, true, DATA.subarray(1))]),
  "fragment-overlap": () => counted([fragment(1, 16, true, bytesOf(DATA, DATA)), fragment(1, 24, false)]),
  "fragment-duplicate": () => counted([fragment(1, 8, true), fragment(1, 8, true)]),
  "fragment-evicted": () => {
    const { stack } = probe();
    for (let id = 0; counts(stack)["fragment-evicted"] === undefined && id < 10_000; id++)
      stack.receive(...whole(fragment(id, 8, true, new Uint8Array(1_200))), 10);
    // The oldest go together, down to the low mark.
    return { "fragment-evicted": Math.min(1, counts(stack)["fragment-evicted"] ?? 0) };
  },
  "fragment-timeout": () => {
    const { stack } = probe();
    stack.receive(...whole(fragment(1, 8, true)), 10);
    stack.tick(60_010);
    return counts(stack);
  },
  "icmp-malformed": () => counted([ip6({ next: 58, payload: DATA.subarray(0, 7) })]),
  "icmp-checksum": () => counted([damaged(ip6({ next: 58, payload: echo6(1, 1, DATA) }), 47)]),
  // A router's advertisement.
  "icmp-ignored": () => counted([ip6({ next: 58, payload: icmp6(134, 0, 0, DATA) })]),
  "icmp-not-about-us": () => counted([ip6({ next: 58, payload: icmp6(1, 4, 0, toUdp(9)) })]),
  "icmp-rate-limit": () => {
    const { "udp-port-closed": all = 0, ...rest } = counted(Array.from({ length: 60 }, () => toUdp(9)));
    expect(all).toBe(60);
    expect(rest["icmp-rate-limit"]).toBe(10);
    return { "icmp-rate-limit": 1 };
  },
  "icmp-unasked": () => counted([ip6({ next: 58, payload: icmp6(129, 0, 1, DATA) })]),
  "udp-malformed": () => counted([ip6({ next: 17, payload: DATA.subarray(0, 7) })]),
  "udp-checksum": () => counted([damaged(toUdp(9), 48)]),
  "udp-multicast": () => counted([toUdp(9, ALL_NODES)]),
  "udp-port-closed": () => counted([toUdp(9)]),
  // A header of sixteen bytes, by its own word; the sum is right.
  "tcp-malformed": () => {
    const short = toTcp(SYN);
    short[40 + 12] = 0x40;
    short[40 + 18] = 0x10;
    return counted([short], (stack) => stack.listenTcp({ port: 22 }, () => undefined));
  },
  "tcp-checksum": () => toConnection({ length: 5, damage: (bytes) => damaged(bytes, 22) }),
  "tcp-multicast": () => counted([toTcp(SYN, ALL_NODES)]),
  "tcp-no-connection": () => counted([toTcp(ACK)]),
  // A SYN flood: the oldest half-open connection makes room.
  "tcp-half-open": () => {
    const peer = new TcpPeer();
    peer.listen({});
    for (let i = 0; !peer.drops.has("tcp-half-open") && i < 10_000; i++)
      peer.send({ flags: "S", seq: 0, fromPort: 1000 + i });
    return Object.fromEntries(peer.drops);
  },
  "tcp-unexpected-syn": () => toConnection({ flags: "S", seq: 1 }),
  "tcp-no-syn": () => toListener(1, { flags: "P", seq: 0, length: 3, ack: 0 }),
  "tcp-no-ack": () => toConnection({ flags: "P", seq: 1, length: 3 }),
  "tcp-bad-ack": () => toConnection({ seq: 1, ack: 9_999 }),
  "tcp-bad-reset": () => toConnection({ flags: "R", seq: -500 }),
  "tcp-inexact-reset": () => toConnection({ flags: "R", seq: 2 }),
  "tcp-duplicate": () => toConnection({ seq: 1, length: 3 }, { seq: 1, length: 3 }),
  "tcp-out-of-window": () => toConnection({ seq: 50_000_000, length: 3 }),
  "tcp-window-full": () => {
    const peer = new TcpPeer();
    peer.established({ receiveBufferMax: 4096 });
    for (let seq = 1; seq <= 4096; seq += 1024) peer.send({ seq, length: 1024 });
    // Right where the window is shut.
    peer.send({ seq: 4097, length: 1 });
    return Object.fromEntries(peer.drops);
  },
  "tcp-paws": () => {
    const peer = new TcpPeer();
    peer.stamps = true;
    peer.established();
    peer.send({ seq: 1, length: 3, ts: [100, 0] });
    return Object.fromEntries(peer.drops);
  },
  "tcp-time-wait": () => toClosed({ flags: "R", seq: 2 }),
  "tcp-too-many-holes": () => {
    const peer = new TcpPeer();
    peer.established(undefined, { ws: 7, sackOk: true });
    for (let i = 0; i <= 1024; i++) peer.inject({ seq: 3 + 2 * i, length: 1 });
    return Object.fromEntries(peer.drops);
  },
  "tcp-accept-queue-full": () => toListenerThatWaits("accept"),
  "tcp-backlog-full": () => toListenerThatWaits("backlog"),
};

/** Nobody takes what is established, and no more of it may wait: a final ACK, or already a SYN, finds no room. */
function toListenerThatWaits(what: "accept" | "backlog"): Counts {
  const peer = new TcpPeer();
  peer.theirPort = 22;
  peer.layer.listen({ port: 22, backlog: what === "accept" ? 2 : 1 }, () => undefined).pause();
  const begin = (fromPort: number): (() => void) => {
    peer.send({ flags: "S", seq: 0, fromPort });
    const iss = peer.theirIss;
    return () => {
      peer.theirIss = iss;
      peer.send({ seq: 1, ack: 1, fromPort });
    };
  };
  const first = begin(1);
  const second = what === "accept" ? begin(2) : () => undefined;
  first();
  const third = begin(3);
  second();
  if (what === "accept") third();
  return Object.fromEntries(peer.drops);
}

describe("for each drop its reason", () => {
  test.each(STACK_DROPS)("%s", (reason) => {
    expect(WAYS[reason]()).toEqual({ [reason]: 1 });
  });

  test("also for what a reset answers: an ACK of what was never sent, in SYN-SENT and in SYN-RECEIVED", () => {
    const caller = new TcpPeer();
    caller.connect();
    caller.flush();
    caller.send({ flags: "SA", seq: 0, ack: 9 });
    caller.expect({ flags: "R", seq: 9 });
    const called = new TcpPeer();
    called.listen({});
    called.send({ flags: "S", seq: 0 });
    called.flush();
    called.send({ seq: 1, ack: 9 });
    called.expect({ flags: "R", seq: 9 });
    expect([caller, called].map(({ drops }) => Object.fromEntries(drops))).toEqual([
      { "tcp-bad-ack": 1 },
      { "tcp-bad-ack": 1 },
    ]);
  });

  test("and what is not dropped has none", () => {
    const { stack } = probe();
    const heard: number[] = [];
    stack.openUdp({ port: 9 }, (payload) => heard.push(payload.length));
    stack.receive(...whole(toUdp(9)), 10);
    stack.receive(...whole(ip6({ from: THEM6, next: 58, payload: echo6(1, 1, DATA) })), 10);
    expect([heard, counts(stack)]).toEqual([[8], {}]);
  });
});
