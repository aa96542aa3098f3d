import { describe, expect, it } from "vitest";
import {
  address,
  bytesOf,
  checksumsHold,
  echo6,
  extension,
  fragmentHeader,
  icmp4,
  ip4,
  ip6,
  probe,
  THEM4,
  THEM6,
  tcp,
  US4,
  US6,
  u16,
  udp,
  whole,
} from "../../support/netstack-packets.ts";

const HOP_BY_HOP = 0;
const ROUTING = 43;
const DESTINATION = 60;
const NONE = new Uint8Array(0);

/** What the last packet sent says as an ICMPv6 error: type, code, pointer. */
function problem(packet: Uint8Array | undefined): number[] | undefined {
  if (packet === undefined) return undefined;
  return [packet[40]!, packet[41]!, new DataView(packet.buffer, packet.byteOffset + 44, 4).getUint32(0)];
}

describe("who may send, and to whom", () => {
  const drops = (reason: string) => ({ [reason]: 1 });

  it.each(["ff02::5", "::", "::1", "::ffff:10.0.0.2", "::10.0.0.2", US6])(
    "I04 a datagram from %s is dropped",
    (from) => {
      for (const make of [
        () => ip6({ from, next: 58, payload: echo6(1, 1, NONE, from) }),
        () => ip6({ from, next: 17, payload: udp({ from, sourcePort: 1, port: 2, payload: NONE }) }),
        () => ip6({ from, next: 6, payload: tcp({ from, sourcePort: 1, port: 2, seq: 0, flags: 2 }) }),
      ]) {
        const { stack, sent } = probe();
        stack.receive(...whole(make()), 0);
        stack.endTurn(0);
        expect(sent).toHaveLength(0);
        expect(stack.stats.drops).toEqual(drops("ip-martian-source"));
      }
    },
  );

  it.each(["224.0.0.1", "255.255.255.255", "0.0.0.0", "127.0.0.1", US4])("I04 and from %s", (from) => {
    const { stack, sent } = probe();
    stack.receive(...whole(ip4({ from, protocol: 1, payload: icmp4(8, 0, 1, NONE) })), 0);
    expect(sent).toHaveLength(0);
    expect(stack.stats.drops).toEqual(drops("ip-martian-source"));
  });

  it.each(["fd00::9", "ff02::2", "ff02::fb"])("I05 a packet to %s is dropped without a word", (to) => {
    const { stack, sent } = probe();
    stack.receive(...whole(ip6({ to, next: 58, payload: echo6(1, 1, NONE, THEM6, to) })), 0);
    stack.receive(...whole(ip6({ to, next: 99, payload: NONE })), 0);
    expect(sent).toHaveLength(0);
    expect(stack.stats.drops).toEqual({ "ip-not-ours": 2 });
  });

  it("I05 the same over IPv4, for groups and broadcasts too", () => {
    const { stack, sent } = probe();
    for (const to of ["10.0.0.9", "224.0.0.1", "255.255.255.255"])
      stack.receive(...whole(ip4({ to, protocol: 1, payload: icmp4(8, 0, 1, NONE) })), 0);
    expect(sent).toHaveLength(0);
    expect(stack.stats.drops).toEqual({ "ip-not-ours": 3 });
  });

  it("I04 a known remote stays apart from another with the same place in the cache", () => {
    const { stack, sent } = probe();
    const remotes = Array.from({ length: 2_000 }, (_, i) => `fd00::${(i + 16).toString(16)}`);
    for (const from of [...remotes, ...remotes])
      stack.receive(...whole(ip6({ from, next: 58, payload: echo6(1, 1, NONE, from) })), 0);
    expect(sent.map((packet) => packet.subarray(24, 40))).toEqual([...remotes, ...remotes].map(address));
  });
});

