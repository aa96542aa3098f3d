import { describe, expect, it } from "vitest";
import { HIGH_WATER_BYTES } from "../../../electron/netstack/fragments.ts";
import {
  bytesOf,
  checksumsHold,
  echo6,
  extension,
  fragmentHeader,
  icmp4,
  ip4,
  ip6,
  probe,
  u16,
  udp,
  whole,
} from "../../support/netstack-packets.ts";
import { ip, StackPair } from "../../support/netstack-pair.ts";

const DATA = Uint8Array.from({ length: 2_000 }, (_, i) => i * 3);
const ECHO = echo6(0x77, 3, DATA);

/** Bytes [from, to) of a message as a fragment; the message's last byte is 2,008. */
function piece(from: number, to: number, id = 1, message = ECHO, options: { more?: boolean } = {}): Uint8Array {
  const more = options.more ?? to < message.length;
  return ip6({ next: 44, payload: bytesOf(fragmentHeader(58, id, from, more), message.subarray(from, to)) });
}

function piece4(from: number, to: number, id: number, message: Uint8Array, protocol = 1): Uint8Array {
  return ip4({ protocol, id, offset: from, more: to < message.length, payload: message.subarray(from, to) });
}

const END = ECHO.length;
const [ONE, TWO, THREE] = [piece(0, 800), piece(800, 1600), piece(1600, END)];

