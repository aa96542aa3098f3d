import { describe, expect, test } from "vitest";
import type { PingReply } from "../../electron/netstack/ping.ts";
import { FuzzRandom } from "../support/fuzz-random.ts";
import { damaged, HostileWire, repaired, withoutGrowth } from "../support/netstack-hostile.ts";
import {
  bytesOf,
  echo6,
  extension,
  fragmentHeader,
  icmp4,
  icmp6,
  ip4,
  ip6,
  THEM4,
  THEM6,
  tcp,
  US4,
  US6,
  udp,
} from "../support/netstack-packets.ts";
import { ip } from "../support/netstack-pair.ts";
import { inputs, seed } from "../support/seed.ts";

/**
 * IP, ICMP, UDP and fragments from a hostile private network: nothing is thrown, nothing grows, answers are well-formed,
 * never about what they may not be about, and no longer than what they answer (netstack-hostile.ts names the exceptions).
 */

const timeout = 3_600_000;
const runSeed = seed();
const SYN_ACK = 0x12;
const data = Uint8Array.from({ length: 64 }, (_, i) => i);
const toPort = (port: number, from = THEM6): Uint8Array =>
  ip6({ from, next: 17, payload: udp({ from, sourcePort: 9, port, payload: data }) });
const toPort4 = (port: number): Uint8Array =>
  ip4({ protocol: 17, payload: udp({ from: THEM4, to: US4, sourcePort: 9, port, payload: data }) });

const wholePackets = [
  ip6({ next: 58, payload: echo6(1, 1, data) }),
  ip4({ protocol: 1, payload: icmp4(8, 0, 1, data) }),
  ip6({ to: "ff02::1", next: 58, payload: echo6(1, 1, data, THEM6, "ff02::1") }),
  ip6({ next: 0, payload: bytesOf(extension(60, [0x1e, 2, 0, 0]), extension(58, [0x9e, 0]), echo6(1, 1, data)) }),
  ip6({ to: "ff02::1", next: 60, payload: bytesOf(extension(58, [0xde, 0]), echo6(1, 1, data, THEM6, "ff02::1")) }),
  ip6({ next: 43, payload: bytesOf(58, 2, 0, 1, 0, 0, 0, 0, new Uint8Array(16), echo6(1, 1, data)) }),
  ip6({ next: 44, payload: bytesOf(fragmentHeader(58, 7, 0, false), echo6(1, 1, data)) }),
  ip6({ next: 99, payload: data }),
  ip6({ to: "ff02::1", next: 99, payload: data }),
  ip6({ next: 59, payload: data }),
  ip4({ protocol: 99, payload: data }),
  ip4({ protocol: 1, payload: icmp4(8, 0, 1, data), options: [1, 148, 4, 0, 131, 3, 4, 0] }),
  toPort(7),
  toPort(8),
  toPort4(7),
  toPort4(8),
  ip6({ next: 6, payload: tcp({ sourcePort: 9, port: 80, seq: 1, flags: 2 }) }),
  ip6({ next: 6, payload: tcp({ sourcePort: 9, port: 81, seq: 1, flags: 0x10, ack: 5 }) }),
  ip4({ protocol: 6, payload: tcp({ from: THEM4, to: US4, sourcePort: 9, port: 81, seq: 1, flags: 2 }) }),
];