describe("malformed packets", () => {
  const good6 = ip6({ next: 58, payload: echo6(1, 1, Uint8Array.of(1, 2, 3)) });
  const good4 = ip4({ protocol: 1, payload: icmp4(8, 0, 1, NONE) });

  it.each<[string, Uint8Array, string]>([
    ["nothing", NONE, "ip-version"],
    ["version 5", bytesOf(0x50, new Uint8Array(40)), "ip-version"],
    ["IPv6 cut in its header", good6.subarray(0, 39), "ip-malformed"],
    ["IPv6 shorter than it says", good6.subarray(0, good6.length - 1), "ip-malformed"],
    ["IPv4 cut in its header", good4.subarray(0, 19), "ip-malformed"],
    ["IPv4 shorter than it says", good4.subarray(0, good4.length - 1), "ip-malformed"],
    ["IPv4 with a header of 16 bytes", bytesOf(0x44, good4.subarray(1)), "ip-malformed"],
    ["IPv4 with a total below its header", bytesOf(good4.subarray(0, 2), u16(19), good4.subarray(4)), "ip-malformed"],
    ["IPv4 with a wrong checksum", bytesOf(good4.subarray(0, 8), 63, good4.subarray(9)), "ip-checksum"],
    ["a loose source route", ip4({ protocol: 1, payload: NONE, options: [131, 3, 4, 0] }), "ip-source-route"],
    ["a strict source route", ip4({ protocol: 1, payload: NONE, options: [1, 137, 3, 4] }), "ip-source-route"],
    ["an option of length 0", ip4({ protocol: 1, payload: NONE, options: [7, 0, 0, 0] }), "ip-malformed"],
    ["an option past the header", ip4({ protocol: 1, payload: NONE, options: [7, 5, 0, 0] }), "ip-malformed"],
  ])("%s", (_, packet, reason) => {
    const { stack, sent } = probe();
    stack.receive(...whole(packet), 0);
    expect(sent).toHaveLength(0);
    expect(stack.stats.drops).toEqual({ [reason]: 1 });
  });

  it("other IPv4 options are skipped, and what follows the packet is cut off", () => {
    const { stack, sent } = probe();
    const packet = ip4({ protocol: 1, payload: icmp4(8, 0, 7, NONE), options: [1, 148, 4, 0, 0, 0, 0, 0] });
    stack.receive(...whole(bytesOf(packet, 0xff, 0xff)), 0);
    stack.receive(...whole(bytesOf(good6, new Uint8Array(13).fill(9))), 0);
    expect(sent.map((p) => p.length)).toEqual([28, good6.length]);
  });
});

