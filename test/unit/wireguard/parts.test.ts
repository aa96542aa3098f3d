import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CulvertError } from "../../../electron/base/errors.ts";
import { IndexTable } from "../../../electron/wireguard/index-table.ts";
import { paddedLength } from "../../../electron/wireguard/inner-packet.ts";
import { KeySlots } from "../../../electron/wireguard/key-slots.ts";
import * as messages from "../../../electron/wireguard/messages.ts";
import { ReplayWindow } from "../../../electron/wireguard/replay-window.ts";
import { Session } from "../../../electron/wireguard/session.ts";
import { isLater, TimestampSource } from "../../../electron/wireguard/tai64n.ts";
import { seed as runSeed } from "../../support/seed.ts";

const seed = runSeed();

describe(`replay window (seed ${seed})`, () => {
  const WINDOW = 8128n;
  const words = (counter: bigint): [number, number] => [Number(counter & 0xffff_ffffn), Number(counter >> 32n)];

  /** The rule itself, without a ring: everything ever seen, and the highest. */
  class Plain {
    readonly #seen = new Set<bigint>();
    #last = 0n;

    accept(counter: bigint): boolean {
      if (this.#last - counter > WINDOW || this.#seen.has(counter)) return false;
      this.#seen.add(counter);
      if (counter > this.#last) this.#last = counter;
      return true;
    }
  }

  test("W19 M-8128 is accepted, M-8129 is not", () => {
    for (const highest of [8_129n, 20_000n, 2n ** 32n + 4_000n, 2n ** 53n + 1n, 2n ** 60n]) {
      const window = new ReplayWindow();
      expect(window.accept(...words(highest))).toBe(true);
      expect(window.accept(...words(highest - WINDOW - 1n))).toBe(false);
      expect(window.accept(...words(highest - WINDOW))).toBe(true);
      expect(window.accept(...words(highest - WINDOW))).toBe(false);
      expect(window.accept(...words(highest))).toBe(false);
    }
  });

  test("W19 a window full of packets in reverse order is accepted once each", () => {
    const window = new ReplayWindow();
    for (let i = 8_128; i >= 0; i--) expect(window.accept(i, 0)).toBe(true);
    for (let i = 8_128; i >= 0; i--) expect(window.accept(i, 0)).toBe(false);
  });

  test("W19 any order of counters, near and far, agrees with the plain rule", () => {
    const jump = fc.oneof(
      fc.bigInt(-9_000n, 9_000n),
      fc.bigInt(-70n, 70n),
      fc.constantFrom(31n, 32n, 64n, -8_128n, -8_129n, 8_192n, 2n ** 31n, 2n ** 32n, 2n ** 33n, 2n ** 40n),
    );
    const start = fc.constantFrom(0n, 1n, 2n ** 32n - 50n, 2n ** 52n, 2n ** 64n - 2n ** 42n);
    const property = fc.property(start, fc.array(jump, { maxLength: 300 }), (first, jumps) => {
      const [window, plain] = [new ReplayWindow(), new Plain()];
      let counter = first;
      for (const by of jumps) {
        const next = counter + by;
        if (next >= 0n && next < 2n ** 64n) counter = next;
        expect(window.accept(...words(counter))).toBe(plain.accept(counter));
      }
    });
    fc.assert(property, { seed, numRuns: 300 });
  });
});

describe("TAI64N", () => {
  const at = (ms: number): Uint8Array => new TimestampSource(() => ms).next();

  test("seconds carry the offset of 2^62 + 10, nanoseconds are cut to 24 bits less", () => {
    expect(Buffer.from(at(0)).toString("hex")).toBe("400000000000000a00000000");
    expect(Buffer.from(at(1_700_000_000_999)).toString("hex")).toBe("400000006553f10a3b000000");
  });

  test("10 ms later may be equal, 20 ms later is greater", () => {
    expect(isLater(at(1_010), at(1_000))).toBe(false);
    expect(isLater(at(1_020), at(1_000))).toBe(true);
    expect(isLater(at(1_000), at(1_020))).toBe(false);
  });

  test("W44 labels grow with every call, whatever the clock does, and across restarts", () => {
    let wall = 1_700_000_000_500;
    let source = new TimestampSource(() => wall);
    let before = source.next();
    const steps = [0, 0, 1, -3_600_000, 10, -86_400_000, 0, 90_000_000, -1];
    for (let i = 0; i < 200; i++) {
      wall += steps[i % steps.length]!;
      if (i % 7 === 0) source = new TimestampSource(() => wall, source.last);
      const label = source.next();
      expect(isLater(label, before)).toBe(true);
      before = label;
    }
    expect(source.last).toEqual(before);
    expect(new DataView(before.buffer).getUint32(8) % 2 ** 24).toBe(0);
  });

  test("what is no label is not resumed from", () => {
    for (const bad of [new Uint8Array(11), new Uint8Array(12), new Uint8Array(12).fill(0xff)])
      expect(() => new TimestampSource(() => 0, bad)).toThrow(CulvertError);
  });
});

describe("messages", () => {
  test("what is emitted is parsed back, at the offsets of the specification", () => {
    const bytes = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);
    const initiation = {
      sender: 0xfedc_ba98,
      ephemeral: bytes(32, 1),
      sealedStatic: bytes(48, 2),
      sealedTimestamp: bytes(28, 3),
    };
    const one = messages.emitInitiation(initiation);
    expect(one.length).toBe(148);
    expect([...one.subarray(0, 8)]).toEqual([1, 0, 0, 0, 0x98, 0xba, 0xdc, 0xfe]);
    expect(messages.parseInitiation(one)).toEqual(initiation);
    expect(one.subarray(116)).toEqual(new Uint8Array(32));
    const response = { sender: 1, receiver: 0xffff_ffff, ephemeral: bytes(32, 1), sealedNothing: bytes(16, 2) };
    const two = messages.emitResponse(response);
    expect(two.length).toBe(92);
    expect(messages.parseResponse(two)).toEqual(response);
    const reply = { receiver: 7, nonce: bytes(24, 1), sealedCookie: bytes(32, 2) };
    const three = messages.emitCookieReply(reply);
    expect(three.length).toBe(64);
    expect(messages.parseCookieReply(three)).toEqual(reply);
    expect([one, two, three].map(messages.messageType)).toEqual([1, 2, 3]);
  });
});

describe("key slots", () => {
  const session = (localIndex: number): Session =>
    new Session(
      { localIndex, remoteIndex: 0, role: "initiator", createdAt: 0 },
      { sending: new Uint8Array(32), receiving: new Uint8Array(32) },
    );
  const state = (slots: KeySlots): (number | undefined)[] =>
    [slots.previous, slots.current, slots.next].map((each) => each?.localIndex);

  test("a session of ours becomes current at once; an unconfirmed one of the peer's outranks the old current", () => {
    const dropped: number[] = [];
    const slots = new KeySlots(({ localIndex }) => dropped.push(localIndex));
    slots.installInitiated(session(1));
    slots.installInitiated(session(2));
    expect(state(slots)).toEqual([1, 2, undefined]);
    slots.installResponded(session(3));
    expect(state(slots)).toEqual([undefined, 2, 3]);
    slots.installInitiated(session(4));
    expect(state(slots)).toEqual([3, 4, undefined]);
    expect(dropped).toEqual([1, 2]);
  });

  test("the peer's session waits in next until it is used; a second replaces it", () => {
    const dropped: number[] = [];
    const slots = new KeySlots(({ localIndex }) => dropped.push(localIndex));
    slots.installInitiated(session(1));
    slots.installResponded(session(2));
    slots.installResponded(session(3));
    expect(state(slots)).toEqual([undefined, 1, 3]);
    expect(slots.promote(slots.current!)).toBe(false);
    expect(slots.promote(slots.next!)).toBe(true);
    expect(state(slots)).toEqual([1, 3, undefined]);
    expect([1, 2, 3].map((index) => slots.byIndex(index)?.localIndex)).toEqual([1, undefined, 3]);
    slots.clear();
    expect(state(slots)).toEqual([undefined, undefined, undefined]);
    expect(dropped).toEqual([2, 1, 3]);
  });

  test("handing keys to a session erases the caller's copy", () => {
    const keys = { sending: new Uint8Array(32).fill(1), receiving: new Uint8Array(32).fill(2) };
    new Session({ localIndex: 0, remoteIndex: 0, role: "responder", createdAt: 0 }, keys);
    expect(keys).toEqual({ sending: new Uint8Array(32), receiving: new Uint8Array(32) });
  });
});

describe("small parts", () => {
  test("W36 padding: a multiple of 16, never past the MTU, longer packets by their last piece", () => {
    const cases = [
      [0, 1420, 0],
      [1, 1420, 16],
      [16, 1420, 16],
      [17, 1420, 32],
      [1419, 1420, 1420],
      [1420, 1420, 1420],
      [1421, 1420, 1436],
      [2839, 1420, 2840],
      [20, 0, 32],
    ] as const;
    for (const [length, mtu, padded] of cases) expect([length, paddedLength(length, mtu)]).toEqual([length, padded]);
  });

  test("indices are drawn until one is free", () => {
    const draws = [5, 5, 6, 5, 6, 7];
    const table = new IndexTable<string>(() => Uint8Array.of(draws.shift()!, 0, 0, 0));
    expect([table.claim("a"), table.claim("b"), table.claim("c")]).toEqual([5, 6, 7]);
    expect(table.get(6)).toBe("b");
    table.release(6);
    expect(table.get(6)).toBeUndefined();
    expect(table.size).toBe(2);
  });
});