describe("reassembly", () => {
  it.each<[string, Uint8Array[]]>([
    ["in order", [ONE, TWO, THREE]],
    ["reversed", [THREE, TWO, ONE]],
    ["mixed", [TWO, THREE, ONE]],
    ["one of them twice", [ONE, TWO, TWO, THREE]],
    ["the last one twice", [THREE, ONE, THREE, TWO]],
  ])("I08 three fragments %s give one right reply", (_, fragments) => {
    const { stack, sent } = probe({ mtu: 4_000 });
    for (const fragment of fragments) stack.receive(...whole(fragment), 0);
    expect(sent).toHaveLength(1);
    expect(checksumsHold(sent[0]!)).toBe(true);
    expect(sent[0]!.subarray(48)).toEqual(DATA);
    expect(stack.stats.reassemblyBytes).toBe(0);
    expect(stack.nextDeadline()).toBeGreaterThan(0);
  });

  it("I08 over IPv4", () => {
    const { stack, sent } = probe({ mtu: 4_000 });
    const echo = icmp4(8, 0, 0x00010002, DATA);
    for (const [from, to] of [
      [1600, echo.length],
      [0, 800],
      [800, 1600],
      [0, 800],
    ] as const)
      stack.receive(...whole(piece4(from, to, 9, echo)), 0);
    // The first fragment came again after the datagram was whole: it waits alone.
    expect(sent).toHaveLength(1);
    expect(checksumsHold(sent[0]!)).toBe(true);
    expect(sent[0]!.subarray(28)).toEqual(DATA);
  });

  it("I08 headers in front of the fragment header stay, and an error quotes the whole", () => {
    const { stack, sent } = probe();
    const message = udp({ sourcePort: 5, port: 6, payload: DATA.subarray(0, 1_000) });
    const part = (from: number, to: number) => {
      const header = fragmentHeader(17, 3, from, to < message.length);
      const payload = bytesOf(extension(44, []), header, message.subarray(from, to));
      return ip6({ next: 60, payload });
    };
    stack.receive(...whole(part(512, message.length)), 0);
    stack.receive(...whole(part(0, 512)), 0);
    expect([...sent[0]!.subarray(40, 42)]).toEqual([1, 4]);
    expect(sent[0]!.subarray(48)).toEqual(ip6({ next: 60, payload: bytesOf(extension(17, []), message) }));
  });

  it("I08 over IPv4 an error quotes the datagram with a header that is right", () => {
    const { stack, sent } = probe();
    const message = udp({ from: "10.0.0.2", to: "10.0.0.1", sourcePort: 5, port: 6, payload: DATA.subarray(0, 400) });
    stack.receive(...whole(piece4(200, message.length, 4, message, 17)), 0);
    stack.receive(...whole(piece4(0, 200, 4, message, 17)), 0);
    expect(sent[0]!.subarray(28)).toEqual(ip4({ protocol: 17, id: 4, payload: message }));
  });

  it("I08 datagrams with the same identification are kept apart by their sources, over IPv4 by protocol too", () => {
    const { stack, sent } = probe({ mtu: 4_000 });
    const echo = icmp4(8, 0, 1, DATA.subarray(0, 100));
    stack.receive(...whole(piece4(0, 64, 5, echo)), 0);
    stack.receive(...whole(piece4(64, 108, 5, echo, 17)), 0);
    stack.receive(...whole(ip4({ from: "10.0.0.3", protocol: 1, id: 5, offset: 64, payload: echo.subarray(64) })), 0);
    expect(sent).toHaveLength(0);
    stack.receive(...whole(piece4(64, 108, 5, echo)), 0);
    expect(sent).toHaveLength(1);
  });

  it.each<[string, Uint8Array[]]>([
    ["one byte group over", [piece(0, 800), piece(792, 1600), piece(1600, END)]],
    ["a part inside of another", [piece(0, 1600), piece(800, 808), piece(1600, END)]],
    ["a part around another", [piece(800, 808), piece(0, 1600), piece(1600, END)]],
    [
      "the same place with other bytes",
      [
        ONE,
        piece(
          0,
          800,
          1,
          ECHO.map((b) => b ^ 1),
        ),
        TWO,
        THREE,
      ],
    ],
    ["two ends", [piece(1600, END), piece(800, 808, 1, ECHO, { more: false }), ONE, TWO]],
    ["data past the end", [piece(800, 1000, 1, ECHO, { more: false }), piece(1000, 1600), ONE]],
    // Were the second end believed, eight bytes too many would be as many as the datagram lacks.
    [
      "a second end, before the first and beside it",
      [piece(0, 8), piece(24, 32, 1, ECHO, { more: false }), piece(16, 24, 1, ECHO, { more: false })],
    ],
    ["an end before data", [piece(1600, 1608), piece(800, 1600, 1, ECHO, { more: false }), ONE]],
  ])("I09 %s kills the datagram and frees its bytes", (_, fragments) => {
    const { stack, sent } = probe({ mtu: 4_000 });
    for (const fragment of fragments) stack.receive(...whole(fragment), 0);
    expect(stack.stats.reassemblyBytes).toBeLessThan(300);
    // RFC 5722: the fragments that come afterwards are thrown away, too.
    for (const fragment of [ONE, TWO, THREE]) stack.receive(...whole(fragment), 1);
    expect(sent).toHaveLength(0);
    expect(stack.stats.reassemblyBytes).toBeLessThan(1_000);
    stack.tick(60_000);
    expect(stack.stats.reassemblyBytes).toBe(0);
    expect(sent).toHaveLength(0);
    for (const fragment of [ONE, TWO, THREE]) stack.receive(...whole(fragment), 60_001);
    expect(sent).toHaveLength(1);
  });

  it("I10 after 60 s a first fragment is told of, a later one is not", () => {
    const { stack, sent } = probe();
    stack.receive(...whole(ONE), 0);
    stack.receive(...whole(piece(800, 1600, 2)), 500);
    expect(stack.nextDeadline()).toBe(60_000);
    stack.tick(59_999);
    expect(sent).toHaveLength(0);
    stack.tick(stack.nextDeadline());
    stack.tick(70_000);
    expect(sent).toHaveLength(1);
    expect([...sent[0]!.subarray(40, 42)]).toEqual([3, 1]);
    expect(sent[0]!.subarray(48)).toEqual(ONE);
    expect(stack.stats.reassemblyBytes).toBe(0);
  });

  it("I10 over IPv4 after 30 s", () => {
    const { stack, sent } = probe();
    const first = piece4(0, 800, 1, icmp4(8, 0, 1, DATA));
    stack.receive(...whole(first), 0);
    stack.tick(29_999);
    expect(sent).toHaveLength(0);
    stack.tick(30_000);
    expect([...sent[0]!.subarray(20, 22)]).toEqual([11, 1]);
    expect(sent[0]!.subarray(28)).toEqual(first.subarray(0, 576 - 28));
  });

  it("I11 a length that is no multiple of 8 is a problem at 4, an end past 65535 one at 42", () => {
    const { stack, sent } = probe();
    stack.receive(...whole(piece(0, 801)), 0);
    stack.receive(
      ...whole(ip6({ next: 44, payload: bytesOf(fragmentHeader(58, 2, 65_528, false), new Uint8Array(8)) })),
      0,
    );
    const problems = sent.map((p) => [p[40], p[41], new DataView(p.buffer, 44, 4).getUint32(0)]);
    expect(problems).toEqual([
      [4, 0, 4],
      [4, 0, 42],
    ]);
    stack.receive(
      ...whole(ip6({ next: 44, payload: bytesOf(fragmentHeader(58, 2, 65_528, false), new Uint8Array(7)) })),
      0,
    );
    expect(sent).toHaveLength(2);
  });

  it("I11 over IPv4 both are dropped", () => {
    const { stack, sent } = probe();
    stack.receive(...whole(piece4(0, 801, 1, icmp4(8, 0, 1, DATA))), 0);
    stack.receive(...whole(ip4({ protocol: 1, offset: 65_512, payload: new Uint8Array(8) })), 0);
    stack.receive(...whole(ip4({ protocol: 1, offset: 8, payload: new Uint8Array(0) })), 0);
    expect(sent).toHaveLength(0);
    expect(stack.stats.drops).toEqual({ "fragment-malformed": 3 });
  });

  it("a first fragment without its upper-layer header is refused", () => {
    const { stack, sent } = probe();
    const headers = bytesOf(fragmentHeader(60, 2, 0, true), extension(58, []));
    stack.receive(...whole(ip6({ next: 44, payload: headers })), 0);
    expect([...sent[0]!.subarray(40, 42)]).toEqual([4, 3]);
  });

  it("fragments inside of a datagram that came in fragments are dropped", () => {
    const { stack, sent } = probe();
    const inner = bytesOf(fragmentHeader(58, 4, 0, true), ECHO.subarray(0, 80));
    const part = (from: number, to: number) =>
      ip6({ next: 44, payload: bytesOf(fragmentHeader(44, 3, from, to < inner.length), inner.subarray(from, to)) });
    stack.receive(...whole(part(40, inner.length)), 0);
    stack.receive(...whole(part(0, 40)), 0);
    expect(sent).toHaveLength(0);
    expect(stack.stats.drops).toEqual({ "ip-header-chain": 1 });
  });

  it("I12 ten thousand first fragments cost no more than the cap, and new datagrams still come together", () => {
    const { stack, sent } = probe({ mtu: 4_000 });
    let most = 0;
    for (let id = 0; id < 10_000; id++) {
      stack.receive(...whole(piece(0, 800, id + 100)), 0);
      most = Math.max(most, stack.stats.reassemblyBytes);
    }
    expect(most).toBeLessThanOrEqual(HIGH_WATER_BYTES);
    expect(most).toBeGreaterThan(HIGH_WATER_BYTES / 2);
    expect(stack.stats.drops["fragment-evicted"]).toBeGreaterThan(5_000);
    for (const fragment of [ONE, THREE, TWO]) stack.receive(...whole(fragment), 0);
    expect(sent).toHaveLength(1);
    stack.tick(60_000);
    expect(stack.stats.reassemblyBytes).toBe(0);
  });

  it("I12 ten thousand tiny fragments and dead datagrams count, too", () => {
    const { stack } = probe();
    for (let id = 0; id < 30_000; id++) {
      stack.receive(...whole(piece(0, 8, id)), 0);
      stack.receive(...whole(piece(0, 16, id)), 0);
    }
    expect(stack.stats.reassemblyBytes).toBeLessThanOrEqual(HIGH_WATER_BYTES);
  });
});

