import { expect, test } from "vitest";
import { asksForAnswer } from "../../../../electron/engine/carriers/asks-for-answer.ts";

const HEADROOM = 16;

function packet(version: 4 | 6, protocol: number, payload: readonly number[]): [Uint8Array, number, number] {
  const header = new Uint8Array(version === 6 ? 40 : 20);
  header[0] = version === 6 ? 0x60 : 0x45;
  header[version === 6 ? 6 : 9] = protocol;
  const buffer = new Uint8Array(HEADROOM + header.length + payload.length + 32).fill(0xee);
  buffer.set(header, HEADROOM);
  buffer.set(payload, HEADROOM + header.length);
  return [buffer, HEADROOM, header.length + payload.length];
}

/** Thirty-two bytes of header, with timestamps, and what follows them. */
function tcp(flags: number, data = 0): number[] {
  const segment = new Array<number>(32 + data).fill(0);
  segment[12] = 0x80;
  segment[13] = flags;
  return segment;
}

const ACK = 0x10;

test.each<[string, number, readonly number[], boolean]>([
  ["a bare acknowledgement", 6, tcp(ACK), false],
  ["a byte of data", 6, tcp(ACK, 1), true],
  ["a SYN", 6, tcp(0x02), true],
  ["a FIN", 6, tcp(ACK | 0x01), true],
  ["a reset", 6, tcp(ACK | 0x04, 5), false],
  ["UDP", 17, [0, 1, 0, 53, 0, 9, 0, 0, 7], true],
  ["an echo request of either family", 58, [128, 0], true],
  ["an echo reply", 58, [129, 0], false],
  ["a protocol that our stack does not send", 47, [0], false],
])("%s", (_, protocol, payload, expected) => {
  expect(asksForAnswer(...packet(6, protocol, payload))).toBe(expected);
  const v4 = protocol === 58 ? packet(4, 1, payload[0] === 128 ? [8, 0] : [0, 0]) : packet(4, protocol, payload);
  expect(asksForAnswer(...v4)).toBe(expected);
});
