import { describe, expect, test, vi } from "vitest";
import { MessageType } from "../../../electron/wireguard/messages.ts";
import { StagedPackets } from "../../../electron/wireguard/staged-packets.ts";
import {
  A_INNER,
  B_INNER,
  connect,
  createPair,
  ipv4Packet,
  ipv6Packet,
  mangled,
  type Pair,
  send,
  udp,
} from "../../support/wireguard-pair.ts";

const { data, initiation } = MessageType;
const toB = ipv4Packet(A_INNER, B_INNER);
const toA = ipv4Packet(B_INNER, A_INNER);

function connected(): Pair {
  const pair = createPair();
  connect(pair);
  return pair;
}

describe("datagrams", () => {
  test("W02 of 129 and more staged packets the newest 128 arrive, in order", () => {
    const { net, a, b, peerB } = createPair();
    const packets = Array.from({ length: 131 }, (_, i) => ipv4Packet(A_INNER, B_INNER, 40, i));
    for (const packet of packets) expect(send(a, packet, net.now)).toBe("staged");
    net.settle();
    expect(b.delivered.map(({ packet }) => packet)).toEqual(packets.slice(3));
    expect(peerB.stats.stagedDropped).toBe(3);
  });

  test("what waited for a session is erased once it was sent", () => {
    const taken = vi.spyOn(StagedPackets.prototype, "takeAll");
    const { net, a, b } = createPair();
    send(a, ipv4Packet(A_INNER, B_INNER, 40, 1), net.now);
    net.settle();
    const staged = taken.mock.results.flatMap(({ value }) => value as readonly Uint8Array[]);
    taken.mockRestore();
    expect(b.delivered).toHaveLength(1);
    expect(staged).toHaveLength(1);
    expect(staged[0]!.every((byte) => byte === 0)).toBe(true);
  });

  test("W14 wrong lengths, unknown types and reserved bytes are dropped without an answer", () => {
    const { net, a, b } = createPair();
    send(a, toB, net.now);
    const [wired] = net.take();
    const { datagram } = wired!;
    const bad = [
      datagram.subarray(0, 147),
      Uint8Array.from([...datagram, 0]),
      ...[0, 5, 255].map((type) => mangled(wired!, (d) => (d[0] = type)).datagram),
      ...[1, 2, 3].map((at) => mangled(wired!, (d) => (d[at] = 1)).datagram),
      mangled(wired!, (d) => (d[0] = 2)).datagram,
      mangled(wired!, (d) => (d[0] = 3)).datagram,
      Uint8Array.of(4, 0, 0, 0, ...new Uint8Array(27)),
      new Uint8Array(0),
      Uint8Array.of(1),
    ];
    for (const each of bad) net.put({ ...wired!, datagram: each });
    expect(b.device.stats.drops.malformed).toBe(bad.length);
    expect(b.sent).toEqual([]);
  });

  test("W14 each type has its one length, data at least 32 bytes; one byte less or more is nothing", () => {
    const sized = (type: number, length: number): Uint8Array => Uint8Array.of(type, ...new Uint8Array(length - 1));
    const { net, b } = createPair();
    const put = (type: number, length: number): number => {
      const before = b.device.stats.drops.malformed;
      net.put({ from: udp("192.0.2.9", 9), to: b.endpoint, datagram: sized(type, length) });
      return b.device.stats.drops.malformed - before;
    };
    const right = [
      [1, 148],
      [2, 92],
      [3, 64],
      [4, 32],
    ] as const;
    for (const [type, length] of right) {
      expect([type, put(type, length - 1), put(type, length), put(type, length + 1)]).toEqual([
        type,
        1,
        0,
        type === 4 ? 0 : 1,
      ]);
    }
    expect(put(4, 65_535)).toBe(0);
    expect(b.sent).toEqual([]);
  });

  test("W17 data for an unknown index gets no answer", () => {
    const { net, a, b } = connected();
    send(a, toB, net.now);
    const [wired] = net.take();
    net.put(mangled(wired!, (d) => (d[4] = d[4]! ^ 1)));
    expect(b.device.stats.drops["unknown-index"]).toBe(1);
    expect(b.sent).toEqual([]);
    expect(b.delivered).toEqual([]);
  });

  test("W18 the second copy of a packet is dropped and moves no endpoint", () => {
    const { net, a, b, peerA } = connected();
    send(a, toB, net.now);
    const [wired] = net.take();
    net.put(wired!);
    net.put({ ...wired!, from: udp("198.51.100.7", 9) });
    expect(b.delivered.length).toBe(1);
    expect(b.device.stats.drops.replayed).toBe(1);
    expect(peerA.endpoint?.key).toBe(a.endpoint.key);
  });

  test("W20 a bad tag with a huge counter does not move the window", () => {
    const { net, a, b } = connected();
    send(a, toB, net.now);
    const [wired] = net.take();
    net.put(mangled(wired!, (d) => (d[15] = 0x80)));
    expect(b.device.stats.drops["tag-mismatch"]).toBe(1);
    net.put(wired!);
    expect(b.delivered.length).toBe(1);
  });

  test("W21 a used-up counter sends nothing more under its key, and the peer refuses such a counter", () => {
    const { net, a, b, peerB } = connected();
    net.clock.advance(6_000);
    const session = peerB.keys.current!;
    session.sendHigh = 0xffff_ffff;
    session.sendLow = 0xffff_dffe;
    expect(send(a, toB, net.now)).toBe("sent");
    const last = net.take();
    expect(session.maySend(net.now)).toBe(false);
    expect(last.map(({ datagram }) => datagram[0])).toEqual([data, initiation]);
    expect(send(a, toB, net.now)).toBe("staged");
    session.sendLow = 0xffff_dffe;
    session.seal(new Uint8Array(64), 16, 16);
    const beyond = Uint8Array.from(session.seal(new Uint8Array(64), 16, 16));
    net.put(last[0]!);
    net.put({ ...last[0]!, datagram: beyond });
    expect(b.device.stats.drops["counter-exhausted"]).toBe(1);
    expect(b.delivered.length).toBe(1);
    net.put(last[1]!);
    net.settle();
    expect(b.delivered.length).toBe(2);
  });

  test("the counter carries into its high word", () => {
    const { net, a, b, peerB } = connected();
    peerB.keys.current!.sendLow = 0xffff_ffff;
    for (let i = 0; i < 3; i++) send(a, toB, net.now);
    expect([peerB.keys.current!.sendHigh, peerB.keys.current!.sendLow]).toEqual([1, 2]);
    net.settle();
    expect(b.delivered.length).toBe(3);
  });

  test("W04 handshake messages count as bytes on both sides, as long as they are", () => {
    const { net, a, b, peerA, peerB } = createPair();
    a.device.initiateHandshake(peerB, net.now);
    for (const wired of net.take()) net.put(wired);
    expect([peerB.stats.bytesOut, peerA.stats.bytesIn, peerA.stats.bytesOut]).toEqual([148, 148, 92]);
    for (const wired of net.take()) net.put(wired);
    expect(peerB.stats.bytesIn).toBe(92);
    expect(b.delivered).toEqual([]);
  });

  test("W29 a keepalive reaches no IP stack but counts, and moves the endpoint", () => {
    const { net, a, b, peerA, peerB } = connected();
    const before = peerA.stats.bytesIn;
    a.endpoint = udp("198.51.100.7", 9);
    peerB.sendKeepalive(net.now);
    net.settle();
    expect(b.delivered).toEqual([]);
    expect(peerA.stats.bytesIn - before).toBe(32);
    expect(peerA.stats.keepalivesIn).toBe(1);
    expect(peerA.stats.lastReceivedAt).toBe(net.now);
    expect(peerA.endpoint?.key).toBe(a.endpoint.key);
  });

  test("W30 after an authentic packet from a new place, IPv4 or IPv6, everything is sent there", () => {
    const { net, a, b, peerA } = connected();
    for (const place of [udp("198.51.100.7", 9), udp("2001:db8::7", 9), udp("2001:db8::7", 10)]) {
      a.endpoint = place;
      b.events.length = 0;
      send(a, toB, net.now);
      net.settle();
      expect(b.events).toEqual([{ kind: "endpoint-changed", peer: peerA, now: net.now, endpoint: place }]);
      send(b, toA, net.now);
      expect(b.sent.at(-1)?.to).toBe(place);
      net.settle();
    }
    expect(a.delivered.length).toBe(3);
  });

  test("W31 a forged packet from a new place moves nothing", () => {
    const { net, a, peerA } = connected();
    send(a, toB, net.now);
    const [wired] = net.take();
    const forged = mangled(wired!, (d) => (d[20] = d[20]! ^ 1));
    net.put({ ...forged, from: udp("198.51.100.7", 9) });
    expect(peerA.endpoint?.key).toBe(a.endpoint.key);
  });
});

