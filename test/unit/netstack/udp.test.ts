import { describe, expect, it } from "vitest";
import {
  bytesOf,
  checksumsHold,
  icmp4,
  icmp6,
  ip4,
  ip6,
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

const PAYLOAD = Uint8Array.of(1, 2, 3);

function from6(message: Uint8Array): Uint8Array {
  return ip6({ next: 17, payload: message });
}

function from4(message: Uint8Array): Uint8Array {
  return ip4({ protocol: 17, payload: message });
}

/** A stack that listens on port 7 and what arrives there. */
function listening() {
  const world = probe();
  const got: { payload: Uint8Array; from: string; to: string }[] = [];
  const socket = world.stack.openUdp({ port: 7 }, (payload, from, to) => {
    got.push({ payload: payload.slice(), from: `${from.address.text} ${from.port}`, to: to.text });
  });
  return { ...world, socket, got };
}

const to7 = (payload: Uint8Array) => udp({ sourcePort: 5, port: 7, payload });

describe("receiving", () => {
  it("delivers the payload, the sender and the address that was asked", () => {
    const { stack, got } = listening();
    stack.receive(...whole(from6(to7(PAYLOAD))), 0);
    stack.receive(...whole(from4(udp({ from: THEM4, to: US4, sourcePort: 5, port: 7, payload: PAYLOAD }))), 0);
    expect(got).toEqual([
      { payload: PAYLOAD, from: `${THEM6} 5`, to: US6 },
      { payload: PAYLOAD, from: `${THEM4} 5`, to: US4 },
    ]);
  });

  it("D12 a wrong checksum and a length above the packet are dropped", () => {
    const { stack, sent, got } = listening();
    const wrong = to7(PAYLOAD);
    wrong[8]! ^= 1;
    const long = to7(PAYLOAD);
    long.set(u16(12), 4);
    const short = to7(PAYLOAD);
    short.set(u16(7), 4);
    for (const message of [wrong, long, short, PAYLOAD]) stack.receive(...whole(from6(message)), 0);
    expect(got).toEqual([]);
    expect(sent).toEqual([]);
    expect(stack.stats.drops).toEqual({ "udp-checksum": 1, "udp-malformed": 3 });
  });

  it("D12 no payload is delivered as none, and bytes behind the datagram are cut off", () => {
    const { stack, got } = listening();
    stack.receive(...whole(from6(to7(new Uint8Array(0)))), 0);
    stack.receive(...whole(from6(bytesOf(to7(PAYLOAD), 9, 9, 9))), 0);
    expect(got.map((d) => d.payload)).toEqual([new Uint8Array(0), PAYLOAD]);
  });

  it("D12 a port without a socket gets port unreachable", () => {
    const { stack, sent, got } = listening();
    stack.receive(...whole(from6(udp({ sourcePort: 5, port: 8, payload: PAYLOAD }))), 0);
    expect(got).toEqual([]);
    expect([...sent[0]!.subarray(40, 42)]).toEqual([1, 4]);
  });

  it("checksum 0 means none over IPv4 and is wrong over IPv6", () => {
    const { stack, got } = listening();
    const unchecked = udp({ from: THEM4, to: US4, sourcePort: 5, port: 7, payload: PAYLOAD });
    unchecked.fill(0, 6, 8);
    stack.receive(...whole(from4(unchecked)), 0);
    stack.receive(...whole(from6(unchecked)), 0);
    expect(got.map((d) => d.to)).toEqual([US4]);
    expect(stack.stats.drops).toEqual({ "udp-checksum": 1 });
  });

  it("to a group: neither delivered nor answered", () => {
    const { stack, sent, got } = listening();
    const message = udp({ to: "ff02::1", sourcePort: 5, port: 7, payload: PAYLOAD });
    stack.receive(...whole(ip6({ to: "ff02::1", next: 17, payload: message })), 0);
    stack.receive(...whole(ip6({ to: "ff02::1", next: 17, payload: bytesOf(u16(5), u16(8), u16(8), 0, 0) })), 0);
    expect(got).toEqual([]);
    expect(sent).toEqual([]);
  });
});

describe("sending", () => {
  it("a computed checksum of 0 goes out as FFFF", () => {
    const { stack, sent, socket } = listening();
    for (let i = 0; i < 0x10000; i += 1) socket.send(bytesOf(u16(i)), { address: ip(THEM6), port: 9 }, 0);
    expect(sent).toHaveLength(0x10000);
    expect(sent.some((p) => p[46] === 0 && p[47] === 0)).toBe(false);
    expect(sent.filter((p) => p[46] === 0xff && p[47] === 0xff)).toHaveLength(1);
    expect(sent.filter((p) => p[46] === 0xff && p[47] === 0xff).every(checksumsHold)).toBe(true);
    expect(stack.stats.packetsOut).toBe(0x10000);
  });

  it("goes between stacks, and back to where it came from", () => {
    const pair = new StackPair();
    const echo = pair.b.openUdp({ port: 7 }, (payload, from, _to, now) => echo.send(payload, from, now));
    const got: number[][] = [];
    const socket = pair.a.openUdp({}, (payload) => got.push([...payload]));
    for (const to of ["fd00::b", "10.0.0.2"]) socket.send(PAYLOAD, { address: ip(to), port: 7 }, pair.now);
    pair.run(20);
    expect(got).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(socket.port).toBeGreaterThanOrEqual(16_000);
  });

  it("a socket of one address sends from it, and to no other family", () => {
    const { stack, sent } = probe({ addresses: [ip(US6), ip("fd00::1:5"), ip(US4)] });
    const socket = stack.openUdp({ address: ip("fd00::1:5") }, () => undefined);
    socket.send(PAYLOAD, { address: ip(THEM6), port: 1 }, 0);
    expect(sent[0]!.subarray(8, 24)).toEqual(ip("fd00::1:5").bytes);
    expect(() => socket.send(PAYLOAD, { address: ip(THEM4), port: 1 }, 0)).toThrow(/no way/);
  });

  it.each(["ff02::1", "224.0.0.1", "255.255.255.255"])("nothing is sent to %s", (to) => {
    const { sent, socket } = listening();
    expect(() => socket.send(PAYLOAD, { address: ip(to), port: 1 }, 0)).toThrow(/no way/);
    expect(sent).toEqual([]);
  });

  it("the source is the address with the longest common prefix", () => {
    const { stack, sent } = probe({ addresses: [ip("fd01::1"), ip("fdaa:0:5::2"), ip("fdaa::3")] });
    const socket = stack.openUdp({}, () => undefined);
    for (const to of ["fdaa:0:5::9", "fdaa:0:1::9", "fd01:9::"]) socket.send(PAYLOAD, { address: ip(to), port: 1 }, 0);
    expect(sent.map((p) => p.subarray(8, 24))).toEqual(["fdaa:0:5::2", "fdaa::3", "fd01::1"].map((t) => ip(t).bytes));
  });
});

describe("ports", () => {
  it("a port is one socket's, or one socket's for each address", () => {
    const { stack } = probe();
    const open = (address?: string) =>
      stack.openUdp({ port: 7, ...(address === undefined ? {} : { address: ip(address) }) }, () => undefined);
    const six = open(US6);
    const four = open(US4);
    expect(() => open(US6)).toThrow(/port is in use/);
    expect(() => open()).toThrow(/port is in use/);
    six.dispose();
    four.dispose();
    const any = open();
    expect(() => open(US4)).toThrow(/port is in use/);
    any.dispose();
    any.dispose();
    open(US4);
    expect(() => open("10.9.9.9")).toThrow(/10\.9\.9\.9/);
  });

  it("a closed socket gets nothing and sends nothing", () => {
    const { stack, sent, socket, got } = listening();
    socket.dispose();
    stack.receive(...whole(from6(to7(PAYLOAD))), 0);
    expect(got).toEqual([]);
    expect(sent).toHaveLength(1);
    expect(() => socket.send(PAYLOAD, { address: ip(THEM6), port: 1 }, 0)).toThrow(/closed/);
  });

  it("every ephemeral port can be had, once", () => {
    const { stack } = probe();
    const ports = Array.from({ length: 49_536 }, () => stack.openUdp({}, () => undefined).port);
    expect(new Set(ports).size).toBe(49_536);
    expect(Math.min(...ports.slice(0, 1_000))).toBeGreaterThanOrEqual(16_000);
    expect(() => stack.openUdp({}, () => undefined)).toThrow(/no UDP port/);
  });
});

describe("errors about what we sent", () => {
  function connected() {
    const world = probe();
    const errors: string[] = [];
    const onError = (code: string, peer: { address: { text: string }; port: number }, now: number) =>
      errors.push(`${code} ${peer.address.text} ${peer.port} ${now}`);
    const socket = world.stack.openUdp({ port: 7 }, () => undefined, onError);
    return { ...world, socket, errors };
  }

  it("D11 a port unreachable that quotes a datagram reaches its socket", () => {
    const { stack, sent, socket, errors } = connected();
    socket.send(PAYLOAD, { address: ip(THEM6), port: 53 }, 0);
    socket.send(PAYLOAD, { address: ip(THEM4), port: 54 }, 0);
    stack.receive(...whole(ip6({ next: 58, payload: icmp6(1, 4, 0, sent[0]!) })), 3);
    stack.receive(...whole(ip4({ protocol: 1, payload: icmp4(3, 3, 0, sent[1]!.subarray(0, 28)) })), 4);
    stack.receive(...whole(ip4({ protocol: 1, payload: icmp4(3, 1, 0, sent[1]!) })), 5);
    expect(errors).toEqual([
      `connection-refused ${THEM6} 53 3`,
      `connection-refused ${THEM4} 54 4`,
      `host-unreachable ${THEM4} 54 5`,
    ]);
  });

  it("what quotes a place that nothing was sent to, or not our address, is ignored", () => {
    const { stack, sent, socket, errors } = connected();
    socket.send(PAYLOAD, { address: ip(THEM6), port: 53 }, 0);
    const change = (at: number) => {
      const quote = sent[0]!.slice();
      quote[at]! ^= 1;
      return quote;
    };
    for (const quote of [change(39), change(23), change(43), change(41), sent[0]!.subarray(0, 47), new Uint8Array(0)])
      stack.receive(...whole(ip6({ next: 58, payload: icmp6(1, 4, 0, quote) })), 0);
    expect(errors).toEqual([]);
    expect(stack.stats.drops).toEqual({ "icmp-not-about-us": 6 });
  });
});