describe("fragments we send", () => {
  it.each(["fd00::b", "10.0.0.2"])(
    "a datagram above the MTU arrives at %s, whatever order its parts take",
    (target) => {
      const delay = ({ index }: { index: number }) => 60 - (index % 7) * 5;
      const pair = new StackPair({ mtu: 1280, delay });
      const got: Uint8Array[] = [];
      pair.b.openUdp({ port: 9 }, (payload) => got.push(payload.slice()));
      const socket = pair.a.openUdp({}, () => undefined);
      const sizes = [1232, 1233, 1252, 1253, 4_000, 65_507];
      const payloads = sizes.map((length) => Uint8Array.from({ length }, (_, i) => i ^ length));
      for (const payload of payloads) {
        socket.send(payload, { address: ip(target), port: 9 }, pair.now);
        pair.run(100);
      }
      expect(got).toEqual(payloads);
      expect(Math.max(...pair.transits.map((t) => t.packet.length))).toBeLessThanOrEqual(1280);
      expect(() => socket.send(new Uint8Array(65_508), { address: ip(target), port: 9 }, pair.now)).toThrow(/65508/);
    },
  );

  it("I16 each IPv4 datagram that may be fragmented has an identification of its own", () => {
    const { stack, sent } = probe({ mtu: 600, addresses: [ip("10.0.0.1")] });
    const socket = stack.openUdp({}, () => undefined);
    for (let i = 0; i < 3; i++) socket.send(new Uint8Array(1_000), { address: ip("10.0.0.2"), port: 9 }, 0);
    const ids = sent.map((p) => (p[4]! << 8) | p[5]!);
    expect(ids).toEqual([0, 0, 1, 1, 2, 2].map((step) => (ids[0]! + step) & 0xffff));
    expect(sent.map((p) => [p[6]! & 0xe0, ((p[6]! & 0x1f) << 8) | p[7]!])).toEqual(
      Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? [0x20, 0] : [0, 72])),
    );
    socket.send(new Uint8Array(8), { address: ip("10.0.0.2"), port: 9 }, 0);
    expect([...sent[6]!.subarray(4, 8)]).toEqual([0, 0, 0x40, 0]);
    expect(u16(576)).toEqual([2, 64]);
  });
});