describe(`hostile packets (seed ${runSeed})`, () => {
  test("IP: headers, extensions and options, whole or broken", { timeout }, () => {
    const wire = new HostileWire();
    wire.stack.openUdp({ port: 7 }, () => undefined);
    const random = new FuzzRandom(runSeed);
    withoutGrowth(inputs(5_000), (i) => {
      const packet = random.oneIn(20) ? random.bytes(random.below(120)) : damaged(random, random.pick(wholePackets));
      wire.receive(packet);
      if (i % 16 === 0) wire.advance(random.below(40));
    });
    wire.finish();
  });

  test("UDP: ports, lengths, checksums; what is delivered lies in the datagram", { timeout }, () => {
    const wire = new HostileWire();
    let longest = 0;
    for (const port of [7, 53])
      wire.stack.openUdp({ port }, (payload) => {
        longest = Math.max(longest, payload.length);
      });
    const random = new FuzzRandom(runSeed + 1);
    const datagrams = [toPort(7), toPort(53), toPort(8), toPort4(7), toPort4(53), toPort4(8)];
    withoutGrowth(inputs(5_000), (i) => {
      const packet = damaged(random, random.pick(datagrams));
      longest = 0;
      wire.receive(packet);
      if (longest > Math.max(0, packet.length - 28)) throw new Error("more delivered than came");
      if (i % 16 === 0) wire.advance(random.below(40));
    });
    wire.finish();
  });

  test("fragments: overlaps, holes, lies about lengths, ends and headers", { timeout }, () => {
    const wire = new HostileWire();
    wire.stack.openUdp({ port: 7 }, () => undefined);
    const random = new FuzzRandom(runSeed + 2);
    const message = echo6(1, 1, new Uint8Array(1_000).fill(7));
    const message4 = icmp4(8, 0, 1, new Uint8Array(1_000).fill(7));
    let round = 0;
    const fragment = (): Uint8Array => {
      // Most are honest parts of one of a few datagrams, so that some come together; the rest is in their way.
      const honest = !random.oneIn(6);
      round += random.oneIn(24) ? 1 : 0;
      const id = honest ? (round + random.below(3)) % 65_536 : random.below(65_536);
      const from = honest ? random.below(5) * 208 : random.below(random.oneIn(9) ? 8_192 : 127) * 8;
      const to = honest ? from + 208 : from + 8 + random.below(60) * 8 + (random.oneIn(9) ? random.below(8) : 0);
      const v6 = random.oneIn(2);
      const whole = v6 ? message : message4;
      const part = from < whole.length ? whole.subarray(from, to) : random.bytes(to - from);
      const more = honest ? to < whole.length : random.oneIn(2);
      if (!v6) return ip4({ protocol: honest ? 1 : 17, id, more, offset: from, payload: part });
      const header = fragmentHeader(honest ? 58 : random.pick([58, 17, 44, 60, 6]), id, from, more);
      return ip6({ next: 44, payload: bytesOf(header, part) });
    };
    withoutGrowth(inputs(5_000), (i) => {
      const packet = fragment();
      wire.receive(random.oneIn(8) ? damaged(random, packet) : packet);
      if (i % 64 === 0) wire.advance(random.oneIn(50) ? 30_000 : random.below(100));
    });
    wire.finish();
    expect(wire.stack.stats.reassembled).toBeGreaterThan(0);
  });

  test("ICMP: errors about live flows and lies about them end no connection and no socket", { timeout }, () => {
    const { wire, quotes, log } = withFlows();
    const random = new FuzzRandom(runSeed + 3);
    const router = "fd00::99";
    const make = (): Uint8Array => {
      const quote = random.oneIn(2) ? random.pick(quotes) : damaged(random, random.pick(quotes));
      const word = random.pick([0, 68, 576, 1_279, 1_280, 1_300, 1_420, 65_535, random.u32()]);
      const [type, code] = [random.below(random.oneIn(4) ? 256 : 6), random.below(8)];
      if (random.oneIn(3))
        return ip4({ protocol: 1, payload: icmp4(random.pick([3, 11, 12, type]), code, word, quote) });
      const payload = icmp6(type, code, word, quote, router);
      return ip6({ from: router, next: 58, payload });
    };
    withoutGrowth(inputs(5_000), (i) => {
      const packet = make();
      wire.hand(random.oneIn(8) ? damaged(random, packet) : packet);
      // What a believed size or a timer sends again is the connection's own; it is TCP's tests that look at it.
      wire.take();
      if (i % 256 === 0) wire.advance(1);
      if (i % 4_096 === 0)
        for (const connection of wire.stack.connections) expect(connection.stats.mss).toBeGreaterThanOrEqual(512);
    });
    expect([...wire.stack.connections].map(({ state }) => state)).toEqual(["established", "established"]);
    expect(log).toEqual(["established", "established"]);
  });

  test("TCP: any options, in a SYN and in a connection", { timeout }, () => {
    const wire = new HostileWire();
    wire.stack.listenTcp({ port: 80, backlog: 16 }, (connection) => connection.abort(wire.now));
    const random = new FuzzRandom(runSeed + 4);
    const kinds = [0, 1, 2, 3, 4, 5, 8, 19, 28, 30, 34, 253];
    withoutGrowth(inputs(5_000), (i) => {
      const options = new Uint8Array(4 * random.below(11)).map(() =>
        random.oneIn(2) ? random.pick(kinds) : random.oneIn(2) ? random.below(12) : random.below(256),
      );
      const flags = random.pick([2, 2, 2, 0x10, 0x18, 0x14, 0x12, 0, 0xff]);
      const plain = tcp({ sourcePort: 1 + random.below(2_000), port: 80, seq: random.u32(), ack: random.u32(), flags });
      const segment = bytesOf(plain.subarray(0, 20), options, data.subarray(0, random.below(20)));
      segment[12] = (5 + options.length / 4) << 4;
      const packet = repaired(ip6({ next: 6, payload: segment }));
      // A SYN without options is answered by one with MSS: four bytes more, and again until it is acknowledged.
      wire.receive(packet);
      if (i % 8 === 0) wire.advance(random.below(2_000));
    });
    wire.advance(600_000);
    expect(wire.stack.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });
});

/** A stack with two connections that have data out, two sockets that have sent, and pings that wait; packets of theirs. */
function withFlows(): { wire: HostileWire; quotes: Uint8Array[]; log: string[] } {
  const wire = new HostileWire();
  const log: string[] = [];
  const quotes: Uint8Array[] = [];
  for (const [remote, local] of [
    [THEM6, US6],
    [THEM4, US4],
  ] as const) {
    const target = { remote: ip(remote), port: 80, options: { maxRetransmits: Number.POSITIVE_INFINITY } };
    const connection = wire.stack.connectTcp(target, wire.now);
    connection.handler = {
      onEstablished: () => log.push("established"),
      onReadable: () => undefined,
      onWritable: () => undefined,
      onEnd: () => log.push("end"),
      onClosed: (error) => log.push(error?.code ?? "closed"),
    };
    wire.stack.endTurn(wire.now);
    const [sent] = wire.take();
    if (sent === undefined) throw new Error("no SYN");
    const syn = sent.subarray(remote === THEM6 ? 40 : 20);
    const view = new DataView(syn.buffer, syn.byteOffset);
    const segment = tcp({
      from: remote,
      to: local,
      sourcePort: 80,
      port: view.getUint16(0),
      seq: 5_000,
      ack: view.getUint32(4) + 1,
      flags: SYN_ACK,
    });
    wire.hand(remote === THEM6 ? ip6({ next: 6, payload: segment }) : ip4({ protocol: 6, payload: segment }));
    connection.write(new Uint8Array(30_000), wire.now);
    wire.stack.endTurn(wire.now);
    const socket = wire.stack.openUdp({}, () => undefined);
    socket.send(data, { address: ip(remote), port: 53 }, wire.now);
    const ignored: PingReply[] = [];
    wire.stack.ping(ip(remote), 56, wire.now, (reply) => ignored.push(reply));
    quotes.push(...wire.take());
  }
  return { wire, quotes, log };
}