describe("what is in a packet", () => {
  it("I06 an unknown next header: the pointer shows where it stands", () => {
    const { stack, sent } = probe();
    stack.receive(...whole(ip6({ next: 99, payload: Uint8Array.of(1, 2, 3, 4) })), 0);
    stack.receive(...whole(ip6({ next: DESTINATION, payload: bytesOf(extension(99, []), 1, 2, 3, 4) })), 0);
    stack.receive(...whole(ip6({ next: 1, payload: new Uint8Array(8) })), 0);
    expect(sent.map(problem)).toEqual([
      [4, 1, 6],
      [4, 1, 40],
      [4, 1, 6],
    ]);
    expect(sent.every(checksumsHold)).toBe(true);
  });

  it("I06 over IPv4: protocol unreachable", () => {
    const { stack, sent } = probe();
    stack.receive(...whole(ip4({ protocol: 58, payload: new Uint8Array(8) })), 0);
    expect([...sent[0]!.subarray(20, 22)]).toEqual([3, 2]);
    expect(checksumsHold(sent[0]!)).toBe(true);
  });

  it("I06 to a group: nothing", () => {
    const { stack, sent } = probe();
    stack.receive(...whole(ip6({ to: "ff02::1", next: 99, payload: NONE })), 0);
    expect(sent).toHaveLength(0);
  });

  describe.each([HOP_BY_HOP, DESTINATION])("I07 an unknown option under header %i", (next) => {
    it.each<[number, string, number[] | "echo" | "nothing"]>([
      [0x1e, US6, "echo"],
      [0x1e, "ff02::1", "echo"],
      [0x5e, US6, "nothing"],
      [0x5e, "ff02::1", "nothing"],
      [0x9e, US6, [4, 2, 43]],
      [0x9e, "ff02::1", [4, 2, 43]],
      [0xde, US6, [4, 2, 43]],
      [0xde, "ff02::1", "nothing"],
    ])("type %i to %s", (option, to, outcome) => {
      const { stack, sent } = probe();
      // Pad1, then the option: it stands at 40 + 3.
      const payload = bytesOf(extension(58, [0, option, 2, 0, 0]), echo6(1, 1, NONE, THEM6, to));
      stack.receive(...whole(ip6({ to, next, payload })), 0);
      if (outcome === "nothing") expect(sent).toHaveLength(0);
      else if (outcome === "echo") expect(sent[0]![40]).toBe(129);
      else expect(problem(sent[0])).toEqual(outcome);
      for (const packet of sent) expect(packet.subarray(8, 24)).toEqual(address(US6));
    });
  });

  it("I07 PadN and Pad1 are no unknown options, and a lying length is malformed", () => {
    const { stack, sent } = probe();
    stack.receive(
      ...whole(ip6({ next: 0, payload: bytesOf(extension(58, [1, 2, 0, 0, 0, 0]), echo6(1, 1, NONE)) })),
      0,
    );
    expect(sent).toHaveLength(1);
    stack.receive(
      ...whole(ip6({ next: 0, payload: bytesOf(extension(58, [0x1e, 9, 0, 0, 0, 0]), echo6(1, 1, NONE)) })),
      0,
    );
    stack.receive(...whole(ip6({ next: 0, payload: bytesOf(58, 9, 0, 0, 0, 0, 0, 0) })), 0);
    expect(sent).toHaveLength(1);
    expect(stack.stats.drops).toEqual({ "ip-malformed": 2 });
  });

  it("I07 hop-by-hop options in second place are an unknown next header", () => {
    const { stack, sent } = probe();
    stack.receive(
      ...whole(ip6({ next: 60, payload: bytesOf(extension(0, []), extension(58, []), echo6(1, 1, NONE)) })),
      0,
    );
    expect(problem(sent[0])).toEqual([4, 1, 40]);
  });

  it.each([0, 2, 4, 200])("a routing header of type %i is skipped without segments left and refused with", (type) => {
    const { stack, sent } = probe();
    const header = (left: number) => bytesOf(58, 0, type, left, 0, 0, 0, 0);
    stack.receive(...whole(ip6({ next: ROUTING, payload: bytesOf(header(0), echo6(1, 1, NONE)) })), 0);
    stack.receive(...whole(ip6({ next: ROUTING, payload: bytesOf(header(1), echo6(1, 1, NONE)) })), 0);
    expect(sent[0]![40]).toBe(129);
    expect(problem(sent[1])).toEqual([4, 0, 42]);
  });

  it("no next header, and a chain without end, are dropped", () => {
    const { stack, sent } = probe();
    stack.receive(...whole(ip6({ next: 59, payload: Uint8Array.of(1) })), 0);
    const chain = Array.from({ length: 9 }, () => extension(DESTINATION, []));
    stack.receive(...whole(ip6({ next: DESTINATION, payload: bytesOf(...chain) })), 0);
    expect(sent).toHaveLength(0);
    expect(stack.stats.drops).toEqual({ "ip-no-next-header": 1, "ip-header-chain": 1 });
  });

  it("an atomic fragment is a whole packet, beside fragments of the same identification", () => {
    const { stack, sent } = probe();
    const echo = echo6(1, 1, new Uint8Array(16));
    stack.receive(
      ...whole(ip6({ next: 44, payload: bytesOf(fragmentHeader(58, 5, 0, true), echo.subarray(0, 16)) })),
      0,
    );
    stack.receive(...whole(ip6({ next: 44, payload: bytesOf(fragmentHeader(58, 5, 0, false), echo6(9, 9, NONE)) })), 0);
    expect(sent[0]!.subarray(44)).toEqual(bytesOf(u16(9), u16(9)));
    stack.receive(
      ...whole(ip6({ next: 44, payload: bytesOf(fragmentHeader(58, 5, 16, false), echo.subarray(16)) })),
      0,
    );
    expect(sent).toHaveLength(2);
  });

  it("over IPv4 the answer to the source keeps to the address asked", () => {
    const { stack, sent } = probe();
    stack.receive(...whole(ip4({ from: THEM4, protocol: 200, payload: NONE })), 0);
    expect(sent[0]!.subarray(12, 20)).toEqual(bytesOf(address(US4), address(THEM4)));
  });
});
