import { describe, expect, it } from "vitest";
import type { PingReply } from "../../../electron/netstack/ping.ts";
import {
  address,
  bytesOf,
  checksumsHold,
  echo6,
  fragmentHeader,
  icmp4,
  icmp6,
  ip4,
  ip6,
  naiveChecksum,
  probe,
  THEM4,
  THEM6,
  US4,
  US6,
  u16,
  udp,
  whole,
} from "../../support/netstack-packets.ts";
import { ip, StackPair } from "../../support/netstack-pair.ts";

const PORT_UNREACHABLE_6 = 4;

describe("echo", () => {
  it.each([0, 1, 56, 1420 - 48])(
    "I01 an echo request with %i bytes gets the same back from the asked address",
    (size) => {
      const { stack, sent } = probe();
      const data = Uint8Array.from({ length: size }, (_, i) => i * 7);
      stack.receive(...whole(ip6({ next: 58, payload: echo6(0x1234, 9, data) })), 0);
      expect(sent).toHaveLength(1);
      const reply = sent[0]!;
      expect(checksumsHold(reply)).toBe(true);
      expect(reply.subarray(8, 24)).toEqual(address(US6));
      expect(reply.subarray(24, 40)).toEqual(address(THEM6));
      expect([reply[6], reply[7]]).toEqual([58, 64]);
      expect([...reply.subarray(40, 42)]).toEqual([129, 0]);
      expect(reply.subarray(44)).toEqual(bytesOf(u16(0x1234), u16(9), data));
    },
  );

  it("I01 over IPv4, from the asked address, with padding behind the packet", () => {
    const { stack, sent } = probe();
    const request = ip4({ protocol: 1, payload: icmp4(8, 0, 0x00050006, Uint8Array.of(1, 2, 3)) });
    stack.receive(...whole(bytesOf(request, new Uint8Array(9))), 0);
    const reply = sent[0]!;
    expect(checksumsHold(reply)).toBe(true);
    expect(reply.subarray(12, 20)).toEqual(bytesOf(address(US4), address(THEM4)));
    expect(reply.subarray(20)).toEqual(bytesOf(0, 0, reply.subarray(22, 24), u16(5), u16(6), 1, 2, 3));
  });

  it("I01 an echo to the group of all nodes is answered from a unicast address", () => {
    const { stack, sent } = probe();
    stack.receive(
      ...whole(ip6({ to: "ff02::1", next: 58, payload: echo6(1, 1, new Uint8Array(4), THEM6, "ff02::1") })),
      0,
    );
    expect(sent[0]!.subarray(8, 24)).toEqual(address(US6));
    expect(checksumsHold(sent[0]!)).toBe(true);
  });

  it("I02 a wrong checksum gets no reply, over either family", () => {
    const { stack, sent } = probe();
    const bad6 = echo6(1, 1, new Uint8Array(8));
    bad6[9]! ^= 1;
    const bad4 = icmp4(8, 0, 1, new Uint8Array(8));
    bad4[9]! ^= 1;
    stack.receive(...whole(ip6({ next: 58, payload: bad6 })), 0);
    stack.receive(...whole(ip4({ protocol: 1, payload: bad4 })), 0);
    expect(sent).toHaveLength(0);
    expect(stack.stats.drops).toEqual({ "icmp-checksum": 2 });
  });

  it("I03 an unasked echo reply is ignored, as is one with a foreign id, a foreign sequence or from elsewhere", () => {
    const { stack, sent } = probe();
    const replies: PingReply[] = [];
    stack.ping(ip(THEM6), 8, 0, (reply) => replies.push(reply));
    const word = new DataView(sent[0]!.buffer, 44, 4).getUint32(0);
    const body = sent[0]!.subarray(48);
    const answer = (w: number, from = THEM6) =>
      stack.receive(...whole(ip6({ from, next: 58, payload: icmp6(129, 0, w >>> 0, body, from) })), 20);
    answer(word ^ 0x1_0000);
    answer(word ^ 1);
    answer(word, "fd00::3");
    expect(replies).toEqual([]);
    answer(word);
    answer(word);
    expect(replies).toEqual([{ sequence: 1, rttMs: 20, bytes: 8 }]);
    expect(stack.stats.drops).toEqual({ "icmp-unasked": 4 });
  });
});