describe("inner packets", () => {
  /** Seals any plaintext under a's session, as a peer with a broken IP stack would. */
  function sealRaw({ net, a, b, peerB }: Pair, plaintext: Uint8Array): void {
    const buffer = new Uint8Array(16 + plaintext.length + 16);
    buffer.set(plaintext, 16);
    const datagram = peerB.keys.current!.seal(buffer, 16, plaintext.length);
    net.put({ from: a.endpoint, to: b.endpoint, datagram });
  }

  test("W35 what is no IP packet, or states more bytes than there are, is dropped", () => {
    const pair = connected();
    const tooLong = ipv4Packet(A_INNER, B_INNER, 48);
    tooLong[3] = 49;
    const headerless = ipv4Packet(A_INNER, B_INNER, 48);
    headerless[3] = 19;
    const tooLong6 = ipv6Packet("fd00::1", "fd00::2", 48);
    tooLong6[5] = 9;
    const version5 = ipv4Packet(A_INNER, B_INNER, 48);
    version5[0] = 0x55;
    const shortV6 = ipv6Packet("fd00::1", "fd00::2", 48).slice(0, 39);
    const bad = [tooLong, headerless, tooLong6, version5, shortV6, Uint8Array.of(0x45), new Uint8Array(16)];
    for (const each of bad) sealRaw(pair, each);
    expect(pair.b.device.stats.drops["inner-malformed"]).toBe(bad.length);
    expect(pair.b.delivered).toEqual([]);
  });

  test("W35 padding behind the IP packet is trimmed", () => {
    const pair = connected();
    const [v4, v6] = [ipv4Packet(A_INNER, B_INNER, 29), ipv6Packet("fd00::1", "fd00::2", 41)];
    sealRaw(pair, Uint8Array.from([...v4, ...new Uint8Array(35)]));
    sealRaw(pair, Uint8Array.from([...v6, ...new Uint8Array(7)]));
    expect(pair.b.delivered.map(({ packet }) => packet)).toEqual([v4, v6]);
  });

  test("W36 plaintexts are padded to 16 bytes and never past the MTU", () => {
    const { net, a, b } = connected();
    const lengths = [20, 33, 1419, 1420];
    for (const length of lengths) send(a, ipv4Packet(A_INNER, B_INNER, length), net.now);
    expect(a.sent.map(({ datagram }) => datagram.length - 32)).toEqual([32, 48, 1420, 1420]);
    net.settle();
    expect(b.delivered.map(({ packet }) => packet.length)).toEqual(lengths);
  });

  test("what lay behind the packet in the caller's buffer does not leave the machine", () => {
    let plaintext = new Uint8Array(0);
    const pair = createPair({ b: { deliver: (bytes, offset) => (plaintext = bytes.slice(offset, offset + 48)) } });
    send(pair.a, toB, pair.net.now);
    pair.net.settle();
    const { net, a } = pair;
    const buffer = new Uint8Array(200).fill(0xaa);
    buffer.set(ipv4Packet(A_INNER, B_INNER, 33), 40);
    expect(a.device.encapsulate(buffer, 40, 33, net.now)).toBe("sent");
    net.settle();
    expect(plaintext.subarray(0, 33)).toEqual(ipv4Packet(A_INNER, B_INNER, 33));
    expect(plaintext.subarray(33)).toEqual(new Uint8Array(15));
  });

  test("a packet without room around it is misuse", () => {
    const { net, a } = connected();
    expect(() => a.device.encapsulate(new Uint8Array(100), 15, 20, net.now)).toThrow();
    expect(() => a.device.encapsulate(new Uint8Array(16 + 20 + 30), 16, 20, net.now)).toThrow();
  });

  test("a reply that is sent while its packet is being delivered goes out", () => {
    const pair: Pair = createPair({
      b: { deliver: (_buffer, _offset, _length, _peer, now) => void send(pair.b, toA, now) },
    });
    send(pair.a, toB, pair.net.now);
    pair.net.settle();
    expect(pair.a.delivered.map(({ packet }) => packet)).toEqual([toA]);
  });

  test("dispose erases: nothing is sent, received or due afterwards", () => {
    const { net, a, b } = connected();
    send(b, toA, net.now);
    a.device.dispose();
    net.settle();
    expect(a.delivered).toEqual([]);
    expect(send(a, toB, net.now)).toBe("unreachable");
    expect(a.device.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });
});
