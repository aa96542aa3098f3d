import { describe, expect, test } from "vitest";
import { packetSlots, SLOT_LENGTH } from "../../../electron/crypto/aead.ts";
import {
  A_INNER,
  B_INNER,
  connect,
  createPair,
  ipv4Packet,
  mangled,
  type Pair,
  type PairOptions,
  send,
} from "../../support/wireguard-pair.ts";

const slots = packetSlots();

function connected(options: PairOptions = {}): Pair {
  const pair = createPair(options);
  if (options.b?.deliver === undefined) {
    connect(pair);
    return pair;
  }
  send(pair.a, ipv4Packet(A_INNER, B_INNER), pair.net.now);
  pair.net.settle();
  return pair;
}

describe("what arrives is opened in a slot", () => {
  test("which is free again after a packet, a keepalive, a replay, a wrong tag and a callback that threw", () => {
    const held: number[] = [];
    let throwing = false;
    const pair = connected({
      b: {
        deliver: (buffer, _offset, _length) => {
          expect(buffer).toBe(slots.memory);
          held.push(slots.freeCount);
          if (throwing) throw new Error("a user's mistake");
        },
      },
    });
    const before = slots.freeCount;
    send(pair.a, ipv4Packet(A_INNER, B_INNER, 500), pair.net.now);
    pair.peerB.sendKeepalive(pair.net.now);
    const [packet, keepalive] = pair.net.take();
    pair.net.put(packet!);
    pair.net.put(packet!);
    pair.net.put(keepalive!);
    pair.net.put(mangled(packet!, (bytes) => bytes.fill(0, bytes.length - 16)));
    expect(pair.b.device.stats.drops).toMatchObject({ replayed: 1, "tag-mismatch": 1 });
    expect(slots.freeCount).toBe(before);
    throwing = true;
    send(pair.a, ipv4Packet(A_INNER, B_INNER, 500), pair.net.now);
    expect(() => pair.net.put(pair.net.take()[0]!)).toThrow("mistake");
    expect(slots.freeCount).toBe(before);
    expect(held.every((count) => count === before - 1)).toBe(true);
  });

  test("and the datagram stays as it was", () => {
    const pair = connected();
    send(pair.a, ipv4Packet(A_INNER, B_INNER, 500), pair.net.now);
    const [wired] = pair.net.take();
    const datagram = wired!.datagram;
    const copy = Uint8Array.from(datagram);
    pair.b.device.receive(datagram, pair.a.endpoint, pair.net.now);
    expect(pair.b.delivered).toHaveLength(1);
    expect(datagram).toEqual(copy);
  });

  test.each([SLOT_LENGTH - 32, SLOT_LENGTH - 31, 9_000, 65_000])(
    "a packet of %i bytes, whatever a slot holds",
    (length) => {
      const pair = connected({ a: { mtu: 65_535 }, b: { mtu: 65_535 } });
      const packet = ipv4Packet(A_INNER, B_INNER, length);
      const before = slots.freeCount;
      expect(send(pair.a, packet, pair.net.now)).toBe("sent");
      pair.net.settle();
      expect(pair.b.delivered.map((delivered) => delivered.packet)).toEqual([packet]);
      expect(slots.freeCount).toBe(before);
    },
  );

  test("when every slot is taken, it is opened elsewhere", () => {
    const pair = connected();
    const taken: number[] = [];
    for (let start = slots.acquire(); start !== undefined; start = slots.acquire()) taken.push(start);
    const packet = ipv4Packet(A_INNER, B_INNER, 700);
    send(pair.a, packet, pair.net.now);
    pair.net.settle();
    for (const start of taken) slots.release(start);
    expect(pair.b.delivered.map((delivered) => delivered.packet)).toEqual([packet]);
  });

  test("a wrong tag leaves no byte of the plaintext in the packet memory", () => {
    const pair = connected();
    const secret = ipv4Packet(A_INNER, B_INNER, 800, 0x5a);
    slots.memory.fill(0);
    send(pair.a, secret, pair.net.now);
    pair.net.put(mangled(pair.net.take()[0]!, (bytes) => (bytes[bytes.length - 1]! ^= 1)));
    expect(pair.b.device.stats.drops["tag-mismatch"]).toBe(1);
    const memory = Buffer.from(slots.memory.buffer, slots.memory.byteOffset, slots.memory.length);
    for (let at = 0; at + 8 <= secret.length; at += 8) {
      const piece = secret.subarray(at, at + 8);
      if (piece.some((byte) => byte !== 0)) expect(memory.includes(Buffer.from(piece))).toBe(false);
    }
  });
});

describe("aliasing", () => {
  test("a datagram that comes while another is being delivered does not touch it", () => {
    const first = ipv4Packet(A_INNER, B_INNER, 400, 1);
    const second = ipv4Packet(A_INNER, B_INNER, 900, 2);
    const seen: Uint8Array[] = [];
    let inner: (() => void) | undefined;
    const pair = connected({
      b: {
        deliver: (buffer, offset, length) => {
          const next = inner;
          inner = undefined;
          next?.();
          seen.push(buffer.slice(offset, offset + length));
        },
      },
    });
    seen.length = 0;
    send(pair.a, first, pair.net.now);
    send(pair.a, second, pair.net.now);
    const [one, two] = pair.net.take();
    inner = () => pair.net.put(two!);
    pair.net.put(one!);
    expect(seen).toEqual([second, first]);
  });

  test("a packet sent from its slot while another is being delivered", () => {
    const request = ipv4Packet(A_INNER, B_INNER, 400, 1);
    const reply = ipv4Packet(B_INNER, A_INNER, 700, 2);
    const seen: Uint8Array[] = [];
    const pair: Pair = createPair({
      b: {
        deliver: (buffer, offset, length) => {
          const start = slots.acquire() ?? expect.fail("no slot");
          slots.memory.set(reply, start + 64);
          pair.b.device.encapsulate(slots.memory, start + 64, reply.length, pair.net.now);
          slots.release(start);
          seen.push(buffer.slice(offset, offset + length));
        },
      },
    });
    send(pair.a, request, pair.net.now);
    pair.net.settle();
    expect(seen).toEqual([request]);
    expect(pair.a.delivered.map(({ packet }) => packet)).toEqual([reply]);
  });
});