describe("ping", () => {
  it.each(["fd00::b", "10.0.0.2"])("is answered by another stack at %s, above the MTU too", (target) => {
    const pair = new StackPair({ mtu: 1300 });
    const replies: PingReply[] = [];
    for (const size of [0, 1000, 5000, 60_000]) pair.a.ping(ip(target), size, pair.now, (r) => replies.push(r));
    expect(replies).toEqual([]);
    pair.run(100);
    const sizes = [0, 1000, 5000, 60_000];
    expect(replies).toEqual(sizes.map((bytes, i) => ({ sequence: i + 1, rttMs: 20, bytes })));
    expect(Math.max(...pair.transits.map((t) => t.packet.length))).toBeLessThanOrEqual(1300);
  });

  it("times out, and says so once", () => {
    const pair = new StackPair({ drop: () => true });
    const replies: PingReply[] = [];
    pair.a.ping(ip("fd00::b"), 8, pair.now, (r) => replies.push(r), { timeoutMs: 700 });
    pair.run(699);
    expect(replies).toEqual([]);
    pair.run(5000);
    expect(replies).toEqual([{ error: "connection-timeout" }]);
  });

  it("tells of duplicates to whoever asks, until the time is over", () => {
    const { stack, sent } = probe();
    const told: unknown[] = [];
    const options = { timeoutMs: 700, onDuplicate: (rttMs: number) => told.push(rttMs) };
    stack.ping(ip(THEM6), 8, 0, (reply) => told.push(reply), options);
    const word = new DataView(sent[0]!.buffer, 44, 4).getUint32(0);
    const answer = (now: number) =>
      stack.receive(...whole(ip6({ next: 58, payload: icmp6(129, 0, word, sent[0]!.subarray(48)) })), now);
    for (const at of [20, 25, 600]) answer(at);
    stack.tick(700);
    answer(701);
    expect(told).toEqual([{ sequence: 1, rttMs: 20, bytes: 8 }, 25, 600]);
    expect(stack.stats.drops).toEqual({ "icmp-unasked": 1 });
    expect(stack.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    [4, 3, 1, "host-unreachable", "the host does not answer its router"],
    [4, 3, 13, "host-unreachable", "a filter forbids it"],
    [4, 3, 3, "connection-refused", "the port is closed"],
    [4, 3, 200, "host-unreachable", "unreachable, code 200"],
    [4, 11, 0, "host-unreachable", "the packet passed too many routers"],
    [6, 1, 3, "host-unreachable", "the host does not answer its router"],
    [6, 1, 4, "connection-refused", "the port is closed"],
    [6, 3, 1, "host-unreachable", "fragments of the packet were lost"],
    [6, 4, 1, "connection-refused", "the host does not speak that protocol"],
  ])("ICMPv%i type %i code %i is told as %s: %s", (version, type, code, error, meaning) => {
    const { stack, sent } = probe();
    const replies: PingReply[] = [];
    stack.ping(ip(version === 6 ? THEM6 : THEM4), 8, 0, (r) => replies.push(r));
    const packet =
      version === 6
        ? ip6({ next: 58, payload: icmp6(type, code, 0, sent[0]!) })
        : ip4({ protocol: 1, payload: icmp4(type, code, 0, sent[0]!) });
    stack.receive(...whole(packet), 5);
    expect(replies).toEqual([{ error, meaning: `${version === 6 ? THEM6 : THEM4} says: ${meaning}` }]);
  });

  it("fails with the error that quotes it, and with 'cancelled' when the stack goes", () => {
    const { stack, sent } = probe();
    const replies: PingReply[] = [];
    stack.ping(ip(THEM6), 8, 0, (r) => replies.push(r));
    stack.ping(ip(THEM4), 8, 0, (r) => replies.push(r));
    stack.receive(...whole(ip6({ from: "fd00::99", next: 58, payload: icmp6(1, 0, 0, sent[0]!, "fd00::99") })), 5);
    const failed = { error: "host-unreachable", meaning: "fd00::99 says: no route to the address" };
    expect(replies).toEqual([failed]);
    stack.dispose();
    expect(replies).toEqual([failed, { error: "cancelled" }]);
  });

  it("throws without an address of that family", () => {
    const { stack } = probe({ addresses: [ip(US4)] });
    expect(() => stack.ping(ip(THEM6), 8, 0, () => undefined)).toThrow(/no way to that address/);
  });
});

describe("errors we send", () => {
  const closed = (payload: Uint8Array) => ip6({ next: 17, payload: udp({ sourcePort: 5, port: 6, payload }) });

  it("I13 a datagram to a closed port gets port unreachable that quotes it", () => {
    const { stack, sent } = probe();
    const packet = closed(Uint8Array.of(1, 2, 3));
    stack.receive(...whole(packet), 0);
    expect(checksumsHold(sent[0]!)).toBe(true);
    expect([...sent[0]!.subarray(40, 42)]).toEqual([1, PORT_UNREACHABLE_6]);
    expect(sent[0]!.subarray(48)).toEqual(packet);
  });

  it("I13 a long datagram is quoted up to 1280 bytes over IPv6 and 576 over IPv4", () => {
    const { stack, sent } = probe();
    stack.receive(...whole(closed(new Uint8Array(1300))), 0);
    const payload = udp({ from: THEM4, to: US4, sourcePort: 5, port: 6, payload: new Uint8Array(1300) });
    stack.receive(...whole(ip4({ protocol: 17, payload: bytesOf(payload) })), 0);
    expect(sent.map((p) => p.length)).toEqual([1280, 576]);
    expect([...sent[1]!.subarray(20, 22)]).toEqual([3, 3]);
    expect(sent.every(checksumsHold)).toBe(true);
  });

  it("at most 50 at once and 100 a second", () => {
    const { stack, sent } = probe();
    for (let i = 0; i < 200; i++) stack.receive(...whole(closed(new Uint8Array(1))), 0);
    expect(sent).toHaveLength(50);
    for (let i = 0; i < 200; i++) stack.receive(...whole(closed(new Uint8Array(1))), 100);
    expect(sent).toHaveLength(60);
    expect(stack.stats.drops["icmp-rate-limit"]).toBe(340);
    stack.receive(...whole(closed(new Uint8Array(1))), 60_000);
    expect(sent).toHaveLength(61);
  });

  it("never about an ICMP error", () => {
    const { stack, sent } = probe();
    const error = icmp6(1, 0, 0, closed(new Uint8Array(1)));
    const options = bytesOf(58, 0, 0xbe, 4, 0, 0, 0, 0);
    stack.receive(...whole(ip6({ next: 60, payload: bytesOf(options, error) })), 0);
    const fragment = bytesOf(fragmentHeader(58, 1, 0, true), error.subarray(0, 20));
    stack.receive(...whole(ip6({ next: 44, payload: fragment })), 0);
    expect(sent).toHaveLength(0);
    const echo = bytesOf(options, echo6(1, 1, new Uint8Array(1)));
    stack.receive(...whole(ip6({ next: 60, payload: echo })), 0);
    expect(sent).toHaveLength(1);
  });

  it("the naive checksum of the tests is the one of RFC 1071 section 3", () => {
    expect(naiveChecksum(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7))).toBe(0xffff - 0xddf2);
  });
});
