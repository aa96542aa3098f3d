import { describe, expect, test } from "vitest";
import { PacketSlots, RECORDS_LENGTH, SLOT_LENGTH } from "../../../electron/crypto/kernel/packet-slots.ts";
import type { Stack, StackOptions } from "../../../electron/netstack/stack.ts";
import {
  checksumsHold,
  echo6,
  icmp4,
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

const SYN = 2;

function createSlots(count: number): PacketSlots {
  return new PacketSlots(new Uint8Array(count * SLOT_LENGTH), new Uint32Array(RECORDS_LENGTH / 4));
}

/** A stack that builds in `slots`; `sent` is copied, `places` says where each packet stood. */
function inSlots(
  slots: PacketSlots,
  options: Partial<StackOptions> = {},
): { stack: Stack; sent: Uint8Array[]; places: (number | "elsewhere")[] } {
  const sent: Uint8Array[] = [];
  const places: (number | "elsewhere")[] = [];
  const { stack } = probe({
    packets: slots,
    sendPacket: (buffer, offset, length) => {
      sent.push(buffer.slice(offset, offset + length));
      places.push(buffer === slots.memory ? offset : "elsewhere");
    },
    ...options,
  });
  return { stack, sent, places };
}

/** One of each kind, answered at once: echo of both families, a closed port, a reset. */
const QUESTIONS = [
  ip6({ next: 58, payload: echo6(1, 2, new Uint8Array(900).fill(3)) }),
  ip4({ protocol: 1, payload: icmp4(8, 0, 7, new Uint8Array(901).fill(4)) }),
  ip6({ next: 17, payload: udp({ sourcePort: 5, port: 9, payload: new Uint8Array(77) }) }),
  ip6({ next: 6, payload: tcp({ sourcePort: 5, port: 81, seq: 1, flags: SYN }) }),
  ip4({ protocol: 6, payload: tcp({ from: THEM4, to: US4, sourcePort: 5, port: 81, seq: 1, flags: SYN }) }),
];

describe("packets are built in slots", () => {
  test("headroom in front, tailroom behind, and every slot is free again", () => {
    const slots = createSlots(4);
    const { stack, sent, places } = inSlots(slots);
    for (const question of QUESTIONS) stack.receive(...whole(question), 0);
    expect(sent).toHaveLength(QUESTIONS.length);
    for (const packet of sent) expect(checksumsHold(packet)).toBe(true);
    places.forEach((place, i) => {
      const inSlot = Number(place) % SLOT_LENGTH;
      expect(inSlot).toBeGreaterThanOrEqual(16);
      expect(inSlot + sent[i]!.length + 31).toBeLessThanOrEqual(SLOT_LENGTH);
    });
    expect(slots.freeCount).toBe(4);
  });

  test("the same answers with and without slots, and when all are taken", () => {
    const plain = probe();
    const none = createSlots(1);
    none.acquire();
    const [some, full] = [inSlots(createSlots(4)), inSlots(none)];
    for (const { stack } of [plain, some, full]) for (const question of QUESTIONS) stack.receive(...whole(question), 0);
    expect(some.sent).toEqual(plain.sent);
    expect(full.sent).toEqual(plain.sent);
    expect(full.places.every((place) => place === "elsewhere")).toBe(true);
  });

  test("an MTU that no slot holds is served from the stack's own memory", () => {
    const { stack, sent, places } = inSlots(createSlots(4), { mtu: 9_000 });
    stack.receive(...whole(ip6({ next: 58, payload: echo6(1, 2, new Uint8Array(8_000).fill(3)) })), 0);
    expect(sent.map((packet) => packet.length)).toEqual([8_048]);
    expect(checksumsHold(sent[0]!)).toBe(true);
    expect(places).toEqual(["elsewhere"]);
  });

  test("a slot that somebody still holds is not built in", () => {
    const slots = createSlots(4);
    const kept: number[] = [];
    const { stack } = inSlots(slots, {
      sendPacket: (_buffer, offset) => {
        slots.retain(offset);
        kept.push(offset - (offset % SLOT_LENGTH));
      },
    });
    for (const question of QUESTIONS.slice(0, 3)) stack.receive(...whole(question), 0);
    expect(new Set(kept).size).toBe(3);
    expect(slots.freeCount).toBe(1);
    for (const start of kept) slots.release(start);
    expect(slots.freeCount).toBe(4);
  });

  test("fragments at the source take a slot each and give it back", () => {
    const slots = createSlots(2);
    const { stack, sent } = inSlots(slots);
    const socket = stack.openUdp({ port: 7 }, () => undefined);
    socket.send(new Uint8Array(4_000), { address: stack.addresses[0]!, port: 9 }, 0);
    expect(sent.length).toBeGreaterThan(2);
    expect(slots.freeCount).toBe(2);
  });

  test("a packet that came in a slot is answered from another and stays as it was", () => {
    const slots = createSlots(2);
    const { stack, sent } = inSlots(slots);
    const question = ip6({ from: THEM6, next: 58, payload: echo6(1, 2, new Uint8Array(900).fill(3)) });
    const start = slots.acquire() ?? expect.fail("no slot");
    slots.memory.set(question, start + 16);
    stack.receive(slots.memory, start + 16, question.length, 0);
    expect(sent).toHaveLength(1);
    expect(slots.memory.slice(start + 16, start + 16 + question.length)).toEqual(question);
  });
});

test("TCP behind options, extension headers and padding is found where plain TCP is", () => {
  const syn6 = tcp({ sourcePort: 5, port: 81, seq: 1, flags: SYN });
  const plain = ip6({ next: 6, payload: syn6 });
  const extended = ip6({ next: 60, payload: Uint8Array.of(6, 0, 1, 4, 0, 0, 0, 0, ...syn6) });
  const padded = Uint8Array.of(...plain, 1, 2, 3);
  for (const packet of [plain, extended, padded]) {
    const { stack, sent } = probe();
    const buffer = new Uint8Array(5 + packet.length).fill(0xff);
    buffer.set(packet, 5);
    stack.receive(buffer, 5, packet.length, 0);
    expect(stack.stats.resetsOut).toBe(1);
    expect(sent.every(checksumsHold)).toBe(true);
  }
});
